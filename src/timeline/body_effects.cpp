// See body_effects.h.

#include "timeline/body_effects.h"

#include <algorithm>

#include "timeline/row_guards.h"

namespace unwedge::timeline {
namespace {

constexpr std::string_view kLoopUnbounded = "how often the loop runs is not known";
constexpr std::string_view kScanUnknown = "whether an index answers it is not known";

void add_work(WorkKind kind, const QualifiedName& name, Span cause, std::string_view reason,
              const schema::Catalog& catalog, BodyStep& step) {
  const RelationId relation = catalog.resolve(name, step.session.settings->search_path);
  step.effects.work.push_back({.kind = kind,
                               .relation = relation,
                               .existing = catalog.existing(relation),
                               .certainty = Certainty::kPossible,
                               .reason = reason,
                               .cause = cause});
}

}  // namespace

void make_possible(Effects& effects) {
  const auto doubt = [](auto& each) {
    if (each.certainty == Certainty::kPossible) return;
    each.certainty = Certainty::kPossible;
    each.reason = kMayNotRun;
  };
  std::for_each(effects.locks.begin(), effects.locks.end(), doubt);
  std::for_each(effects.work.begin(), effects.work.end(), doubt);
  std::for_each(effects.rejected_by_rows.begin(), effects.rejected_by_rows.end(), doubt);
  for (PendingEvents& events : effects.pending_events) events.certain = false;
  effects.emptied.clear();
}

void add_scans(const std::vector<sql::RowQuery>& no_row, const schema::Catalog& catalog,
               BodyStep& step) {
  const auto* dml = step.statement->get<Dml>();
  if (dml == nullptr) return;
  for (const QualifiedName& relation : dml->reads) {
    add_work(WorkKind::kScan, relation, step.statement->keyword_span, kScanUnknown, catalog, step);
    Work& work = step.effects.work.back();
    const bool certain = std::any_of(no_row.begin(), no_row.end(), [&](const auto& query) {
      const auto& search_path = step.session.settings->search_path;
      return catalog.resolve(query.table, search_path) == work.relation &&
             reads_every_row(query, work.relation, catalog);
    });
    if (!certain) continue;
    work.certainty = Certainty::kCertain;
    work.reason = {};
  }
}

void add_rows_of_loop(const schema::Catalog& catalog, BodyStep& step) {
  const auto* dml = step.statement->get<Dml>();
  if (dml == nullptr) return;
  for (const Write& write : dml->writes) {
    const auto& work = step.effects.work;
    const bool known = std::any_of(work.begin(), work.end(), [&write](const Work& each) {
      return each.kind == WorkKind::kRows && each.cause == write.span;
    });
    if (!known) add_work(WorkKind::kRows, write.target, write.span, kLoopUnbounded, catalog, step);
  }
}

}  // namespace unwedge::timeline
