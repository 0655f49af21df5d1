// A directive covers a whole section from its leading comment block, or the statement right below
// it. A faulty one covers nothing: an acceptance that cannot be understood is none.

#include "lint/acks.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "lint/registry.h"

namespace unwedge::lint {
namespace {

constexpr std::string_view kWithoutReason = "ack-without-reason";
constexpr std::string_view kUnknownRule = "ack-unknown-rule";
constexpr std::string_view kExpired = "ack-expired";
constexpr std::string_view kUnused = "ack-unused";
constexpr std::string_view kMisplaced = "ack-misplaced";

std::optional<Date> parse_date(std::string_view text) {
  static constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  Date date;
  const std::string copy(text);
  int used = 0;
  if (copy.size() != 10 ||
      std::sscanf(copy.c_str(), "%4d-%2d-%2d%n", &date.year, &date.month, &date.day, &used) != 3 ||
      used != 10 || date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > kDays[date.month - 1]) {
    return std::nullopt;
  }
  return date;
}

/// An acknowledgement from either source, ready to be matched with findings.
struct Ack {
  Span at;                         ///< where it is reported
  std::vector<const Rule*> rules;  ///< empty: every rule
  std::vector<bool> rule_used;
  std::vector<Span> covers;  ///< parts of the file
  Acknowledgement text;
  std::string place;  ///< for one in the config: "unwedge.yaml:12: "
  bool used = false;
  bool holds = true;
};

class AckMatcher {
 public:
  AckMatcher(const FileLayout& layout, const Date& today, std::vector<LocatedFinding>& findings)
      : layout_(layout), today_(today), findings_(findings) {}

  void add(const migration::AckDirective& directive) {
    Ack ack{.at = directive.span,
            .text = {.reason = directive.reason,
                     .ticket = directive.ticket,
                     .until = directive.until,
                     .in_source = true}};
    if (!directive.well_formed) {
      report(kWithoutReason, ack.at)
          .message(
              "This acknowledgement cannot be read: a parenthesis or the colon before the "
              "reason is missing.")
          .help("Write it as: -- {}(rule-id): the reason", migration::kAckKeyword);
      return;
    }
    for (const std::string& item : directive.unknown_items) {
      report(kUnknownRule, ack.at)
          .message("'{}' is neither a rule nor 'until=' or 'ticket='.", item)
          .help("Run 'unwedge rule' for the list of rules.");
    }
    const bool names_something_unknown = !directive.unknown_items.empty();
    check(ack, directive.rules, names_something_unknown);
    ack.covers = scope_of(directive);
    if (ack.covers.empty()) {
      report(kMisplaced, ack.at)
          .message(
              "This acknowledgement covers nothing: it is neither in the comments at the head "
              "of the file nor directly above a statement.")
          .help("Move it to the line above the statement that it is about.");
      return;
    }
    acks_.push_back(std::move(ack));
  }

  void add(const ConfiguredAck& configured) {
    Ack ack{.at = {layout_.region.begin, layout_.region.begin},
            .text = {.reason = configured.reason,
                     .ticket = configured.ticket,
                     .until = configured.until,
                     .in_source = false},
            .place = configured.declared_at + ": "};
    check(ack, configured.rules, false);
    ack.covers = {layout_.region};
    acks_.push_back(std::move(ack));
  }

  void match() {
    index();
    for (LocatedFinding& finding : findings_) {
      if (finding.rule->category == Category::kAcks) continue;
      for (const std::size_t candidate : candidates(finding)) {
        Ack& ack = acks_[candidate];
        if (ack.holds && covers(ack, finding)) {
          if (!finding.ack) finding.ack = ack.text;
          ack.used = true;
        }
      }
    }
    for (const Ack& ack : acks_) report_unused(ack);
    for (LocatedFinding& fault : faults_) findings_.push_back(std::move(fault));
  }

 private:
  FindingBuilder report(std::string_view rule_id, Span span) {
    LocatedFinding& located = faults_.emplace_back();
    located.rule = &find_rule(rule_id)->info;
    located.finding.span = span;
    located.finding.severity = located.rule->severity;
    return FindingBuilder(located.finding);
  }

