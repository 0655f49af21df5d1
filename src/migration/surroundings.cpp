// See surroundings.h.

#include "migration/surroundings.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGit = ".git";

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (names.size() >= Folder::kMostNames) break;
    names.push_back(entry->path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The regular file of this path, if it lies in the root, links followed; otherwise nothing.
std::optional<fs::path> file_inside(const fs::path& path, const fs::path& root) {
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error || !fs::is_regular_file(real, error)) return std::nullopt;
  const fs::path real_root = fs::canonical(root, error);
  if (error || !is_below(real, real_root)) return std::nullopt;
  return real;
}

/// Of a regular file, not a link. Hundreds of neighbours may be read for one file: a stream would
/// cost twice the system calls.
std::optional<std::string> beginning_of(const fs::path& file, std::size_t most) {
  std::error_code error;
  if (fs::symlink_status(file, error).type() != fs::file_type::regular) return std::nullopt;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"),
                                                               std::fclose);
  if (stream == nullptr) return std::nullopt;
  std::setvbuf(stream.get(), nullptr, _IONBF, 0);
  std::string text;
  std::array<char, 16384> buffer;
  while (text.size() < most) {
    const std::size_t wanted = std::min(buffer.size(), most - text.size());
    const std::size_t count = std::fread(buffer.data(), 1, wanted, stream.get());
    text.append(buffer.data(), count);
    if (count < wanted) break;
  }
  if (std::ferror(stream.get()) != 0) return std::nullopt;
  return text;
}

void replace(std::string& text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), by);
}

