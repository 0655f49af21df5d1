// Addresses and URIs. Percent-encoding works on bytes, so that even a path that is not UTF-8 comes
// through unchanged.

#include "report/links.h"

#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace unwedge::report {
namespace {

/// The unreserved characters of RFC 3986.
bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// Adds the segments of a path to `segments`, resolving `.` and `..`.
void add_segments(std::string_view path, std::vector<std::string_view>& segments) {
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view segment = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (segment.empty() || segment == ".") continue;
    if (segment == ".." && !segments.empty() && segments.back() != "..") {
      segments.pop_back();
    } else {
      segments.push_back(segment);
    }
  }
}

}  // namespace

std::string rule_url(const RuleInfo& rule) {
  std::string file(rule.id);
  for (char& c : file) {
    if (c == '-') c = '_';
  }
  return fmt::format("{}/blob/main/rules/{}/{}.md", kHomePage, to_string(rule.category), file);
}

std::string path_to_uri(std::string_view path, std::string_view directory) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> segments;
  if (!absolute) add_segments(directory, segments);
  add_segments(path, segments);

  std::string uri = absolute ? "file://" : "";
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (absolute || i > 0) uri += '/';
    for (const char c : segments[i]) {
      if (is_unreserved(c)) {
        uri += c;
      } else {
        fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(c));
      }
    }
  }
  return uri;
}

bool is_below_root(std::string_view uri) {
  return !uri.starts_with("file://") && uri != ".." && !uri.starts_with("../");
}

}  // namespace unwedge::report
