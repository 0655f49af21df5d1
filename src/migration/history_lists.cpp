// See history_lists.h.

#include "migration/history_lists.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "migration/lines.h"

namespace unwedge::migration {
namespace {

using Json = nlohmann::json;

/// The number of that name; nothing if there is none.
std::optional<double> number_in(const Json& entry, const char* name) {
  const auto found = entry.find(name);
  if (found == entry.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// A line of a plan without what surrounds it.
std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

/// A change of a plan: its name, and the tags between it and the next one of that name.
struct Change {
  std::string name;
  std::size_t first_tag = 0;
  std::size_t last_tag = 0;
  bool reworked = false;
};

/// Of a change that was reworked later, the file has the first of those tags for which there is one
/// (App::Sqitch::Plan::Change, _path_segments).
std::string script_of(const Change& change, const std::vector<std::string>& tags,
                      const std::function<bool(const std::string& path)>& has) {
  if (!change.reworked || change.first_tag == change.last_tag) return change.name;
  for (std::size_t tag = change.first_tag; tag < change.last_tag; ++tag) {
    std::string script = fmt::format("{}@{}", change.name, tags[tag]);
    if (has(fmt::format("deploy/{}.sql", script))) return script;
  }
  return fmt::format("{}@{}", change.name, tags[change.first_tag]);
}

}  // namespace

// Drizzle applies what is later than the last entry that it has applied, and looks that up once for
// a run (drizzle-orm/src/pg-core/dialect.ts, migrate): an entry that is not later than one before
// it is applied to a new database and passed over wherever the other has been applied.
std::optional<std::vector<ListedMigration>> read_journal(std::string_view text) {
  const Json journal = Json::parse(text, nullptr, false);
  if (!journal.is_object()) return std::nullopt;
  const auto entries = journal.find("entries");
  if (entries == journal.end() || !entries->is_array()) return std::nullopt;

  std::vector<ListedMigration> listed;
  std::optional<double> latest;
  std::string latest_tag;
  std::optional<double> last_index;
  for (const Json& entry : *entries) {
    if (!entry.is_object()) continue;
    const auto found = entry.find("tag");
    if (found == entry.end() || !found->is_string()) continue;
    const std::string tag = found->get<std::string>();
    ListedMigration migration{.path = tag + ".sql", .version = {}, .trouble = {}};
    const std::optional<double> when = number_in(entry, "when");
    const std::optional<double> index = number_in(entry, "idx");
    if (when && latest && *when <= *latest) {
      migration.trouble = fmt::format(
          "its 'when' in meta/_journal.json is not later than that of '{}', so Drizzle skips it on "
          "every database that has '{}'",
          latest_tag, latest_tag);
    } else if (index && last_index && *index <= *last_index) {
      migration.trouble =
          "its 'idx' in meta/_journal.json is not greater than that of the entry before it";
    }
    if (when && (!latest || *when > *latest)) {
      latest = when;
      latest_tag = tag;
    }
    if (index) last_index = index;
    listed.push_back(std::move(migration));
  }
  return listed;
}

std::vector<ListedMigration> read_plan(std::string_view text,
                                       const std::function<bool(const std::string& path)>& has) {
  std::vector<Change> changes;
  std::vector<std::string> tags;
  std::unordered_map<std::string, std::size_t> latest;  // of that name, in `changes`
  for_each_line(text, {0, static_cast<std::uint32_t>(text.size())}, [&](Span place) {
    const std::string_view line = trimmed(slice(text, place));
    if (line.empty() || line.front() == '%' || line.front() == '#') return;
    const std::string_view word = line.substr(0, line.find_first_of(" \t["));
    if (word.front() == '@') {
      tags.emplace_back(word.substr(1));
      return;
    }
    // A change with '-' reverts an earlier one; Sqitch never wrote any.
    if (word.front() == '-') return;
    const std::string name(word.front() == '+' ? word.substr(1) : word);
    const auto earlier = latest.find(name);
    if (earlier != latest.end()) {
      changes[earlier->second].last_tag = tags.size();
      changes[earlier->second].reworked = true;
    }
    latest[name] = changes.size();
    changes.push_back({.name = name, .first_tag = tags.size(), .last_tag = tags.size()});
  });

  std::vector<ListedMigration> listed;
  for (const Change& change : changes) {
    std::string script = script_of(change, tags, has);
    listed.push_back(
        {.path = fmt::format("deploy/{}.sql", script), .version = script, .trouble = {}});
  }
  return listed;
}

}  // namespace unwedge::migration
