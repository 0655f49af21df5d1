// Makes hostile files out of good ones.

#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>

namespace unwedge::fuzz {

using Random = std::mt19937_64;

/// A number below `bound`, which is above 0.
std::size_t below(Random& random, std::size_t bound);

/// One of the texts, with a few pieces of it taken out, repeated, moved, or replaced by bytes, by
/// words that mean something to somebody, or by pieces of other texts.
std::string mutant(Random& random, std::span<const std::string> texts);

}  // namespace unwedge::fuzz
