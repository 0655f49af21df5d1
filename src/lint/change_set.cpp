// Files through all layers: runner, sections, statements, timeline, rules, acknowledgements. The
// up sections of all files are walked in one go, for a runner may put them into one transaction and
// keeps its connection. What verifies a file is walked on the schema after them, and so is, from
// the last file to the first, what undoes them.

#include "lint/change_set.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "lint/analysis.h"
#include "lint/engine.h"
#include "lint/file_parts.h"
#include "lint/file_results.h"
#include "lint/included_files.h"
#include "lint/located_finding.h"
#include "lint/registry.h"
#include "lint/table_size_notes.h"
#include "timeline/walk.h"

namespace unwedge::lint {
namespace {

using migration::Direction;

/// The sections of one file for one direction, and their steps in the timeline.
struct FileRun {
  std::size_t file = 0;
  Direction direction = Direction::kUp;
  std::vector<timeline::SectionRun> sections;
};

/// What a Migration refers to.
struct MigrationParts {
  std::string_view path;
  const RunnerInfo* runner = nullptr;
  std::span<const Step> steps;
  std::vector<MigrationSection> sections;
  std::vector<IgnoredOptOut> ignored_opt_outs;
  FileEncoding encoding;

  [[nodiscard]] Migration migration() const {
    return {.path = path,
            .runner = *runner,
            .steps = steps,
            .sections = sections,
            .ignored_opt_outs = ignored_opt_outs,
            .encoding = encoding};
  }
};

/// What rules have found so far.
struct Found {
  std::vector<LocatedFinding> all;
  std::set<std::tuple<const RuleInfo*, std::uint32_t, std::uint32_t>> in_blocks;

