// See analysis.h.

#include "lint/analysis.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "lint/candidate_refusals.h"
#include "migration/other_database.h"
#include "migration/placeholders.h"
#include "migration/runner.h"
#include "migration/variants.h"
#include "unwedge/other_database.h"

namespace unwedge::lint {
namespace {

using migration::Direction;
using migration::Mode;
using migration::RunnerProfile;
using migration::Section;
using migration::Splitter;

void shift(Span& span, std::uint32_t by) {
  span.begin += by;
  span.end += by;
}

void shift(Section& section, std::uint32_t by) {
  shift(section.region, by);
  if (!section.marker.empty()) shift(section.marker, by);
  if (!section.opt_out.empty()) shift(section.opt_out, by);
  for (Span& block : section.blocks) shift(block, by);
}

/// What follows for a statement from the runner's way out: from the general one, which is the last.
WayOut::Then after_opt_out(const RunnerProfile& runner) {
  const std::vector<migration::Variant>& variants = runner.transaction.variants;
  const auto general = std::find_if(variants.rbegin(), variants.rend(),
                                    [](const migration::Variant& each) { return each.opt_out; });
  if (general == variants.rend()) return WayOut::Then::kSplit;
  if (general->mode == Mode::kImplicitWholeMessage) return WayOut::Then::kAlone;
  return general->mode == Mode::kPipelineWholeMessage ? WayOut::Then::kFirst : WayOut::Then::kSplit;
}

std::string_view alone(Splitter splitter) {
  switch (splitter) {
    case Splitter::kLines:
      return "the only statement on its line, and in its block if it is in one";
    case Splitter::kDelimiter: return "the only statement on its line";
    case Splitter::kSeparator: return "the only statement between two separators";
    case Splitter::kWhole:
    case Splitter::kStatements: break;
  }
  return {};
}

/// A mode that the settings choose, with the splitting that its name speaks of.
void set_mode(Mode mode, Section& section) {
  section.mode = mode;
  if (mode == Mode::kAutocommitPerStatement || mode == Mode::kScriptDefined) {
    section.splitter = Splitter::kStatements;
  } else if (mode == Mode::kImplicitWholeMessage || mode == Mode::kPipelineWholeMessage) {
    section.splitter = Splitter::kWhole;
  }
}

class FileAnalysis {
 public:
  FileAnalysis(const FileParts& parts, std::size_t file, const Options& options, bool for_replay)
      : parts_(parts),
        text_(parts.text),
        values_(parts.parts[file].values == nullptr ? options.placeholders.values
                                                    : *parts.parts[file].values),
        options_(options),
        for_replay_(for_replay) {
    result_.file = parts.parts[file].file;
    result_.region = parts.parts[file].region;
  }

  AnalysedFile analyse() {
    const text::SourceFile& file = *result_.file;
    const std::string_view own_text = slice(text_, result_.region);
    recognise(own_text);
    const RunnerProfile& runner = *result_.recognised.runner;
    const migration::MigrationFile migration{.path = path_,
                                             .text = own_text,
                                             .had_byte_order_mark = file.had_byte_order_mark,
                                             .folder = folder_};

    std::vector<Section> sections = migration::sections_of(path_, own_text, runner);
    if (options_.mode) {
      for (Section& section : sections) set_mode(*options_.mode, section);
    }
    result_.undecided = migration::resolve_variants(migration, runner, sections);
    result_.directory = file.path.substr(0, file.path.rfind('/') + 1);
    if (for_replay_) {
      for (Section& section : sections) {
        if (section.direction == Direction::kUp) add(std::move(section), runner);
      }
      return std::move(result_);
    }
    for (const migration::IgnoredLine& ignored :
         migration::ignored_opt_outs(own_text, runner, sections)) {
      result_.ignored_opt_outs.push_back({.span = ignored.span, .why = ignored.why});
      shift(result_.ignored_opt_outs.back().span, result_.region.begin);
    }
    for (Section& section : sections) add(std::move(section), runner);
    result_.refusals = candidate_refusals({.text = text_,
                                           .file = migration,
                                           .offset = result_.region.begin,
                                           .analysed = &result_,
                                           .postgres = options_.postgres});
    return std::move(result_);
  }

 private:
  void recognise(std::string_view text) {
    const text::SourceFile& file = *result_.file;
    const std::string name = file.place.filename().string();
    path_ = file.path;
    if (options_.detector != nullptr && !file.place.empty()) {
      folder_ = &options_.detector->surroundings().folder(file.place.parent_path());
      path_ = folder_->in_repository(name);
    }
    const RunnerProfile* named = named_runner();
    if (named != nullptr) {
      result_.recognised = {.runner = named, .by = "your settings", .candidates = {}};
    } else if (folder_ != nullptr) {
      result_.recognised = options_.detector->recognise(*folder_, name, text);
    } else if (options_.detector != nullptr) {
      result_.recognised = options_.detector->recognise(path_, text);
    } else {
      result_.recognised = {
          .runner = &migration::recognise_by_content(text), .by = "its text", .candidates = {}};
    }
  }

  /// The one that the settings name; null: none.
  [[nodiscard]] const RunnerProfile* named_runner() const {
    if (options_.runner.empty()) return nullptr;
    return options_.runners == nullptr ? migration::find_runner(options_.runner)
                                       : migration::find_runner(options_.runner, *options_.runners);
  }

  void add(Section section, const RunnerProfile& runner) {
    shift(section, result_.region.begin);
    AnalysedSection& added = result_.sections.emplace_back();
    added.section = std::move(section);
    added.script = parse(added.section, runner);
    leave_other_database(added.script);
    follow_includes(added, runner);
    added.delivery = migration::delivery_of(text_, added.section, runner, added.script.statements);
    added.runner = info(runner, added.section);
  }

