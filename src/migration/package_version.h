// Which version of a package a repository uses, for runners whose behaviour changed.

#pragma once

#include <optional>
#include <string_view>

#include "migration/surroundings.h"
#include "migration/version.h"

namespace unwedge::migration {

/// The versions that a repository may use, from the lockfile closest to the folder, otherwise from
/// the package.json closest to it; nothing if neither names the package. Understands
/// package-lock.json, yarn.lock, pnpm-lock.yaml, bun.lock.
std::optional<VersionRange> package_version(const Folder& folder, std::string_view package);

}  // namespace unwedge::migration