  /// False: the same rule has found this place of a block already.
  bool is_first_in_block(const Rule& rule, Span place) {
    return in_blocks.emplace(&rule.info, place.begin, place.end).second;
  }
};

}  // namespace

class ChangeSet::Impl {
 public:
  Impl(std::vector<ChangeSetFile> files, std::string_view changed_code)
      : files_(std::move(files)), changed_code_(changed_code), included_(own_files()) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      analysed_.push_back(analyse(parts_, i, *files_[i].options));
      known_refusals_.insert(analysed_.back().refusals.begin(), analysed_.back().refusals.end());
    }
  }

  void lint(schema::Catalog& catalog, std::span<HistoryFile> history) {
    lint_up(catalog);
    lint_history(catalog, history);
    const bool applies = std::any_of(files_.begin(), files_.end(),
                                     [](const ChangeSetFile& file) { return file.applies; });
    if (!applies) catalog.undo_to(0);
    // They run on another day, when what the migrations created is there for all to use.
    catalog.end_session();
    catalog.settle();
    for (std::size_t i = 0; i < files_.size(); ++i) {
      lint_direction(i, Direction::kVerify, catalog);
      catalog.undo_to(0);
    }
    for (std::size_t i = files_.size(); i-- > 0;) lint_direction(i, Direction::kDown, catalog);
    catalog.undo_to(0);
  }

  [[nodiscard]] bool waits_for_end() const { return !left_behind_.all.empty() && has_later_; }

  void lint_end(const schema::Catalog& catalog, std::span<HistoryFile> history) {
    lint_history(catalog, history);
  }

  std::vector<FileResult> results() {
    std::vector<LocatedFinding>& last = left_behind_.all;
    std::move(last.begin(), last.end(), std::back_inserter(findings_.all));
    left_behind_ = {};
    std::vector<FileResult> results;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      results.push_back(file_result(analysed_[i], i, parts_, *files_[i].options, take_findings(i)));
    }
    return results;
  }

 private:
  [[nodiscard]] std::vector<OwnFile> own_files() const {
    std::vector<OwnFile> own;
    for (const ChangeSetFile& each : files_) {
      own.push_back({.file = &each.file, .options = each.options});
    }
    return own;
  }

  /// None of a file that another of these includes: it is run there.
  [[nodiscard]] std::vector<timeline::SectionRun> sections_of(std::size_t file,
                                                              Direction direction) const {
    if (runs_elsewhere_.contains(file)) return {};
    return runs_of(analysed_[file], direction);
  }

  [[nodiscard]] std::set<std::size_t> run_elsewhere() const {
    std::set<std::size_t> elsewhere;
    for (std::size_t i = 0; i < files_.size() && files_.size() > 1; ++i) {
      for (std::size_t part = files_.size(); part < parts_.parts.size(); ++part) {
        const std::size_t by = parts_.file_at(parts_.parts[part].included_by);
        const bool is_it = parts_.parts[part].file->place == files_[i].file.place;
        if (is_it && by != i && !elsewhere.contains(by)) elsewhere.insert(i);
      }
    }
    return elsewhere;
  }

  void lint_up(schema::Catalog& catalog) {
    std::vector<FileRun> runs;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      runs.push_back(
          {.file = i, .direction = Direction::kUp, .sections = sections_of(i, Direction::kUp)});
    }
    up_ = lint_runs(runs, catalog);
    std::size_t first = 0;
    for (const FileRun& run : runs) {
      const std::size_t count = run.sections.size();
      if (count > 0) migrations_.push_back(migration_of(run, up_, first));
      first += count;
    }
  }

  void lint_direction(std::size_t file, Direction direction, schema::Catalog& catalog) {
    lint_runs({{.file = file, .direction = direction, .sections = sections_of(file, direction)}},
              catalog);
  }

  /// Walks these sections one after the other and puts the rules to them.
  timeline::Timeline lint_runs(const std::vector<FileRun>& runs, schema::Catalog& catalog) {
    std::vector<timeline::SectionRun> sections;
    for (const FileRun& run : runs) {
      sections.insert(sections.end(), run.sections.begin(), run.sections.end());
    }
    if (sections.empty()) return {};
    timeline::Timeline timeline =
        timeline::walk(sections,
                       {.postgres = files_[runs.front().file].options->postgres,
                        .text = parts_.text,
                        .known_refusals = known_refusals_.empty() ? nullptr : &known_refusals_},
                       catalog, [this](const Step& step) { check_step(step); });
    check_transactions(timeline);
    std::size_t first = 0;
    for (const FileRun& run : runs) {
      if (!run.sections.empty()) check_migration(run, timeline, first);
      first += run.sections.size();
    }
    return timeline;
  }

  void check_step(const Step& step) {
    const std::size_t file = parts_.file_at(step.span());
    const ActiveRules& rules = *files_[file].rules;
    for (const Rule* rule : rules.for_statement(step.statement())) check(*rule, step, file);
    for (const Rule* rule : rules.every_step()) check(*rule, step, file);
  }

  void check(const Rule& rule, const Step& step, std::size_t file) {
    Findings findings(rule.info.severity);
    rule.check_step(step, findings);
    if (!findings.all().empty()) add(rule, findings, {&step, 1}, file, findings_);
  }

  void check_transactions(const timeline::Timeline& timeline) {
    const std::span<const Step> steps = timeline.steps;
    for (const timeline::TransactionRange& range : timeline.transactions) {
      const Transaction transaction{.state = range.state,
                                    .rolled_back = range.rolled_back,
                                    .unclosed = range.unclosed,
                                    .steps = steps.subspan(range.first, range.last - range.first)};
      const std::size_t file = parts_.file_at(transaction.steps.front().span());
      for (const Rule* rule : files_[file].rules->transaction()) {
        Findings findings(rule->info.severity);
        rule->check_transaction(transaction, findings);
        add(*rule, findings, transaction.steps, file, findings_);
      }
    }
  }

  void check_migration(const FileRun& run, const timeline::Timeline& timeline, std::size_t first) {
    const MigrationParts parts = migration_of(run, timeline, first);
    const Migration migration = parts.migration();
    for (const Rule* rule : files_[run.file].rules->migration()) {
      Findings findings(rule->info.severity);
      rule->check_migration(migration, findings);
      add(*rule, findings, migration.steps, run.file, findings_);
    }
  }

  [[nodiscard]] MigrationParts migration_of(const FileRun& run, const timeline::Timeline& timeline,
                                            std::size_t first) const {
    const std::span<const Step> steps = timeline.steps;
    const AnalysedFile& file = analysed_[run.file];
    MigrationParts parts;
    for (std::size_t i = 0; i < run.sections.size(); ++i) {
      const migration::Section& section = *run.sections[i].section;
      const timeline::SectionRange& range = timeline.sections[first + i];
      parts.sections.push_back({.name = section.name,
                                .region = section.region,
                                .opted_out = section.opted_out,
                                .opt_out = section.opt_out,
                                .steps = steps.subspan(range.first, range.last - range.first)});
    }
    const std::size_t begin = timeline.sections[first].first;
    const std::size_t end = timeline.sections[first + run.sections.size() - 1].last;
    parts.ignored_opt_outs = ignored_opt_outs(file, run);
    parts.path = files_[run.file].file.path;
    parts.encoding = encoding_of(file, run);
    parts.runner = run.sections.front().runner;
    parts.steps = steps.subspan(begin, end - begin);
    return parts;
  }

  /// What is foreign in these sections, and what is in none if these are the first of the file; or
  /// in the first file that they include and that has anything foreign.
  [[nodiscard]] FileEncoding encoding_of(const AnalysedFile& file, const FileRun& run) const {
    FileEncoding encoding;
    encoding.encoding = file.file->encoding.encoding;
    for (ForeignCharacter each : file.file->encoding.foreign) {
      each.span.begin += file.region.begin;
      each.span.end += file.region.begin;
      const AnalysedSection* owner = &file.sections.front();
      for (const AnalysedSection& section : file.sections) {
        if (migration::whole(section.section).contains(each.span)) owner = &section;
      }
      if (owner->section.direction == run.direction) encoding.foreign.push_back(each);
    }
    for (const AnalysedSection& section : file.sections) {
      if (section.section.direction != run.direction) continue;
      for (const IncludedScript& included : section.included) {
        if (!encoding.foreign.empty()) return encoding;
        encoding = parts_.parts[included.part].file->encoding;
        for (ForeignCharacter& each : encoding.foreign) {
          each.span.begin += included.region.begin;
          each.span.end += included.region.begin;
        }
      }
    }
    return encoding;
  }

  /// What the change set leaves behind, as the rules that look at the history see it.
  void lint_history(const schema::Catalog& catalog, std::span<HistoryFile> files) {
    left_behind_ = {};
    std::vector<Migration> migrations;
    for (const MigrationParts& parts : migrations_) migrations.push_back(parts.migration());
    if (migrations.empty()) return;
    const std::vector<const Rule*>& rules = files_.back().rules->history();
    if (rules.empty()) return;
    History history{.runner = migrations.back().runner,
                    .files = files,
                    .migrations = migrations,
                    .schema = &catalog,
                    .breaks = {},
                    .changed_code = changed_code_};
    std::vector<std::pair<HistoryFile*, HistoryFile>> before;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (!files_[i].in_history) continue;
      HistoryFile& file = files[*files_[i].in_history];
      before.emplace_back(&file, file);
      file.head = head_of(i);
      file.way_back = way_back_of(i, file.way_back == WayBack::kThere);
      history.last = std::max(history.last, *files_[i].in_history);
    }
    has_later_ = history.last + 1 < files.size();
    // Rules about the history itself come last: they are told what the others have found.
    for (const bool about_history : {false, true}) {
      const std::vector<Span> breaks = breaking_places();
      history.breaks = breaks;
      for (const Rule* rule : rules) {
        if ((rule->info.category == Category::kHistory) != about_history) continue;
        Findings findings(rule->info.severity);
        rule->check_history(history, findings);
        add(*rule, findings, up_.steps, 0, left_behind_);
      }
    }
    for (const auto& [file, was] : before) *file = was;
  }

  /// Where rules about compatibility have found something.
  [[nodiscard]] std::vector<Span> breaking_places() const {
    std::vector<Span> places;
    for (const Found* found : {&findings_, &left_behind_}) {
      for (const LocatedFinding& each : found->all) {
        const std::size_t file = parts_.file_at(each.finding.span);
        if (each.rule->category == Category::kCompatibility &&
            is_enabled(*each.rule, *files_[file].options)) {
          places.push_back(each.finding.span);
        }
      }
    }
    return places;
  }

  [[nodiscard]] WayBack way_back_of(std::size_t index, bool has_down_file) const {
    const AnalysedFile& file = analysed_[index];
    const migration::SectionRules& rules = file.recognised.runner->sections;
    if (rules.down.empty()) return WayBack::kNotAsked;
    if (rules.kind == migration::SectionKind::kSeparateFiles) {
      const std::string& path = files_[index].file.path;
      const bool names_direction = path.ends_with(".up.sql") || path.ends_with("/up.sql");
      if (!names_direction) return WayBack::kNotAsked;
      return has_down_file ? WayBack::kThere : WayBack::kMissing;
    }
    if (rules.kind != migration::SectionKind::kInFile) return WayBack::kNotAsked;
    WayBack found = WayBack::kMissing;
    for (const AnalysedSection& section : file.sections) {
      if (section.section.direction != Direction::kDown) continue;
      if (!section.script.statements.empty()) return WayBack::kThere;
      found = WayBack::kEmpty;
    }
    return found;
  }

  /// The first statement's first word, or the first character of the file.
  [[nodiscard]] Span head_of(std::size_t file) const {
    for (const AnalysedSection& section : analysed_[file].sections) {
      if (!section.script.statements.empty()) {
        return section.script.statements.front().keyword_span;
      }
    }
    const Span region = parts_.parts[file].region;
    return {region.begin, std::min(region.begin + 1, region.end)};
  }

  /// Those that stand in or before a section of this direction; what stands elsewhere is the up
  /// direction's.
  [[nodiscard]] static std::vector<IgnoredOptOut> ignored_opt_outs(const AnalysedFile& file,
                                                                   const FileRun& run) {
    std::vector<IgnoredOptOut> ignored;
    for (const IgnoredOptOut& each : file.ignored_opt_outs) {
      Direction direction = Direction::kUp;
      for (const AnalysedSection& section : file.sections) {
        if (migration::whole(section.section).contains(each.span)) {
          direction = section.section.direction;
        }
      }
      if (direction == run.direction) ignored.push_back(each);
    }
    return ignored;
  }

  /// Takes over what a rule found among these steps.
  void add(const Rule& rule, Findings& findings, std::span<const Step> steps, std::size_t file,
           Found& found) {
    auto last = steps.begin();  // the findings of a rule are mostly in the order of the steps
    for (Finding& finding : findings.take()) {
      if (files_.size() > 1) file = parts_.file_at(finding.span);
      const AnalysedSection* section =
          section_at(file, parts_.seen_from(analysed_[file].region, finding.span));
      // A down section is for the day when something has gone wrong: that it runs at all matters.
      const bool only_failures = section != nullptr &&
                                 section->section.direction != Direction::kUp &&
                                 !files_[file].options->check_down;
      if (only_failures && rule.info.kind != Kind::kFails) continue;
      const auto is_at = [&finding](const Step& each) {
        return each.span().contains(finding.span);
      };
      auto step = std::find_if(last, steps.end(), is_at);
      if (step == steps.end()) {
        step = std::find_if(steps.begin(), last, is_at);
        if (step == last) step = steps.end();
      }
      if (step != steps.end()) last = step;
      // Of a DO block, the statement in it.
      for (auto next = step; next != steps.end() && step->span().contains(next->span()); ++next) {
        if (next->span().contains(finding.span)) step = next;
      }
      if (step != steps.end()) add_table_sizes(rule.info, *step, finding);
      if (step != steps.end() && step->block() != nullptr) {
        // A place in a loop, which is several steps with as many names, is one finding.
        if (!found.is_first_in_block(rule, finding.span)) continue;
        weaken(*step->block(), finding);
      }
      found.all.push_back(
          {.rule = &rule.info,
           .finding = std::move(finding),
           .statement = step == steps.end() ? Span() : step->span(),
           .section = section == nullptr ? std::string_view() : section->section.name,
           .ack = std::nullopt});
    }
  }

  /// What may not run is no error.
  static void weaken(const InBlock& block, Finding& finding) {
    if (block.possible && finding.severity == Severity::kError) {
      finding.severity = Severity::kWarning;
    }
  }

  [[nodiscard]] const AnalysedSection* section_at(std::size_t file, Span span) const {
    const std::vector<AnalysedSection>& sections = analysed_[file].sections;
    const auto after = std::upper_bound(sections.begin(), sections.end(), span.begin,
                                        [](std::uint32_t at, const AnalysedSection& section) {
                                          return at < migration::whole(section.section).begin;
                                        });
    if (after == sections.begin()) return nullptr;
    const AnalysedSection& section = *std::prev(after);
    return migration::whole(section.section).contains(span) ? &section : nullptr;
  }

  std::vector<LocatedFinding> take_findings(std::size_t file) {
    std::vector<LocatedFinding>& all = findings_.all;
    if (files_.size() == 1) return std::exchange(all, {});
    const auto first =
        std::stable_partition(all.begin(), all.end(), [this, file](const LocatedFinding& each) {
          return parts_.file_at(each.finding.span) != file;
        });
    std::vector<LocatedFinding> taken(std::make_move_iterator(first),
                                      std::make_move_iterator(all.end()));
    all.erase(first, all.end());
    return taken;
  }

  std::vector<ChangeSetFile> files_;
  std::string_view changed_code_;
  IncludedFiles included_;
  const FileParts& parts_ = included_.parts();
  std::vector<AnalysedFile> analysed_;
  std::set<std::size_t> runs_elsewhere_ = run_elsewhere();
  timeline::KnownRefusals known_refusals_;
  timeline::Timeline up_;
  std::vector<MigrationParts> migrations_;  ///< of the up direction
  Found findings_;
  Found left_behind_;       ///< by rules that look at the history
  bool has_later_ = false;  ///< there are migrations after these
};

ChangeSet::ChangeSet(std::vector<ChangeSetFile> files, std::string_view changed_code)
    : impl_(std::make_unique<Impl>(std::move(files), changed_code)) {}

ChangeSet::~ChangeSet() = default;

void ChangeSet::lint(schema::Catalog& catalog, std::span<HistoryFile> history) {
  impl_->lint(catalog, history);
}

bool ChangeSet::waits_for_end() const { return impl_->waits_for_end(); }

void ChangeSet::lint_end(const schema::Catalog& catalog, std::span<HistoryFile> history) {
  impl_->lint_end(catalog, history);
}

std::vector<FileResult> ChangeSet::results() { return impl_->results(); }

}  // namespace unwedge::lint