  [[nodiscard]] sql::Script parse(const Section& section, const RunnerProfile& runner) const {
    const std::vector<sql::Placeholder> placeholders =
        migration::placeholders_of(text_, section, runner, options_.placeholders);
    return sql::parse_script(
        text_, section.region,
        {.psql = runner.psql, .placeholders = placeholders, .values = &values_});
  }

  /// Puts what is included behind the commands that do it.
  void follow_includes(AnalysedSection& section, const RunnerProfile& runner) const {
    if (parts_.inclusions.empty() || section.section.splitter != Splitter::kStatements) return;
    std::vector<Statement> own = std::exchange(section.script.statements, {});
    take_with_included(own, runner, section);
  }

  /// Comes to an end because no part includes one before it.
  void take_with_included(std::vector<Statement>& statements, const RunnerProfile& runner,
                          AnalysedSection& section) const {
    for (Statement& each : statements) {
      Statement& taken = section.script.statements.emplace_back(std::move(each));
      const auto inclusion = parts_.inclusions.find(taken.span.begin);
      auto* command = std::get_if<ClientCommand>(&taken.node);
      if (command == nullptr || inclusion == parts_.inclusions.end()) continue;
      command->why = section.script.storage->copy(inclusion->second.why);
      command->followed = command->why.empty();
      if (!command->followed) continue;
      std::vector<Statement> inner =
          std::exchange(parse_included(inclusion->second.part, runner, section).statements, {});
      take_with_included(inner, runner, section);
    }
  }

  sql::Script& parse_included(std::size_t part, const RunnerProfile& runner,
                              AnalysedSection& section) const {
    Section whole;
    whole.region = parts_.parts[part].region;
    IncludedScript& included = section.included.emplace_back();
    included = {.part = part, .region = whole.region, .script = parse(whole, runner)};
    sql::Script& script = included.script;
    // Each is a copy of all the text: one of them is enough.
    std::string& masked = section.script.masked;
    std::string own = std::exchange(script.masked, {});
    if (masked.empty()) {
      masked = std::move(own);
    } else if (!own.empty()) {
      masked.replace(whole.region.begin, whole.region.size(), slice(own, whole.region));
    }
    return script;
  }

  /// What is written for another database is not for anybody's Postgres to reject.
  void leave_other_database(sql::Script& script) const {
    std::vector<Statement>& statements = script.statements;
    const bool is_rejected = std::any_of(
        statements.begin(), statements.end(),
        [](const Statement& statement) { return statement.get<SyntaxError>() != nullptr; });
    if (!is_rejected || !migration::names_other_database(path_)) return;
    statements.resize(1);
    statements.front().node = Other{.tag = kOtherDatabaseTag};
    script.choices.clear();
  }

  [[nodiscard]] RunnerInfo info(const RunnerProfile& runner, const Section& section) const {
    const migration::WayOutRules& way_out = runner.transaction.way_out;
    const bool down = section.direction == Direction::kDown && !way_out.down_line.empty();
    RunnerInfo info{
        .name = runner.name,
        .known = runner.known() || runner.sections.kind == migration::SectionKind::kNone,
        .way_out = {.line = down ? way_out.down_line : way_out.line,
                    .place = way_out.place,
                    .then = after_opt_out(runner)},
        .alone = alone(section.splitter),
        .lock_timeout = runner.session.lock_timeout,
        .concurrent_runs = options_.concurrent_runs,
        .on_edit = runner.history.edited,
        .on_late = runner.history.late,
        .on_duplicate = runner.history.duplicate};
    if (runner.session.build_danger != BuildDanger::kNone && !is_cured(runner)) {
      info.build_danger = runner.session.build_danger;
      info.build_cure = runner.session.build_cure;
    }
    return info;
  }

  [[nodiscard]] bool is_cured(const RunnerProfile& runner) const {
    const std::vector<migration::FileSign>& cures = runner.session.build_cured_by;
    return folder_ != nullptr &&
           std::any_of(cures.begin(), cures.end(), [this](const migration::FileSign& sign) {
             return migration::find_sign(sign, *folder_, {}).has_value();
           });
  }

  const FileParts& parts_;
  std::string_view text_;
  const sql::PlaceholderValues& values_;
  const Options& options_;
  bool for_replay_;
  AnalysedFile result_;
  std::string path_;  ///< in the repository
  const migration::Folder* folder_ = nullptr;
};

}  // namespace

AnalysedFile analyse(const FileParts& parts, std::size_t file, const Options& options) {
  return FileAnalysis(parts, file, options, false).analyse();
}

AnalysedFile analyse_for_replay(const FileParts& parts, std::size_t file, const Options& options) {
  return FileAnalysis(parts, file, options, true).analyse();
}

std::vector<timeline::SectionRun> runs_of(const AnalysedFile& file, Direction direction) {
  std::vector<timeline::SectionRun> runs;
  const RunnerProfile& runner = *file.recognised.runner;
  for (const AnalysedSection& each : file.sections) {
    if (each.section.direction != direction) continue;
    std::vector<timeline::TextChoices> included;
    for (const IncludedScript& other : each.included) {
      included.push_back({.region = other.region, .choices = &other.script.choices});
    }
    runs.push_back({.section = &each.section,
                    .delivery = &each.delivery,
                    .statements = &each.script.statements,
                    .choices = &each.script.choices,
                    .included = std::move(included),
                    .masked = each.script.masked,
                    .values = &each.script.values,
                    .runner = &each.runner,
                    .directory = file.directory,
                    .begins_file = runs.empty(),
                    .reopens = runner.transaction.reopens,
                    .resets_settings = runner.session.resets_settings});
  }
  return runs;
}

}  // namespace unwedge::lint
