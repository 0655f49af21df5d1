// Matching by parts, and within a part by characters, with the same loop: on a mismatch go back to
// the last star and let it take one more. Earlier stars need never be tried again.

#include "config/glob.h"

#include <cstddef>

namespace unwedge::config {
namespace {

constexpr std::string_view kAnyFolders = "**";

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0) names.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return names;
}

/// The end of the UTF-8 character that begins here; of a stray byte, the byte's end.
std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

bool name_matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t after_star = std::string_view::npos;
  std::size_t star_end = 0;  // what the last star has taken of the name
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_end = n;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      n = next_character(name, n);
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      n = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

tl::expected<Glob, std::string> Glob::parse(std::string_view pattern) {
  Glob glob;
  glob.pattern_ = pattern;
  if (pattern.starts_with('!'))
    return tl::unexpected<std::string>("a pattern cannot be negated with '!'");
  if (pattern.find('\\') != std::string_view::npos) {
    return tl::unexpected<std::string>("a pattern has forward slashes only, and no escapes");
  }
  const bool folders_only = pattern.ends_with('/');
  if (folders_only) pattern.remove_suffix(1);

  const bool anchored = pattern.find('/') != std::string_view::npos;
  if (!anchored) glob.names_.emplace_back(kAnyFolders);
  for (std::string_view name : split(pattern)) {
    if (name == ".") continue;
    if (name == "..")
      return tl::unexpected<std::string>("a pattern cannot leave the config's folder with '..'");
    // Two in a row say no more than one.
    if (name == kAnyFolders && !glob.names_.empty() && glob.names_.back() == kAnyFolders) continue;
    glob.names_.emplace_back(name);
  }
  if (glob.names_.size() == (anchored ? 0U : 1U) && pattern != kAnyFolders) {
    return tl::unexpected<std::string>("a pattern cannot be empty");
  }
  // What lies below matches too.
  if (folders_only) glob.names_.emplace_back("*");
  if (glob.names_.back() != kAnyFolders) glob.names_.emplace_back(kAnyFolders);
  return glob;
}

bool Glob::matches(std::string_view path) const {
  const std::vector<std::string_view> names = split(path);
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t after_star = std::string_view::npos;
  std::size_t star_end = 0;
  while (n < names.size()) {
    if (p < names_.size() && names_[p] == kAnyFolders) {
      after_star = ++p;
      star_end = n;
    } else if (p < names_.size() && name_matches(names_[p], names[n])) {
      ++p;
      ++n;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      n = ++star_end;
    } else {
      return false;
    }
  }
  while (p < names_.size() && names_[p] == kAnyFolders) ++p;
  return p == names_.size();
}

}  // namespace unwedge::config
