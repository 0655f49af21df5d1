// See files.h.

#include "config/files.h"

#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/config_error.h"
#include "config/discovery.h"
#include "migration/surroundings.h"

namespace unwedge::config {

namespace fs = std::filesystem;

tl::expected<std::string, std::string> read_file(const fs::path& file, std::uintmax_t largest) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    return tl::unexpected<std::string>("There is no such file.");
  }
  if (status.type() != fs::file_type::regular) {
    return tl::unexpected<std::string>("It must be a file.");
  }
  const std::uintmax_t size = fs::file_size(file, error);
  if (!error && size > largest) {
    return tl::unexpected(fmt::format("It may have {} MiB at most.", largest >> 20U));
  }
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream contents;
  if (stream && size > 0) contents << stream.rdbuf();
  if (!stream || !contents) return tl::unexpected<std::string>("The file cannot be read.");
  return std::move(contents).str();
}

tl::expected<fs::path, std::string> file_in_repository(const fs::path& folder,
                                                       std::string_view name) {
  if (fs::path(name).is_absolute()) {
    return tl::unexpected(
        fmt::format("{} must be a path relative to the config.", in_quotes(name)));
  }
  const fs::path path = (folder / name).lexically_normal();
  const fs::path root = repository_root(folder);
  std::error_code error;
  const fs::path border = fs::canonical(root.empty() ? folder : root, error);
  const fs::path target = fs::canonical(path, error);
  if (error) return tl::unexpected(fmt::format("There is no file {}.", in_quotes(name)));
  if (!migration::is_below(target, border)) {
    return tl::unexpected(fmt::format("{} is not in the repository.", in_quotes(name)));
  }
  if (!fs::is_regular_file(target, error)) {
    return tl::unexpected(fmt::format("{} is no file.", in_quotes(name)));
  }
  return path;
}

}  // namespace unwedge::config
