// Effects by statement. Facts and their versions are from Postgres's sources, named at each, and
// are measured on live servers of versions 11 to 18: fixtures/truth holds what was seen.

#include <variant>

#include "effects/effects_of.h"
#include "effects/predict.h"
#include "effects/prediction.h"
#include "effects/refusals.h"
#include "effects/rejected_by_rows.h"
#include "effects/schema_refusals.h"
#include "effects/unfinished.h"

namespace unwedge::effects {

Effects effects_of(const Statement& statement, const schema::Catalog& before,
                   const Session& session, PgVersion version) {
  Prediction prediction(before, session, version);
  std::visit(
      [&prediction](const auto& node) {
        if constexpr (requires { predict(node, prediction); }) predict(node, prediction);
      },
      statement.node);
  Effects effects = prediction.take();
  leave_unfinished(statement, prediction, effects);
  note_rows(statement, prediction, effects);
  effects.rejected_by_rows = rejected_by_rows(statement, prediction);
  effects.refusal = syntax_refusal(statement, before, session, version);
  if (!effects.refusal) {
    effects.refusal =
        transaction_refusal(statement, session.transaction, version,
                            {.catalog = &before, .search_path = session.settings->search_path});
  }
  if (!effects.refusal) effects.refusal = schema_refusal(statement, before, session, version);
  return effects;
}

}  // namespace unwedge::effects
