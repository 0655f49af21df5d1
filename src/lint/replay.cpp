// See replay.h.

#include "lint/replay.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "lint/analysis.h"
#include "lint/included_files.h"
#include "migration/history_names.h"
#include "timeline/walk.h"

namespace unwedge::lint {
namespace {

using migration::without_zeros;  // some runners write "0042" and mean 42

/// The texts in single quotes that can be versions, as a dump's INSERT INTO schema_migrations has.
std::set<std::string, std::less<>> quoted_versions(std::string_view dump) {
  constexpr std::size_t kLongest = 64;
  std::set<std::string, std::less<>> versions;
  for (std::size_t quote = dump.find('\''); quote != dump.npos;) {
    const std::size_t end = dump.find_first_not_of("0123456789._", quote + 1);
    if (end == dump.npos) break;
    const std::size_t size = end - quote - 1;
    if (dump[end] == '\'' && size > 0 && size <= kLongest) {
      versions.emplace(without_zeros(dump.substr(quote + 1, size)));
    }
    quote = dump.find('\'', end);
  }
  return versions;
}

class HistoryWalk {
 public:
  HistoryWalk(const InputHistory& history, schema::Catalog& catalog, const VisitChangeSet& visit,
              const std::function<bool()>& cancelled)
      : history_(history), catalog_(catalog), visit_(visit), cancelled_(cancelled) {}

  void walk() {
    catalog_.set_complete(history_.from_beginning);
    if (history_.base) start_from_base();
    if (history_.one_change_set) {
      walk_around_change_set();
    } else {
      for (const Input& file : history_.files) {
        if (cancelled_ && cancelled_()) return;
        file.wanted ? visit({&file}) : replay(file);
      }
    }
    settle();
  }

 private:
  /// What was merged before has been applied at its place, whatever has become of it since.
  static bool was_merged(const Input& file) {
    return file.change == FileChange::kEdited || file.change == FileChange::kReworded ||
           file.change == FileChange::kRenamed;
  }

  /// The others that are there, or were before the last wanted one, have been applied when the
  /// change set is.
  void walk_around_change_set() {
    std::vector<const Input*> wanted;
    for (const Input& file : history_.files) {
      if (file.wanted && !was_merged(file)) wanted.push_back(&file);
    }
    const Input* last = wanted.empty() ? nullptr : wanted.back();
    std::vector<const Input*> later;
    for (const Input& file : history_.files) {
      if (file.wanted) {
        if (was_merged(file)) visit({&file});
        continue;
      }
      if (&file < last || file.change != FileChange::kUnknown) {
        replay(file);
      } else {
        later.push_back(&file);
      }
    }
    if (!wanted.empty()) visit(wanted);
    for (const Input* file : later) replay(*file);
  }

  /// A dump that knows one of the wanted files already is that of a later schema: of no use.
  void start_from_base() {
    const auto dump = history_.base->read();
    if (!dump) return;
    versions_in_base_ = quoted_versions(dump->contents);
    const bool too_new =
        std::any_of(history_.files.begin(), history_.files.end(),
                    [this](const Input& file) { return file.wanted && is_in_base(file); });
    if (too_new) {
      versions_in_base_.clear();
      return;
    }
    apply(*dump, *history_.base->options);
    catalog_.set_complete(true);
  }

  [[nodiscard]] bool is_in_base(const Input& file) const {
    return !file.version.empty() && versions_in_base_.contains(without_zeros(file.version));
  }

  void visit(const std::vector<const Input*>& files) {
    settle();
    visit_(files, catalog_);
  }

  void settle() {
    catalog_.end_session();
    catalog_.settle();
  }

  void replay(const Input& file) {
    if (!file.is_migration || !file.applied || is_in_base(file) || (cancelled_ && cancelled_()))
      return;
    const auto source = file.read();
    if (source) {
      apply(*source, *file.options);
    } else {
      catalog_.set_complete(false);
    }
  }

  void apply(const text::SourceFile& file, const Options& options) {
    const IncludedFiles files({.file = &file, .options = &options});
    const AnalysedFile analysed = analyse_for_replay(files.parts(), 0, options);
    const std::vector<timeline::SectionRun> runs = runs_of(analysed, migration::Direction::kUp);
    if (runs.empty()) return;
    timeline::replay(runs, {.postgres = options.postgres, .text = files.parts().text}, catalog_);
    catalog_.commit();
  }

  const InputHistory& history_;
  schema::Catalog& catalog_;
  const VisitChangeSet& visit_;
  const std::function<bool()>& cancelled_;
  std::set<std::string, std::less<>> versions_in_base_;
};

}  // namespace

void walk_history(const InputHistory& history, schema::Catalog& catalog,
                  const VisitChangeSet& visit, const std::function<bool()>& cancelled) {
  HistoryWalk(history, catalog, visit, cancelled).walk();
}

}  // namespace unwedge::lint
