// The files that a config names, and the config itself: read with bounds, and never from outside
// the repository.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace unwedge::config {

/// The error is a sentence.
tl::expected<std::string, std::string> read_file(const std::filesystem::path& file,
                                                 std::uintmax_t largest);

/// The absolute path of a file that a config in this folder names, relative to it; links and all,
/// it is in the repository that the folder is in, or below the folder where it is in none. The
/// error is a sentence.
tl::expected<std::filesystem::path, std::string> file_in_repository(
    const std::filesystem::path& folder, std::string_view name);

}  // namespace unwedge::config
