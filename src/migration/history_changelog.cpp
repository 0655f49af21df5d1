// Changelogs in XML and YAML are read by their lines alone: what counts is which files they name,
// and in which order.

#include "migration/history_changelog.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>
#include <re2/re2.h>

#include "migration/lines.h"

namespace unwedge::migration {
namespace {

using Attributes = std::map<std::string, std::string, std::less<>>;

/// 'include', 'includeAll' or 'sqlFile' in a changelog.
struct Reference {
  std::string kind;
  Attributes attributes;
  bool is_rollback = false;

  [[nodiscard]] std::string value(std::string_view name) const {
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string() : found->second;
  }
};

struct References {
  std::vector<Reference> all;
  bool has_other_changes = false;
};

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_reference(std::string_view word) {
  return word == "include" || word == "includeAll" || word == "sqlFile";
}

Attributes attributes_in(std::string_view text, const RE2& pattern) {
  Attributes attributes;
  re2::StringPiece rest = piece(text);
  std::string name;
  std::string value;
  while (RE2::FindAndConsume(&rest, pattern, &name, &value)) attributes.emplace(name, value);
  return attributes;
}

References in_xml(std::string_view text) {
  static const RE2 comments(R"(<!--(?s:.*?)-->)");
  static const RE2 tags(R"(<(/?)([A-Za-z]\w*)\b([^>]*)>)");
  static const RE2 attribute(R"re((\w+)\s*=\s*["']([^"']*)["'])re");
  std::string without_comments(text);
  RE2::GlobalReplace(&without_comments, comments, "");
  References found;
  std::size_t sets = 0;
  std::size_t files = 0;
  bool is_rollback = false;
  re2::StringPiece rest = piece(without_comments);
  std::string end;
  std::string tag;
  std::string inside;
  while (RE2::FindAndConsume(&rest, tags, &end, &tag, &inside)) {
    if (tag == "rollback") is_rollback = end.empty() && !inside.ends_with('/');
    if (tag == "changeSet" && end.empty()) ++sets;
    if (!end.empty() || !is_reference(tag)) continue;
    found.all.push_back(
        {.kind = tag, .attributes = attributes_in(inside, attribute), .is_rollback = is_rollback});
    if (tag == "sqlFile" && !is_rollback) ++files;
  }
  found.has_other_changes = files < sets;
  return found;
}

References in_yaml(std::string_view text) {
  static const RE2 line_shape(R"(([ \t]*(?:-[ \t]+)*)([A-Za-z]\w*)[ \t]*:[ \t]*(.*?)[ \t]*)");
  static const RE2 in_braces(R"((\w+)\s*:\s*["']?([^,"'}]+)["']?)");
  References found;
  std::size_t sets = 0;
  std::size_t files = 0;
  std::size_t reference_indent = 0;
  std::size_t rollback_indent = 0;
  bool in_reference = false;
  bool in_rollback = false;
  for_each_line(text, {0, static_cast<std::uint32_t>(text.size())}, [&](Span place) {
    std::string lead;
    std::string key;
    std::string value;
    if (!RE2::FullMatch(piece(slice(text, place)), line_shape, &lead, &key, &value)) return;
    const std::size_t indent = lead.size();
    if (in_rollback && indent <= rollback_indent) in_rollback = false;
    if (in_reference && indent <= reference_indent) in_reference = false;
    if (key == "changeSet") ++sets;
    if (key == "rollback") {
      in_rollback = true;
      rollback_indent = indent;
    } else if (is_reference(key)) {
      found.all.push_back(
          {.kind = key, .attributes = attributes_in(value, in_braces), .is_rollback = in_rollback});
      in_reference = true;
      reference_indent = indent;
      if (key == "sqlFile" && !in_rollback) ++files;
    } else if (in_reference) {
      const std::size_t first = value.find_first_not_of("\"'");
      const std::size_t last = value.find_last_not_of("\"'");
      found.all.back().attributes.emplace(
          key, first == std::string::npos ? "" : value.substr(first, last - first + 1));
    }
  });
  found.has_other_changes = files < sets;
  return found;
}

void add_json(const nlohmann::json& node, bool is_rollback, std::size_t levels, References& found) {
  if (levels == 0 || !node.is_structured()) return;
  for (const auto& [key, value] : node.items()) {
    if (node.is_object() && is_reference(key) && value.is_object()) {
      Reference reference{.kind = key, .attributes = {}, .is_rollback = is_rollback};
      for (const auto& [name, text] : value.items()) {
        if (text.is_structured()) continue;  // it may be nested without end
        reference.attributes[name] =
            text.is_string() ? text.template get<std::string>() : text.dump();
      }
      found.all.push_back(std::move(reference));
    } else {
      const bool is_change = node.is_object() && key == "changes" && value.is_array();
      found.has_other_changes =
          found.has_other_changes ||
          (is_change && std::any_of(value.begin(), value.end(), [](const nlohmann::json& change) {
             return !change.is_object() || !change.contains("sqlFile");
           }));
      add_json(value, is_rollback || (node.is_object() && key == "rollback"), levels - 1, found);
    }
  }
}