  /// Reason, rules and date. What is wrong makes the acknowledgement void, except that of several
  /// rules the known ones count.
  void check(Ack& ack, const std::vector<std::string>& names, bool names_something_unknown) {
    if (ack.text.reason.empty()) {
      ack.holds = false;
      report(kWithoutReason, ack.at)
          .message("{}This acknowledgement gives no reason.", ack.place)
          .help("Say after a colon why the harm is acceptable here, for whoever reads it later.");
    }
    for (const std::string& name : names) {
      const Rule* rule = find_rule(name);
      if (rule != nullptr && rule->info.category != Category::kAcks) {
        const bool named_twice =
            std::find(ack.rules.begin(), ack.rules.end(), rule) != ack.rules.end();
        if (!named_twice) ack.rules.push_back(rule);
      } else if (rule != nullptr) {
        names_something_unknown = true;
        report(kUnknownRule, ack.at)
            .message("{}'{}' is about acknowledgements and cannot be acknowledged.", ack.place,
                     name);
      } else {
        names_something_unknown = true;
        report(kUnknownRule, ack.at)
            .message("{}There is no rule '{}'.", ack.place, name)
            .help("Run 'unwedge rule' for the list of rules.");
      }
    }
    // Without a known name left, it must not become one for every rule.
    if (ack.rules.empty() && names_something_unknown) ack.holds = false;
    ack.rule_used.assign(ack.rules.size(), false);
    if (!ack.text.until.empty()) check_date(ack);
  }

  void check_date(Ack& ack) {
    const std::optional<Date> until = parse_date(ack.text.until);
    if (!until) {
      ack.holds = false;
      report(kExpired, ack.at)
          .message("{}'until={}' is not a date.", ack.place, ack.text.until)
          .help("Write the last day on which it holds as YYYY-MM-DD.");
    } else if (*until < today_) {
      ack.holds = false;
      report(kExpired, ack.at)
          .message("{}This acknowledgement ended on {}.", ack.place, ack.text.until)
          .help("Mend what it accepted, or have it accepted anew with a later date.");
    }
  }

  [[nodiscard]] std::vector<Span> scope_of(const migration::AckDirective& directive) const {
    const Span comment = directive.comment;
    const auto section =
        std::partition_point(layout_.sections.begin(), layout_.sections.end(),
                             [comment](const Span& each) { return each.end <= comment.begin; });
    if (section == layout_.sections.end() || !section->contains(comment)) {
      // In front of the first marker: the whole file, its markers included.
      const bool leads = !layout_.sections.empty() && comment.end <= layout_.sections.front().begin;
      return leads ? std::vector{cover(comment, layout_.sections.back())} : std::vector<Span>{};
    }
    const auto behind = [](std::uint32_t offset) {
      return [offset](const Span& statement) { return statement.end <= offset; };
    };
    const auto in_section = [section](const Span& statement) {
      return section->contains(statement);
    };
    // Statements are in order.
    const auto& statements = layout_.statements;
    const auto next =
        std::partition_point(statements.begin(), statements.end(), behind(comment.begin));
    const auto first =
        std::partition_point(statements.begin(), statements.end(), behind(section->begin));
    const bool leads =
        first == statements.end() || !in_section(*first) || comment.end <= first->begin;
    if (leads) return {*section};
    if (next == statements.end() || !in_section(*next) || comment.begin >= next->begin) {
      return {};
    }
    if (!is_directly_above(comment, *next)) return {};
    return {*next};
  }

  /// Alone on its lines, with no empty line before the statement; other comments may be between.
  [[nodiscard]] bool is_directly_above(Span comment, Span statement) const {
    const std::string_view text = layout_.parts->text;
    const std::string_view before = text.substr(0, comment.begin);
    const std::size_t line = before.find_last_of("\r\n");
    const std::string_view lead = line == before.npos ? before : before.substr(line + 1);
    if (lead.find_first_not_of(" \t") != lead.npos) return false;
    const std::string_view between = text.substr(comment.end, statement.begin - comment.end);
    std::size_t breaks = 0;
    for (const char c : between) {
      if (c == '\n') {
        if (++breaks == 2) return false;
      } else if (c != ' ' && c != '\t' && c != '\r') {
        breaks = 0;
      }
    }
    return true;
  }

