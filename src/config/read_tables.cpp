// See read_tables.h. A list is what a query printed: what it has besides the known columns is
// passed over, and a number that is missing or below zero (never analysed) is not known.

#include "config/read_tables.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/values.h"

namespace unwedge::config {
namespace {

using Json = nlohmann::json;

const std::vector<std::string_view> kKeys{"small", "large"};

constexpr std::string_view kListHelp =
    "docs/configuration.md has the query that prints such a list.";

std::optional<TablePattern> read_pattern(const YamlNode& item, std::string_view key,
                                         Problems& problems) {
  const std::optional<std::string> text =
      text_value(item, item.place, key, "a list of tables", problems);
  if (!text) return std::nullopt;
  const std::size_t dot = text->find('.');
  const bool has_schema = dot != std::string::npos;
  TablePattern pattern{.schema = has_schema ? text->substr(0, dot) : "",
                       .name = has_schema ? text->substr(dot + 1) : *text};
  const bool has_empty_part = pattern.name.empty() || (has_schema && pattern.schema.empty());
  if (!has_empty_part && pattern.name.find('.') == std::string::npos) return pattern;
  problems.add(item.place, fmt::format("{} is no table.", in_quotes(*text)),
               "Write 'name' or 'schema.name', with * for any text.");
  return std::nullopt;
}

/// What one row of a list says.
struct Row {
  std::string schema;
  std::string table;
  TableSize size;
};

bool add_row(Row row, TableSizes& sizes) {
  if (row.table.empty()) return false;
  if (row.schema.empty()) row.schema = "public";
  sizes.add({std::move(row.schema), std::move(row.table)}, row.size);
  return true;
}

/// A whole number, also one as 1.2e+06; nothing: below zero, or none.
std::optional<std::uint64_t> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr double kMost = 1e18;
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value < kMost)) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

// ---------------------------------------------------------------------------------------------
// CSV, as RFC 4180 and psql --csv have it

/// Takes one field off the front, and the comma or the end of line behind it.
std::string next_field(std::string_view& text, bool& ends_line) {
  std::string field;
  bool in_quotes = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (in_quotes && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      field += '"';
      ++at;
    } else if (c == '"') {
      in_quotes = !in_quotes;
    } else if (!in_quotes && (c == ',' || c == '\n')) {
      break;
    } else if (in_quotes || c != '\r') {
      field += c;
    }
  }
  ends_line = at >= text.size() || text[at] == '\n';
  text.remove_prefix(at < text.size() ? at + 1 : at);
  return field;
}

std::vector<std::string> next_line(std::string_view& text) {
  std::vector<std::string> fields;
  for (bool ends_line = false; !ends_line;) fields.push_back(next_field(text, ends_line));
  return fields;
}

void parse_csv(std::string_view text, TableSizes& sizes, Problems& problems) {
  const std::vector<std::string> names = next_line(text);
  constexpr std::array<std::string_view, 4> kColumns{"schema", "table", "rows", "bytes"};
  const auto column = [&](std::string_view name) {
    std::size_t i = 0;
    while (i < names.size() && names[i] != name) ++i;
    return i;
  };
  if (column("table") == names.size() ||
      (column("rows") == names.size() && column("bytes") == names.size())) {
    problems.add({1, 1}, "The first line must name the columns 'table' and 'rows' or 'bytes'.",
                 std::string(kListHelp));
    return;
  }
  std::uint32_t line = 1;
  while (!text.empty()) {
    ++line;
    const std::vector<std::string> fields = next_line(text);
    if (fields.size() == 1 && fields.front().empty()) continue;
    std::array<std::string_view, kColumns.size()> values{};
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      const std::size_t at = column(kColumns.at(i));
      if (at < fields.size()) values.at(i) = fields[at];
    }
    const bool added = add_row({.schema = std::string(values[0]),
                                .table = std::string(values[1]),
                                .size = {.rows = number(values[2]), .bytes = number(values[3])}},
                               sizes);
    if (!added) problems.add({line, 1}, "The line names no table.", std::string(kListHelp));
  }
}

// ---------------------------------------------------------------------------------------------
// JSON

std::string text_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<std::uint64_t> number_of(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end()) return std::nullopt;
  // bigint may come as a text, which JavaScript's numbers cannot hold.
  if (found->is_string()) return number(found->get<std::string>());
  return found->is_number() ? number(found->dump()) : std::nullopt;
}

void parse_json(std::string_view text, TableSizes& sizes, Problems& problems) {
  const Json list = Json::parse(text, nullptr, false);
  const auto refuse = [&] {
    problems.add({}, "The file must be a JSON array of objects with 'table' and 'rows' or 'bytes'.",
                 std::string(kListHelp));
  };
  if (!list.is_array()) return refuse();
  for (const Json& entry : list) {
    const bool added =
        entry.is_object() &&
        add_row({.schema = text_of(entry, "schema"),
                 .table = text_of(entry, "table"),
                 .size = {.rows = number_of(entry, "rows"), .bytes = number_of(entry, "bytes")}},
                sizes);
    if (!added) return refuse();
  }
}

}  // namespace

void read_tables(const YamlNode& value, Place key, TableSizes& sizes, Problems& problems) {
  if (value.kind == YamlNode::Kind::kNothing) return;
  if (!require(value, YamlNode::Kind::kMap, key, "tables", "a map", problems)) return;
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    const YamlKey& name = value.keys[i];
    const YamlNode& list = value.items[i];
    const bool is_small = name.text == "small";
    if (!is_small && name.text != "large") {
      report_unknown_key(name, kKeys, problems);
      continue;
    }
    if (list.kind == YamlNode::Kind::kNothing) continue;
    if (!require(list, YamlNode::Kind::kList, name.place, name.text, "a list of tables",
                 problems)) {
      continue;
    }
    for (const YamlNode& item : list.items) {
      std::optional<TablePattern> pattern = read_pattern(item, name.text, problems);
      if (!pattern) continue;
      is_small ? sizes.add_small(std::move(*pattern)) : sizes.add_large(std::move(*pattern));
    }
  }
}

ConfigErrors parse_table_sizes(std::string_view text, const std::string& name, TableSizes& sizes) {
  Problems problems(name);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  const bool is_json =
      first != std::string_view::npos && (text[first] == '[' || text[first] == '{');
  is_json ? parse_json(text, sizes, problems) : parse_csv(text, sizes, problems);
  return problems.take();
}

}  // namespace unwedge::config
