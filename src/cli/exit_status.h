// How unwedge ends. The worst wins; the format of the report never changes it.

#pragma once

#include <cstdint>

namespace unwedge::cli {

enum class ExitStatus : std::uint8_t {
  kClean = 0,          ///< nothing at or above --fail-on
  kFindings = 1,       ///< findings, syntax errors in SQL among them
  kCouldNotWork = 2,   ///< bad option, bad config, unreadable file
  kInterrupted = 130,  ///< by SIGINT, as shells report it
};

constexpr ExitStatus worst(ExitStatus left, ExitStatus right) {
  return left > right ? left : right;
}

}  // namespace unwedge::cli
