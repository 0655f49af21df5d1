// Random schemas and random statements on them: a grammar of DDL that knows which objects there
// are, so that most of what it makes is accepted by a server.

#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace unwedge::postgres {

/// A schema and a statement. The statements of the setup are in the order of their dependence: each
/// needs only ones before it.
struct FuzzCase {
  std::vector<std::string> setup;
  std::string statement;
};

/// Makes a case. The same seed and major version make the same case.
FuzzCase make_case(std::uint64_t seed, int major);

}  // namespace unwedge::postgres