/// Without .up.sql, .down.sql, .sql.
std::string_view base_of(std::string_view name) {
  for (const std::string_view ending : {".up.sql", ".down.sql", ".sql"}) {
    if (name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return name;
}

}  // namespace

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

Folder::Folder(fs::path path, std::vector<std::string> names, const Folder* parent)
    : path_(std::move(path)), parent_(parent), names_(std::move(names)) {
  if (parent_ != nullptr) place_ = parent_->place_ + path_.filename().string() + '/';
}

const Folder& Folder::root() const {
  const Folder* folder = this;
  while (folder->parent_ != nullptr) folder = folder->parent_;
  return *folder;
}

bool Folder::has(std::string_view name) const {
  if (name.find('/') == std::string_view::npos) {
    return std::binary_search(names_.begin(), names_.end(), name);
  }
  if (name.starts_with("../")) return parent_ != nullptr && parent_->has(name.substr(3));
  const std::string first(name.substr(0, name.find('/')));
  std::error_code error;
  return std::binary_search(names_.begin(), names_.end(), first) &&
         fs::exists(path_ / fs::path(name), error);
}

bool Folder::is_file(std::string_view name) const {
  std::error_code error;
  const fs::path file = path_ / fs::path(name);
  const fs::file_type type = fs::symlink_status(file, error).type();
  if (type == fs::file_type::regular && name.find('/') == std::string_view::npos) return true;
  return (type == fs::file_type::regular || type == fs::file_type::symlink) &&
         file_inside(file, root().path()).has_value();
}

std::optional<std::string_view> Folder::read(std::string_view name) const {
  if (name.starts_with("../")) {
    return parent_ == nullptr ? std::nullopt : parent_->read(name.substr(3));
  }
  if (!has(name)) return std::nullopt;
  const std::lock_guard lock(mutex_);
  auto known = texts_.find(name);
  if (known == texts_.end()) {
    const std::optional<fs::path> file = file_inside(path_ / fs::path(name), root().path());
    known = texts_.emplace(std::string(name), file ? beginning_of(*file, kMostBytes) : std::nullopt)
                .first;
  }
  if (!known->second) return std::nullopt;
  return *known->second;
}

std::vector<std::string> Folder::names_below(std::size_t most) const {
  std::vector<std::string> names;
  const std::size_t share =
      std::max<std::size_t>(1, most / std::max<std::size_t>(1, names_.size()));
  for (const std::string& folder : names_) {
    std::error_code error;
    if (fs::symlink_status(path_ / folder, error).type() != fs::file_type::directory) continue;
    std::size_t taken = 0;
    for (const std::string& name : names_in(path_ / folder)) {
      if (!name.ends_with(".sql")) continue;
      names.push_back(fmt::format("{}/{}", folder, name));
      if (++taken == share || names.size() == most) break;
    }
    if (names.size() == most) break;
  }
  return names;
}

std::vector<std::string> Folder::files_below(
    std::string_view place, std::size_t levels,
    const std::function<bool(std::string_view name)>& enters) const {
  std::vector<std::string> files;
  std::error_code error;
  const fs::path top = path_ / fs::path(place);
  if (!place.empty() && !is_below(fs::canonical(top, error), fs::canonical(root().path(), error))) {
    return files;
  }
  fs::recursive_directory_iterator entry(top, fs::directory_options::skip_permission_denied, error);
  std::size_t seen = 0;
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (++seen > kMostNames) break;
    const fs::file_type type = entry->symlink_status(error).type();
    if (type == fs::file_type::regular) {
      files.push_back(entry->path().lexically_relative(path_).generic_string());
    } else if (type == fs::file_type::directory &&
               (static_cast<std::size_t>(entry.depth()) >= levels ||
                !enters(entry->path().filename().native()))) {
      entry.disable_recursion_pending();
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<std::string> Folder::beginning(std::string_view name, std::size_t most) const {
  return beginning_of(path_ / name, most);
}

std::optional<VersionRange> Folder::remember_version(
    std::string_view package, const std::function<std::optional<VersionRange>()>& find) const {
  {
    const std::lock_guard lock(mutex_);
    const auto known = versions_.find(package);
    if (known != versions_.end()) return known->second;
  }
  const std::optional<VersionRange> found = find();
  const std::lock_guard lock(mutex_);
  versions_.emplace(std::string(package), found);
  return found;
}

const Folder& Surroundings::folder(const fs::path& path) {
  const std::lock_guard lock(mutex_);
  return folder_locked(path);
}

const Folder& Surroundings::folder_locked(const fs::path& path) {
  const auto known = folders_.find(path.native());
  if (known != folders_.end()) return *known->second;
  std::vector<std::string> names = names_in(path);
  const bool is_root = path == limit_ || !path.has_relative_path() ||
                       std::binary_search(names.begin(), names.end(), kGit);
  const Folder* parent = nullptr;
  // A file in no repository, and not below the limit, has only its own folder.
  if (!is_root && is_in_repository(path.parent_path())) {
    parent = &folder_locked(path.parent_path());
  }
  return *folders_.emplace(path.native(), std::make_unique<Folder>(path, std::move(names), parent))
              .first->second;
}

bool Surroundings::is_in_repository(const fs::path& path) {
  const auto known = in_repository_.find(path.native());
  if (known != in_repository_.end()) return known->second;
  std::error_code error;
  bool inside = path == limit_ || fs::exists(fs::symlink_status(path / kGit, error));
  if (!inside && path.has_relative_path()) inside = is_in_repository(path.parent_path());
  in_repository_.emplace(path.native(), inside);
  return inside;
}

std::string sign_file(std::string_view sign, std::string_view migration) {
  std::string name(sign);
  replace(name, "{name}", migration);
  replace(name, "{stem}", migration.substr(0, migration.rfind('.')));
  replace(name, "{base}", base_of(migration));
  return name;
}

std::optional<std::string> find_sign(const FileSign& sign, const Folder& folder,
                                     std::string_view migration) {
  const std::string name = sign_file(sign.file, migration);
  for (const Folder* at = &folder; at != nullptr; at = sign.upwards ? at->parent() : nullptr) {
    if (!at->has(name)) continue;
    if (!sign.matches.empty() || !sign.lacks.empty()) {
      const std::optional<std::string_view> text = at->read(name);
      if (!text) continue;
      if (!sign.matches.empty() && !matches_part(*text, sign.matches)) continue;
      if (matches_part(*text, sign.lacks)) continue;
    }
    const Folder* in = at;
    std::string_view rest = name;
    for (; rest.starts_with("../"); in = in->parent()) rest.remove_prefix(3);
    return in->in_repository(rest);
  }
  return std::nullopt;
}

}  // namespace unwedge::migration
