// Goes over the keys of runner_keys.h, and has one function for each type that a field can have.

#include "config/read_runner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>

#include "config/runner_keys.h"
#include "config/suggest.h"
#include "config/values.h"

namespace unwedge::config {
namespace {

using migration::Condition;
using migration::FileSign;
using migration::RunnerProfile;
using migration::SectionKind;
using migration::Splitter;
using migration::TransactionRules;

/// Far more than a profile needs. A config may come from a stranger: this bounds the time that its
/// expressions take.
constexpr std::size_t kMostTexts = 200;
/// For the program that an expression is compiled to: some 2500 instructions.
constexpr std::int64_t kRegexMemory = 128U << 10U;

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

/// Where in the map the key is; kAbsent: nowhere.
std::size_t find_key(const YamlNode& map, std::string_view name) {
  const auto found = std::find_if(map.keys.begin(), map.keys.end(),
                                  [&](const YamlKey& key) { return key.text == name; });
  return found == map.keys.end() ? kAbsent : static_cast<std::size_t>(found - map.keys.begin());
}

/// The value of `name` in the map that is the value of `outer`; null: there is none.
const YamlNode* find_inner(const YamlNode& map, std::string_view outer, std::string_view name) {
  const std::size_t at = find_key(map, outer);
  if (at == kAbsent) return nullptr;
  const std::size_t inner = find_key(map.items[at], name);
  return inner == kAbsent ? nullptr : &map.items[at].items[inner];
}

bool is_version(std::string_view text) {
  static const RE2 shape(R"(\d+(?:\.\d+)*)");
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), shape);
}

/// What such a text must be.
std::string_view words_for(Form form) {
  switch (form) {
    case Form::kText: return "a text";
    case Form::kRegex: return "a regular expression";
    case Form::kVersion: return "a version as 7.4";
    case Form::kFile: return "a file's name";
  }
  return "a text";
}

class RunnerReader {
 public:
  explicit RunnerReader(Problems& problems) : problems_(&problems) {}

  /// `place` is that of the key that the map is the value of, and `what` its name.
  template <typename Struct>
  void read_map(const YamlNode& node, Place place, std::string_view what, Struct& out) {
    if (!require(node, YamlNode::Kind::kMap, place, what, "a map", *problems_)) return;
    std::vector<std::string_view> known;
    each_key(out, [&](const RunnerKey& key, auto& field, auto... start) {
      known.push_back(key.name);
      const std::size_t at = find_key(node, key.name);
      if (at != kAbsent) {
        read(node.items[at], node.keys[at].place, key, field, start...);
      } else if (key.required) {
        missing(node.place, key.name, what);
      }
    });
    for (const YamlKey& key : node.keys) {
      if (std::find(known.begin(), known.end(), key.text) == known.end()) {
        report_unknown_key(key, known, *problems_);
      }
    }
    check(node, what, out);
  }

  void missing(Place place, std::string_view key, std::string_view what) {
    problems_->add(place, fmt::format("'{}' is missing in '{}'.", key, what));
  }

 private:
  void read(const YamlNode& node, Place place, const RunnerKey& key, std::string& out) {
    if (++texts_ > kMostTexts) {
      if (texts_ == kMostTexts + 1)
        problems_->add(node.place, "A profile may have 200 texts at most.");
      return;
    }
    const std::string_view expected = words_for(key.form);
    std::optional<std::string> text = text_value(node, place, key.name, expected, *problems_);
    if (!text) return;
    if (key.form == Form::kRegex) check_regex(node, key.name);
    if (key.form == Form::kVersion && !is_version(*text)) {
      problems_->add(node.place,
                     fmt::format("'{}' must be {}, not {}.", key.name, expected, in_quotes(*text)));
    }
    out = std::move(*text);
  }

  void read(const YamlNode& node, Place place, const RunnerKey& key, bool& out) {
    const std::optional<std::string> word =
        word_value(node, place, key.name, {"true", "false"}, *problems_);
    out = word == "true";
  }

  template <typename Enum>
  requires std::is_enum_v<Enum>
  void read(const YamlNode& node, Place place, const RunnerKey& key, Enum& out) {
    const auto all = words_of(out);
    std::vector<std::string_view> words;
    std::copy_if(all.begin(), all.end(), std::back_inserter(words),
                 [](std::string_view word) { return !word.empty(); });
    const std::optional<std::string> word = word_value(node, place, key.name, words, *problems_);
    if (word) out = static_cast<Enum>(std::find(all.begin(), all.end(), *word) - all.begin());
  }