  /// Most cover one statement, and are found by its place: a file may have thousands.
  void index() {
    for (std::size_t i = 0; i < acks_.size(); ++i) {
      const std::vector<Span>& covers = acks_[i].covers;
      const auto statement = std::lower_bound(layout_.statements.begin(), layout_.statements.end(),
                                              covers.empty() ? Span() : covers.front(),
                                              [](Span a, Span b) { return a.begin < b.begin; });
      const bool is_statement = covers.size() == 1 && statement != layout_.statements.end() &&
                                *statement == covers.front();
      if (is_statement) {
        of_statement_[covers.front().begin].push_back(i);
      } else {
        of_more_.push_back(i);
      }
    }
  }

  /// Those that may cover the finding, in their order.
  [[nodiscard]] std::vector<std::size_t> candidates(const LocatedFinding& finding) const {
    std::vector<std::size_t> found = of_more_;
    for (const Span place : places_of(finding)) {
      const auto after = of_statement_.upper_bound(place.begin);
      if (after == of_statement_.begin()) continue;
      const std::vector<std::size_t>& here = std::prev(after)->second;
      found.insert(found.end(), here.begin(), here.end());
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  /// Of the statement and of the finding itself, as this file sees them.
  [[nodiscard]] std::array<Span, 2> places_of(const LocatedFinding& finding) const {
    const Span own = finding.finding.span;
    const FileParts& parts = *layout_.parts;
    return {parts.seen_from(layout_.region, finding.statement.empty() ? own : finding.statement),
            parts.seen_from(layout_.region, own)};
  }

  bool covers(Ack& ack, const LocatedFinding& finding) const {
    const std::array<Span, 2> places = places_of(finding);
    const bool in_scope = std::any_of(ack.covers.begin(), ack.covers.end(), [&](const Span& part) {
      return part.contains(places[0]) || part.contains(places[1]);
    });
    if (!in_scope) return false;
    if (ack.rules.empty()) return true;
    for (std::size_t i = 0; i < ack.rules.size(); ++i) {
      if (&ack.rules[i]->info == finding.rule) {
        ack.rule_used[i] = true;
        return true;
      }
    }
    return false;
  }

  void report_unused(const Ack& ack) {
    if (!ack.holds) return;
    if (!ack.used) {
      report(kUnused, ack.at)
          .message("{}This acknowledgement accepts nothing: there is no such finding here.",
                   ack.place)
          .help("Remove it.");
      return;
    }
    std::vector<std::string_view> unused;
    for (std::size_t i = 0; i < ack.rules.size(); ++i) {
      if (!ack.rule_used[i]) unused.push_back(ack.rules[i]->info.id);
    }
    if (unused.empty()) return;
    report(kUnused, ack.at)
        .message("{}This acknowledgement names '{}', of which there is no finding here.", ack.place,
                 fmt::join(unused, "', '"))
        .help("Remove the name.");
  }

  const FileLayout& layout_;
  const Date& today_;
  std::vector<LocatedFinding>& findings_;
  std::vector<LocatedFinding> faults_;
  std::vector<Ack> acks_;
  std::map<std::uint32_t, std::vector<std::size_t>> of_statement_;  ///< by where it begins
  std::vector<std::size_t> of_more_;
};

}  // namespace

void apply_acks(const std::vector<migration::AckDirective>& directives,
                std::span<const ConfiguredAck> configured, const FileLayout& layout,
                const Date& today, std::vector<LocatedFinding>& findings) {
  if (directives.empty() && configured.empty()) return;
  AckMatcher matcher(layout, today, findings);
  for (const migration::AckDirective& directive : directives) matcher.add(directive);
  for (const ConfiguredAck& each : configured) matcher.add(each);
  matcher.match();
}

}  // namespace unwedge::lint
