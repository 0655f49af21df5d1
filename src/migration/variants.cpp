// See variants.h.

#include "migration/variants.h"

#include <algorithm>
#include <optional>

#include "migration/lines.h"
#include "migration/package_version.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

/// What begins an expression that matches at the beginning of the text only.
constexpr std::string_view kBeginning = "\\A";

enum class Truth : std::uint8_t { kNo, kYes, kUnknown };

struct Answer {
  Truth truth = Truth::kYes;
  Span at;  ///< where the file says so; may be empty
};

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

Truth has_version(const Condition& when, const Folder* folder) {
  if (folder == nullptr) return Truth::kUnknown;
  const std::optional<VersionRange> used = package_version(*folder, when.package);
  if (!used) return Truth::kUnknown;
  const std::optional<Version> least = parse_version(when.at_least);
  const std::optional<Version> end = parse_version(when.below);
  if ((least && used->end <= *least) || (end && used->first >= *end)) return Truth::kNo;
  if ((!least || used->first >= *least) && (!end || used->end <= *end)) return Truth::kYes;
  return Truth::kUnknown;
}

class Conditions {
 public:
  explicit Conditions(const MigrationFile& file) : file_(file) {}

  [[nodiscard]] Answer holds(const Condition& when, const Section& section) const {
    Answer answer;
    const Span all{0, static_cast<std::uint32_t>(file_.text.size())};
    ask(when.content, all, answer);
    if (file_.had_byte_order_mark && when.content.starts_with(kBeginning)) {
      answer.truth = Truth::kNo;
    }
    ask(when.section, whole(section), answer);
    ask(when.marker, section.marker, answer);
    if (!when.path.empty() && !matches_part(file_.path, when.path)) answer.truth = Truth::kNo;
    if (!when.file.file.empty() &&
        (file_.folder == nullptr || !find_sign(when.file, *file_.folder, name_of(file_.path)))) {
      answer.truth = Truth::kNo;
    }
    if (!when.package.empty() && answer.truth == Truth::kYes) {
      answer.truth = has_version(when, file_.folder);
    }
    return answer;
  }

 private:
  void ask(std::string_view expression, Span part, Answer& answer) const {
    if (expression.empty()) return;
    const std::optional<Span> found = find_part(slice(file_.text, part), expression);
    if (!found) {
      answer.truth = Truth::kNo;
      return;
    }
    answer.at = {part.begin + found->begin, part.begin + found->end};
  }

  const MigrationFile& file_;
};

void apply(const Variant& variant, Span at, Section& section) {
  section.mode = variant.mode;
  section.splitter = variant.splitter;
  section.opted_out = variant.opt_out;
  section.opt_out = variant.opt_out ? at : Span();
}

}  // namespace

std::vector<const Variant*> resolve_variants(const MigrationFile& file, const RunnerProfile& runner,
                                             std::vector<Section>& sections,
                                             const Variant* assumed) {
  std::vector<const Variant*> undecided;
  const Conditions conditions(file);
  for (Section& section : sections) {
    for (const Variant& variant : runner.transaction.variants) {
      const Answer answer = conditions.holds(variant.when, section);
      const bool holds =
          answer.truth == Truth::kYes || (answer.truth == Truth::kUnknown && &variant == assumed);
      if (holds) {
        apply(variant, answer.at, section);
        break;
      }
      const bool is_new =
          std::find(undecided.begin(), undecided.end(), &variant) == undecided.end();
      if (answer.truth == Truth::kUnknown && is_new) undecided.push_back(&variant);
    }
  }
  return undecided;
}

std::vector<IgnoredLine> ignored_opt_outs(std::string_view text, const RunnerProfile& runner,
                                          const std::vector<Section>& sections) {
  std::vector<IgnoredLine> ignored;
  const std::vector<IgnoredOptOut>& near_misses = runner.transaction.ignored_opt_outs;
  const bool all_opted_out = std::all_of(sections.begin(), sections.end(),
                                         [](const Section& section) { return section.opted_out; });
  if (near_misses.empty() || all_opted_out) return ignored;
  const auto is_in_opted_out = [&sections](Span line) {
    return std::any_of(sections.begin(), sections.end(), [line](const Section& section) {
      return section.opted_out && whole(section).contains(line);
    });
  };
  for_each_marker_line(text, {0, static_cast<std::uint32_t>(text.size())}, [&](Span line) {
    const auto near_miss = std::find_if(
        near_misses.begin(), near_misses.end(),
        [&](const IgnoredOptOut& each) { return matches_beginning(slice(text, line), each.line); });
    // Few lines come so far; there may be thousands of sections.
    if (near_miss == near_misses.end() || is_in_opted_out(line)) return;
    ignored.push_back({.span = line, .why = near_miss->why});
  });
  return ignored;
}

}  // namespace unwedge::migration