  void read(const YamlNode& node, Place place, const RunnerKey& key, FileSign& out) {
    out = {};
    if (node.kind == YamlNode::Kind::kScalar) {
      read(node, place, RunnerKey{.name = key.name, .about = "", .form = Form::kFile}, out.file);
    } else {
      read_map(node, place, key.name, out);
    }
  }

  template <typename Struct>
  requires std::is_aggregate_v<Struct>
  void read(const YamlNode& node, Place place, const RunnerKey& key, Struct& out) {
    read_map(node, place, key.name, out);
  }

  template <typename T>
  void read(const YamlNode& node, Place place, const RunnerKey& key, std::vector<T>& out,
            const T& start = {}) {
    if (!require(node, YamlNode::Kind::kList, place, key.name, "a list", *problems_)) return;
    out.clear();
    for (const YamlNode& item : node.items) {
      read(item, node.place, key, out.emplace_back(start));
    }
  }

  void check_regex(const YamlNode& node, std::string_view what) {
    RE2::Options options(RE2::Quiet);
    options.set_max_mem(kRegexMemory);
    const RE2 regex(node.text, options);
    if (regex.ok()) return;
    problems_->add(node.place,
                   fmt::format("{} in '{}' is no regular expression: {}.", in_quotes(node.text),
                               what, regex.error()),
                   "See https://github.com/google/re2/wiki/Syntax for what there is.");
  }

  /// What the keys of a map must be together.
  template <typename Struct>
  void check(const YamlNode& /*node*/, std::string_view /*what*/, const Struct& /*out*/) {}

  void check(const YamlNode& node, std::string_view what, const Condition& condition) {
    if (node.keys.empty()) {
      problems_->add(node.place,
                     fmt::format("'{}' must say when the variant holds, not nothing.", what));
    }
    const bool has_version = !condition.at_least.empty() || !condition.below.empty();
    if (has_version && condition.package.empty()) missing(node.place, "package", what);
  }

  void check(const YamlNode& node, std::string_view what, const TransactionRules& rules) {
    const bool separates = rules.splitter == Splitter::kSeparator ||
                           std::any_of(rules.variants.begin(), rules.variants.end(),
                                       [](const migration::Variant& variant) {
                                         return variant.splitter == Splitter::kSeparator;
                                       });
    if (separates && rules.separator.empty()) missing(node.place, "separator", what);
  }

  Problems* problems_;
  std::size_t texts_ = 0;  ///< how many were read
};

/// A new runner must say how it runs, unless its files are no migrations.
void check_new(const YamlNode& node, const RunnerProfile& profile, RunnerReader& reader) {
  if (profile.sections.kind == SectionKind::kNone) return;
  for (std::string_view key : {"mode", "split"}) {
    if (find_inner(node, "transaction", key) == nullptr) {
      reader.missing(node.place, key, "transaction");
    }
  }
}

}  // namespace

std::string_view flaw_of_runner_name(std::string_view name) {
  static const RE2 shape("[a-z0-9]+(?:[-_.][a-z0-9]+)*");
  if (name == "unknown") return "it stands for a runner that was not recognised";
  if (RE2::FullMatch(re2::StringPiece(name.data(), name.size()), shape)) return {};
  return "it must be lower-case letters and digits, with hyphens between them";
}

std::optional<RunnerProfile> read_runner(const YamlNode& node, RunnerProfile base,
                                         Problems& problems) {
  const std::size_t before = problems.count();
  const bool is_new = !base.known();
  const std::string name = base.name;
  RunnerReader reader(problems);
  reader.read_map(node, node.place, name.empty() ? "runner" : name, base);
  if (node.kind == YamlNode::Kind::kMap) {
    const std::size_t named = find_key(node, "name");
    if (name.empty() && named == kAbsent) reader.missing(node.place, "name", "runner");
    if (name.empty() && base.source.empty()) reader.missing(node.place, "source", "runner");
    if (!name.empty() && named != kAbsent) {
      problems.add(node.keys[named].place, "A runner's name is its key under 'runners'.",
                   "Delete 'name'.");
    }
    if (is_new) check_new(node, base, reader);
  }
  if (problems.count() != before) return std::nullopt;
  return base;
}

}  // namespace unwedge::config
