// Looks for servers in the few places where the packages that we know put them.

#include "postgres/installation.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

constexpr int kUsualMajor = 15;       // what the measured facts in our notes were first taken from
constexpr int kDeepestBinFolder = 4;  // MAJOR/package/native/bin, with one to spare

std::optional<int> to_number(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end || number <= 0) return std::nullopt;
  return number;
}

bool has_server(const fs::path& bin) {
  std::error_code ignored;
  return fs::exists(bin / "initdb", ignored) && fs::exists(bin / "postgres", ignored);
}

/// The folder `bin` with a server somewhere below `root`.
std::optional<fs::path> find_bin(const fs::path& root) {
  if (has_server(root / "bin")) return root / "bin";
  std::error_code error;
  fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator{}; entry.increment(error)) {
    if (entry.depth() >= kDeepestBinFolder) entry.disable_recursion_pending();
    if (entry->path().filename() == "bin" && has_server(entry->path())) return entry->path();
  }
  return std::nullopt;
}

/// Adds what is below the folders named after a major version in `root`; those already found stay.
void add_from(const fs::path& root, std::map<int, fs::path>& found) {
  std::error_code error;
  fs::directory_iterator entry(root, error);
  for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
    const std::optional<int> major = to_number(entry->path().filename().string());
    if (!major || found.contains(*major)) continue;
    if (const std::optional<fs::path> bin = find_bin(entry->path())) found[*major] = *bin;
  }
}

fs::path unpacked_servers() {
  const char* const folder = std::getenv("UNWEDGE_POSTGRES_DIR");
  return folder != nullptr && *folder != '\0' ? folder : UNWEDGE_POSTGRES_DIR_DEFAULT;
}

std::string join(const std::vector<int>& numbers) {
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text.empty() ? "none" : text;
}

std::vector<int> parse_request(std::string_view request, const std::vector<int>& available) {
  std::set<int> majors;
  while (!request.empty()) {
    const std::size_t comma = std::min(request.find(','), request.size());
    const std::string_view item = request.substr(0, comma);
    request.remove_prefix(std::min(comma + 1, request.size()));
    const std::optional<int> major = to_number(item);
    if (!major) {
      throw std::runtime_error("UNWEDGE_SERVERS: '" + std::string(item) +
                               "' is not a major version; use 'all' or a list like '11,15,18'");
    }
    if (std::ranges::find(available, *major) == available.end()) {
      throw std::runtime_error("UNWEDGE_SERVERS asks for PostgreSQL " + std::to_string(*major) +
                               ", which was not found; available: " + join(available));
    }
    majors.insert(*major);
  }
  return {majors.begin(), majors.end()};
}

}  // namespace

std::vector<Installation> find_installations() {
  std::map<int, fs::path> found;
  add_from("/usr/lib/postgresql", found);
  add_from(unpacked_servers(), found);
  std::vector<Installation> installations;
  installations.reserve(found.size());
  for (const auto& [major, bin] : found) installations.push_back({.major = major, .bin = bin});
  return installations;
}

std::vector<int> available_majors() {
  std::vector<int> majors;
  const std::vector<Installation> installations = find_installations();
  std::ranges::transform(installations, std::back_inserter(majors), &Installation::major);
  return majors;
}

std::vector<int> requested_majors() {
  std::vector<int> available = available_majors();
  const char* const variable = std::getenv("UNWEDGE_SERVERS");
  const std::string_view request = variable == nullptr ? "" : variable;
  if (request == "all") return available;
  if (!request.empty()) return parse_request(request, available);
  if (available.empty()) return {};
  std::set<int> majors{available.front(), available.back()};
  if (std::ranges::find(available, kUsualMajor) != available.end()) majors.insert(kUsualMajor);
  return {majors.begin(), majors.end()};
}

}  // namespace unwedge::postgres
