// See history_names.h.

#include "migration/history_names.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <unordered_map>
#include <utility>

#include <re2/re2.h>

#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

/// "1.02.0" as 1, 2.
std::vector<std::string_view> parts_of(std::string_view version) {
  std::vector<std::string_view> parts;
  while (!version.empty()) {
    const std::size_t end = std::min(version.find_first_of("._-"), version.size());
    parts.push_back(without_zeros(version.substr(0, end)));
    version.remove_prefix(std::min(end + 1, version.size()));
  }
  while (parts.size() > 1 && parts.back() == "0") parts.pop_back();
  return parts;
}

std::string normal(std::string_view version, VersionOrder order) {
  if (order == VersionOrder::kNumber) return std::string(without_zeros(version));
  if (order != VersionOrder::kParts) return std::string(version);
  std::string all;
  for (std::string_view part : parts_of(version)) {
    if (!all.empty()) all += '.';
    all += part;
  }
  return all;
}

/// A shorter number is less, and among equally long ones the digits decide.
void add_number(std::string& key, std::string_view number) {
  const std::size_t length = std::min<std::size_t>(number.size(), 0xFFFF);
  key += {static_cast<char>(length >> 8U), static_cast<char>(length & 0xFFU)};
  key += number;
}

/// Compares as the runner compares: by paths, in the end.
std::string key_of(std::string_view version, std::string_view path, VersionOrder order) {
  if (order == VersionOrder::kName) {
    // Folder by folder: what is in "a" comes before what is in "a-b".
    std::string key(path);
    std::replace(key.begin(), key.end(), '/', '\0');
    return key;
  }
  if (order == VersionOrder::kText) return std::string(version);
  // What has no number comes after what has one.
  if (version.empty()) return "\xFF\xFF";
  std::string key;
  if (order == VersionOrder::kNumber) {
    add_number(key, without_zeros(version));
  } else {
    for (std::string_view part : parts_of(version)) add_number(key, part);
  }
  return key;
}

/// Of a new database: it begins with the last baseline, if the versions before that are gone.
void settle_baselines(std::vector<NamedFile>& files) {
  const auto is_baseline = [](const NamedFile& file) { return file.kind == NameKind::kBaseline; };
  const auto is_up = [](const NamedFile& file) {
    return file.kind == NameKind::kVersion && file.direction == Direction::kUp;
  };
  const auto last = std::find_if(files.rbegin(), files.rend(), is_baseline);
  if (last == files.rend()) return;
  const NamedFile* const kept = std::any_of(last, files.rend(), is_up) ? nullptr : &*last;
  for (NamedFile& file : files) {
    const bool is_covered = kept != nullptr && is_up(file) && file.key == kept->key;
    file.applied = &file == kept || (!is_baseline(file) && !is_covered);
  }
}

std::size_t common_prefix(std::string_view left, std::string_view right) {
  return static_cast<std::size_t>(
      std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first - left.begin());
}

bool is_point_in_time(std::string_view digits) {
  constexpr std::size_t kDay = 8;
  constexpr std::size_t kSeconds = 10;
  constexpr std::size_t kMilliseconds = 13;
  if (digits.size() < kDay) return false;
  return digits.starts_with("19") || digits.starts_with("20") || digits.starts_with("00000000") ||
         digits.size() == kSeconds || digits.size() == kMilliseconds;
}

}  // namespace

std::string_view without_zeros(std::string_view number) {
  const std::size_t first = number.find_first_not_of('0');
  if (first != std::string_view::npos) return number.substr(first);
  return number.substr(0, number.empty() ? 0 : 1);
}

std::optional<NamedFile> read_name(std::string_view path, std::string_view in_repository,
                                   const RunnerProfile& runner) {
  const OrderRules& rules = runner.order;
  NamedFile file{.path = std::string(path)};
  if (const auto version = match_whole(path, rules.file)) {
    file.version = normal(*version, rules.compare);
    file.key = key_of(*version, path, rules.compare);
  } else if (const auto baseline = match_whole(path, rules.baseline)) {
    file.kind = NameKind::kBaseline;
    file.version = normal(*baseline, rules.compare);
    file.key = key_of(*baseline, path, rules.compare);
  } else if (match_whole(path, rules.repeatable)) {
    file.kind = NameKind::kRepeatable;
  } else {
    return std::nullopt;
  }
  if (runner.sections.kind != SectionKind::kInFile &&
      matches_part(in_repository, runner.sections.other_database)) {
    return std::nullopt;
  }
  file.direction = direction_of(in_repository, runner.sections);
  return file;
}

std::vector<HistoryEntry> in_order(std::vector<NamedFile> files) {
  const auto place = [](const NamedFile& file) {
    return std::tuple<bool, const std::string&, bool, const std::string&>(
        file.kind == NameKind::kRepeatable, file.key, file.kind != NameKind::kBaseline, file.path);
  };
  std::sort(files.begin(), files.end(), [&](const NamedFile& left, const NamedFile& right) {
    return place(left) < place(right);
  });
  settle_baselines(files);
  std::vector<HistoryEntry> entries;
  for (const NamedFile& file : files) {
    if (file.direction != Direction::kUp) continue;
    entries.push_back({.name = file.path,
                       .version = file.version,
                       .others = {},
                       .applied = file.applied,
                       .repeatable = file.kind == NameKind::kRepeatable,
                       .trouble = {}});
  }
  add_others(entries, files);
  return entries;
}

void add_others(std::vector<HistoryEntry>& entries, const std::vector<NamedFile>& files) {
  std::unordered_multimap<std::string_view, HistoryEntry*> by_version;
  for (HistoryEntry& entry : entries) {
    if (!entry.version.empty()) by_version.emplace(entry.version, &entry);
  }
  for (const NamedFile& file : files) {
    if (file.direction == Direction::kUp) continue;
    const auto [first, last] = by_version.equal_range(file.version);
    if (first == last) continue;
    // Where two have the same version, the names tell.
    const auto closest = std::max_element(first, last, [&](const auto& left, const auto& right) {
      return common_prefix(left.second->name, file.path) <
             common_prefix(right.second->name, file.path);
    });
    closest->second->others.push_back(file.path);
  }
}

bool may_be_first(const HistoryEntry& entry) {
  static const RE2 initial("(?i)(?:.*[^a-z])?(?:init|initial|initialize|baseline)(?:[^a-z].*)?");
  static const RE2 date("(?:19|20)[0-9][0-9][._-][0-9].*");
  static const RE2 first("[01](?:[._-][01])*");
  const std::string& version = entry.version;
  if (RE2::FullMatch(entry.name, initial) || RE2::FullMatch(version, date)) return true;
  const std::string_view digits =
      std::string_view(version).substr(0, version.find_first_not_of("0123456789"));
  if (is_point_in_time(digits)) return true;
  // "1.1" begins a history, but "1.7" does not; "0_init" and "000_a1b2c3" do.
  if (version.find_first_not_of("0123456789._-") == std::string::npos) {
    return !digits.empty() && RE2::FullMatch(normal(version, VersionOrder::kParts), first);
  }
  const std::string_view number = without_zeros(digits);
  return number == "0" || number == "1";
}

}  // namespace unwedge::migration