References in_json(std::string_view text) {
  constexpr std::size_t kMostLevels = 20;
  References found;
  add_json(nlohmann::json::parse(text, nullptr, false), false, kMostLevels, found);
  return found;
}

References references_in(std::string_view path, std::string_view text) {
  if (path.ends_with(".xml")) return in_xml(text);
  return path.ends_with(".json") ? in_json(text) : in_yaml(text);
}

bool is_changelog(std::string_view path) {
  return path.ends_with(".xml") || path.ends_with(".yaml") || path.ends_with(".yml") ||
         path.ends_with(".json");
}

bool may_be_for_postgres(const Reference& reference) {
  const std::string dbms = reference.value("dbms");
  return dbms.empty() || dbms == "all" ||
         (dbms.find("postgresql") != std::string::npos &&
          dbms.find("!postgresql") == std::string::npos);
}

/// Follows the references from one changelog to the others.
class ChangelogReader {
 public:
  explicit ChangelogReader(const Folder& root) : root_(root) {}

  void read(const std::string& path) {
    const std::optional<std::string_view> text = root_.read(path);
    if (!text || changelogs_ == kMostChangelogs || depth_ == kMostLevels) {
      changelog_.is_complete = false;
      return;
    }
    ++changelogs_;
    ++depth_;
    const References references = references_in(path, *text);
    if (references.has_other_changes) changelog_.is_complete = false;
    const std::string folder = std::filesystem::path(path).parent_path().generic_string();
    for (const Reference& reference : references.all) {
      if (may_be_for_postgres(reference)) follow(reference, folder);
    }
    --depth_;
  }

  Changelog take() { return std::move(changelog_); }

 private:
  /// Nobody has more; a stranger may.
  static constexpr std::size_t kMostChangelogs = 2000;
  static constexpr std::size_t kMostLevels = 20;
  static constexpr std::size_t kMostReferences = 20000;
  static constexpr std::size_t kMostFolders = 100;

  void follow(const Reference& reference, const std::string& folder) {
    const std::string name = reference.value(reference.kind == "include" ? "file" : "path");
    const bool is_relative = reference.value("relativeToChangelogFile") == "true";
    const std::optional<std::string> path =
        ++references_ > kMostReferences ? std::nullopt : resolve(name, folder, is_relative);
    if (!path) {
      changelog_.is_complete = false;
    } else if (!seen_.insert(*path).second) {
      return;
    } else if (reference.kind == "includeAll") {
      read_folder(*path);
    } else {
      add(*path, reference.is_rollback);
    }
  }

  /// It includes what is in the folders below too, in the order of whole paths.
  void read_folder(const std::string& path) {
    if (++folders_ > kMostFolders) {
      changelog_.is_complete = false;
      return;
    }
    for (const std::string& file :
         root_.files_below(path, kMostLevels, [](std::string_view /*name*/) { return true; })) {
      if (seen_.insert(file).second) add(file, false);
    }
  }

  void add(const std::string& path, bool is_rollback) {
    if (is_changelog(path)) {
      read(path);
    } else if (path.ends_with(".sql") && root_.is_file(path)) {
      changelog_.files.push_back({.path = path, .is_rollback = is_rollback});
    }
  }

  /// Where it is not relative, it counts from what the build puts on the class path: a folder
  /// above.
  [[nodiscard]] std::optional<std::string> resolve(std::string_view name, const std::string& folder,
                                                   bool is_relative) const {
    static constexpr std::string_view kClassPath = "classpath:";
    if (name.starts_with(kClassPath)) name.remove_prefix(kClassPath.size());
    while (name.starts_with('/')) name.remove_prefix(1);
    if (name.empty()) return std::nullopt;
    for (std::filesystem::path from(folder);; from = from.parent_path()) {
      std::string path = (from / name).lexically_normal().generic_string();
      if (path.ends_with('/')) path.pop_back();
      if (!path.starts_with("..") && root_.has(path)) return path;
      if (is_relative || from.empty()) return std::nullopt;
    }
  }

  const Folder& root_;
  std::set<std::string> seen_;
  Changelog changelog_;
  std::size_t changelogs_ = 0;
  std::size_t folders_ = 0;
  std::size_t references_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::vector<Changelog> changelogs_in(const Folder& folder, const std::vector<std::string>& names) {
  std::vector<Changelog> changelogs;
  for (const std::string& name : names) {
    if (!folder.has(name)) continue;
    ChangelogReader reader(folder.root());
    reader.read(folder.in_repository(name));
    changelogs.push_back(reader.take());
  }
  return changelogs;
}

}  // namespace unwedge::migration
