// One file through all layers: runner, sections, statements, timeline, rules, acknowledgements.

#include <algorithm>
#include <utility>

#include "lint/acks.h"
#include "lint/active_rules.h"
#include "lint/engine.h"
#include "lint/located_finding.h"
#include "lint/presentation.h"
#include "lint/registry.h"
#include "migration/directives.h"
#include "migration/messages.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "sql/script.h"
#include "timeline/walk.h"

namespace unwedge::lint {
namespace {

class FileLinter {
 public:
  FileLinter(const text::SourceFile& file, const Options& options, const ActiveRules& rules)
      : file_(file), options_(options), rules_(rules) {}

  FileResult lint() {
    FileResult result;
    result.path = file_.path;
    const migration::RunnerProfile& runner = runner_of_file();
    profile_ = &runner;
    result.runner = runner.name;
    runner_ = {.name = runner.name,
               .known = runner.mode != migration::Mode::kUnknown,
               .way_out_wants_single_statement = runner.way_out_wants_single_statement};
    const std::vector<migration::Section> sections =
        migration::sections_of(file_.path, file_.contents, runner);
    for (const migration::Section& section : sections) {
      const sql::Script script = sql::parse_script(file_.contents, section.region);
      result.statements += script.statements.size();
      lint_section(section, script);
      layout_.sections.push_back(section.region);
      for (const Statement& statement : script.statements) {
        layout_.statements.push_back(statement.span);
        if (statement.get<SyntaxError>() != nullptr) ++result.unanalysed;
      }
    }
    layout_.text = file_.contents;
    const Span all{0, static_cast<std::uint32_t>(file_.contents.size())};
    apply_acks(migration::ack_directives(file_.contents, all), layout_, options_, findings_);
    apply_settings();
    result.findings = present(std::move(findings_), file_, options_.fingerprints);
    return result;
  }

 private:
  const migration::RunnerProfile& runner_of_file() const {
    if (const auto* named = migration::find_runner(options_.runner)) return *named;
    return migration::recognise_runner(file_.contents);
  }

  /// How this runner is told to run the section without a transaction.
  std::string_view way_out(const migration::Section& section) const {
    const bool down = section.direction == migration::Direction::kDown;
    const bool differs = down && !profile_->down_way_out.empty();
    return differs ? profile_->down_way_out : profile_->way_out;
  }

  void lint_section(const migration::Section& section, const sql::Script& script) {
    // A down section is for the day when something has gone wrong: that it runs at all matters.
    only_failures_ = section.direction == migration::Direction::kDown;
    runner_.way_out = way_out(section);
    schema::Catalog catalog;
    const std::vector<migration::Message> messages =
        migration::messages_of(file_.contents, section, script.statements);
    const timeline::Timeline timeline =
        timeline::walk(section, script.statements, messages,
                       {.postgres = options_.postgres, .runner = &runner_, .text = file_.contents},
                       catalog, [this](const Step& step) {
                         for (const Rule* rule : rules_.for_statement(step.statement()))
                           check(*rule, step);
                         for (const Rule* rule : rules_.every_step()) check(*rule, step);
                       });
    const std::span<const Step> steps = timeline.steps;
    for (const timeline::TransactionRange& range : timeline.transactions) {
      const Transaction transaction{.state = range.state,
                                    .rolled_back = range.rolled_back,
                                    .unclosed = range.unclosed,
                                    .steps = steps.subspan(range.first, range.last - range.first)};
      for (const Rule* rule : rules_.transaction()) {
        Findings findings(rule->info.severity);
        rule->check_transaction(transaction, findings);
        add(*rule, findings, transaction.steps);
      }
    }
    const Migration migration{.path = file_.path, .runner = runner_, .steps = steps};
    for (const Rule* rule : rules_.migration()) {
      Findings findings(rule->info.severity);
      rule->check_migration(migration, findings);
      add(*rule, findings, steps);
    }
  }

  void check(const Rule& rule, const Step& step) {
    Findings findings(rule.info.severity);
    rule.check_step(step, findings);
    if (!findings.all().empty()) add(rule, findings, {&step, 1});
  }

  /// Takes over what a rule found among these steps.
  void add(const Rule& rule, Findings& findings, std::span<const Step> steps) {
    if (only_failures_ && rule.info.kind != Kind::kFails) return;
    for (Finding& finding : findings.take()) {
      const auto step = std::find_if(steps.begin(), steps.end(), [&finding](const Step& each) {
        return each.span().contains(finding.span);
      });
      findings_.push_back({.rule = &rule.info,
                           .finding = std::move(finding),
                           .statement = step == steps.end() ? Span() : step->span(),
                           .ack = std::nullopt});
    }
  }

  /// What the config says of a rule comes last: it may raise what a rule lowered.
  void apply_settings() {
    std::erase_if(findings_, [this](const LocatedFinding& finding) {
      return !is_enabled(*finding.rule, options_);
    });
    for (LocatedFinding& finding : findings_) {
      const auto setting = options_.rules.find(finding.rule->id);
      if (setting == options_.rules.end() || !setting->second.severity) continue;
      finding.finding.severity = *setting->second.severity;
    }
  }

  const text::SourceFile& file_;
  const Options& options_;
  const ActiveRules& rules_;
  const migration::RunnerProfile* profile_ = nullptr;
  RunnerInfo runner_;
  FileLayout layout_;
  std::vector<LocatedFinding> findings_;
  bool only_failures_ = false;
};

}  // namespace

FileResult lint_file(const text::SourceFile& file, const Options& options,
                     const ActiveRules& rules) {
  return FileLinter(file, options, rules).lint();
}

FileResult lint_file(const text::SourceFile& file, const Options& options) {
  return lint_file(file, options, ActiveRules(options));
}

FileResult unreadable_file(std::string path, std::string error) {
  FileResult result;
  result.path = std::move(path);
  result.error = std::move(error);
  return result;
}

}  // namespace unwedge::lint
