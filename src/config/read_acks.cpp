// Reads `acks:` as strictly as the rest: an ack that does not say what it covers, or why, is an
// error, not something to be ignored.

#include "config/read_acks.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "config/rule_names.h"
#include "config/suggest.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

const std::vector<std::string_view> kKeys{"path", "rules", "reason", "until", "ticket"};

int number(std::string_view digits) {
  int value = 0;
  for (char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

/// YYYY-MM-DD, a day that exists.
bool is_date(std::string_view text) {
  constexpr std::string_view kShape = "dddd-dd-dd";
  if (text.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == 'd' ? !is_digit : text[i] != kShape[i]) return false;
  }
  const auto day = [](std::string_view digits) { return static_cast<unsigned>(number(digits)); };
  return std::chrono::year_month_day(std::chrono::year(number(text.substr(0, 4))),
                                     std::chrono::month(day(text.substr(5, 2))),
                                     std::chrono::day(day(text.substr(8, 2))))
      .ok();
}

std::string read_path(const YamlNode& value, Place key, Problems& problems) {
  const std::optional<std::string> text =
      text_value(value, key, "path", "a file's path, relative to the config", problems);
  if (!text) return {};
  const std::filesystem::path path = std::filesystem::path(*text).lexically_normal();
  if (path.is_absolute() || *path.begin() == "..") {
    problems.add(value.place, fmt::format("'path' must lie below the config's folder, not be {}.",
                                          in_quotes(*text)));
    return {};
  }
  if (text->find_first_of("*?") != std::string::npos) {
    problems.add(value.place,
                 fmt::format("'path' must be one file, not the pattern {}.", in_quotes(*text)),
                 "Write one entry for each file.");
    return {};
  }
  return path.generic_string();
}

std::vector<std::string> read_rules(const YamlNode& value, Place key, Problems& problems) {
  std::vector<std::string> ids;
  if (!require(value, YamlNode::Kind::kList, key, "rules", "a list of rules", problems)) return ids;
  if (value.items.empty()) {
    problems.add(value.place, "'rules' must be a list of rules, not empty.",
                 "Leave it out to cover every rule.");
  }
  for (const YamlNode& item : value.items) {
    const std::optional<std::string> name =
        text_value(item, value.place, "rules", "a list of rules", problems);
    if (!name) continue;
    const std::optional<NamedRules> named = rules_named(*name);
    if (!named) {
      problems.add(item.place,
                   fmt::format("There is no rule {}{}", in_quotes(*name),
                               did_you_mean(similar_rule_name(*name))),
                   "See `unwedge rule` for all rules.");
    } else if (named->breadth != Breadth::kRule) {
      problems.add(item.place, fmt::format("'{}' is more than one rule.", *name),
                   "Name each rule, or leave 'rules' out to cover every rule.");
    } else if (named->rules.front()->category == Category::kAcks) {
      problems.add(item.place,
                   fmt::format("Findings of '{}' are about acks and cannot be acknowledged.",
                               named->rules.front()->id),
                   "Mend the ack that they are about, or set the rule's severity under 'rules'.");
    } else {
      ids.emplace_back(named->rules.front()->id);
    }
  }
  return ids;
}

std::string read_until(const YamlNode& value, Place key, Problems& problems) {
  std::optional<std::string> text =
      text_value(value, key, "until", "a date as 2027-03-31", problems);
  if (!text) return {};
  if (is_date(*text)) return std::move(*text);
  problems.add(value.place,
               fmt::format("'until' must be a date as 2027-03-31, not {}.", in_quotes(*text)));
  return {};
}

std::optional<lint::ConfiguredAck> read_ack(const YamlNode& entry, Place list, Problems& problems) {
  if (!require(entry, YamlNode::Kind::kMap, list, "acks", "a list of maps", problems)) {
    return std::nullopt;
  }
  lint::ConfiguredAck ack;
  bool has_path = false;
  bool has_reason = false;
  for (std::size_t i = 0; i < entry.keys.size(); ++i) {
    const YamlKey& key = entry.keys[i];
    const YamlNode& value = entry.items[i];
    if (key.text == "path") {
      has_path = true;
      ack.path = read_path(value, key.place, problems);
    } else if (key.text == "rules") {
      ack.rules = read_rules(value, key.place, problems);
    } else if (key.text == "reason") {
      has_reason = true;
      ack.reason = text_value(value, key.place, "reason", "a sentence", problems).value_or("");
    } else if (key.text == "until") {
      ack.until = read_until(value, key.place, problems);
    } else if (key.text == "ticket") {
      ack.ticket = text_value(value, key.place, "ticket", "a ticket's name", problems).value_or("");
    } else {
      report_unknown_key(key, kKeys, problems);
    }
  }
  if (!has_path) {
    problems.add(entry.place, "The ack does not say which file it is for.",
                 "Add `path:` with the file's path, relative to the config.");
  }
  if (!has_reason) {
    problems.add(entry.place, "The ack has no reason.",
                 "Add `reason:` and say why the finding is acceptable.");
  }
  const std::filesystem::path file(problems.file());
  ack.declared_at = fmt::format("{}:{}", file.filename().generic_string(), entry.place.line);
  return ack;
}

}  // namespace

std::vector<lint::ConfiguredAck> read_acks(const YamlNode& value, Place key, Problems& problems) {
  std::vector<lint::ConfiguredAck> acks;
  if (value.kind == YamlNode::Kind::kNothing) return acks;
  if (!require(value, YamlNode::Kind::kList, key, "acks", "a list of acks", problems)) return acks;
  for (const YamlNode& entry : value.items) {
    std::optional<lint::ConfiguredAck> ack = read_ack(entry, value.place, problems);
    if (ack) acks.push_back(std::move(*ack));
  }
  return acks;
}

}  // namespace unwedge::config
