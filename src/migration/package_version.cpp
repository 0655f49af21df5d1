// The places where a version stands, by regular expression: lockfiles are large, and only one line
// of them matters.

#include "migration/package_version.h"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <re2/re2.h>

#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

/// A lockfile, and how it writes the version of the package {}.
struct Lockfile {
  std::string_view name;
  std::string_view pattern;
};

constexpr std::array<Lockfile, 5> kLockfiles{{
    {"package-lock.json", R"re("node_modules/{}": \{{\s*"version": "([0-9][^"]*)")re"},
    {"npm-shrinkwrap.json", R"re("node_modules/{}": \{{\s*"version": "([0-9][^"]*)")re"},
    {"yarn.lock", R"re((?m)^"?{}@[^\n]*:\n\s+version:? "?([0-9][^"\n]*))re"},
    {"pnpm-lock.yaml", R"re((?m)^\s+['"/]?{}@([0-9][^'":(\n]*))re"},
    {"bun.lock", R"re("{0}": \["{0}@([0-9][^"]*)")re"},
}};

constexpr int kAny = std::numeric_limits<int>::max();

std::optional<std::string_view> group(std::string_view text, std::string_view pattern,
                                      std::string_view package) {
  const std::string expression =
      fmt::format(fmt::runtime(pattern), RE2::QuoteMeta(std::string(package)));
  const std::optional<Span> found = find_part(text, expression);
  if (!found) return std::nullopt;
  return slice(text, *found);
}

/// What "^7.1.0", "~7.1", "7.2.0", ">=6" allow.
std::optional<VersionRange> parse_range(std::string_view text) {
  const std::size_t digit = text.find_first_of("0123456789");
  if (digit == text.npos) return std::nullopt;
  const std::string_view sign = text.substr(0, digit);
  const std::optional<Version> first = parse_version(text.substr(digit));
  if (!first) return std::nullopt;
  if (sign == "^") return VersionRange{*first, {first->major + 1, 0, 0}};
  if (sign == "~") return VersionRange{*first, {first->major, first->minor + 1, 0}};
  if (sign.empty() || sign == "=" || sign == "v") {
    return VersionRange{*first, {first->major, first->minor, first->patch + 1}};
  }
  return VersionRange{*first, {kAny, 0, 0}};
}

std::optional<VersionRange> locked_version(const Folder& folder, std::string_view package) {
  for (const Lockfile& lockfile : kLockfiles) {
    const std::optional<std::string_view> text = folder.read(lockfile.name);
    if (!text) continue;
    const auto version = group(*text, lockfile.pattern, package);
    if (version) return parse_range(*version);
  }
  return std::nullopt;
}

std::optional<VersionRange> declared_version(const Folder& folder, std::string_view package) {
  const std::optional<std::string_view> text = folder.read("package.json");
  if (!text) return std::nullopt;
  const auto range = group(*text, R"re("{}"\s*:\s*"([^"]*)")re", package);
  return range ? parse_range(*range) : std::nullopt;
}

/// What the folder says, or the closest one above it.
template <typename Ask>
std::optional<VersionRange> nearest(const Folder& folder, const Ask& ask) {
  for (const Folder* at = &folder; at != nullptr; at = at->parent()) {
    const std::optional<VersionRange> answer = ask(*at);
    if (answer) return answer;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  static const RE2 pattern(R"(v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?(?:\D.*)?)");
  Version version;
  std::string minor;
  std::string patch;
  const re2::StringPiece piece(text.data(), text.size());
  if (!RE2::FullMatch(piece, pattern, &version.major, &minor, &patch)) return std::nullopt;
  if (!minor.empty()) version.minor = std::stoi(minor);
  if (!patch.empty()) version.patch = std::stoi(patch);
  return version;
}

std::optional<VersionRange> package_version(const Folder& folder, std::string_view package) {
  return folder.remember_version(package, [&] {
    const std::optional<VersionRange> locked =
        nearest(folder, [&](const Folder& at) { return locked_version(at, package); });
    return locked
               ? locked
               : nearest(folder, [&](const Folder& at) { return declared_version(at, package); });
  });
}

}  // namespace unwedge::migration
