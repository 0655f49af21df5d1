// A virtual generated column is computed whenever it is read: nothing is stored, so nothing can be
// built on it, and Postgres 18 takes only its own types and functions for it.

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "virtual-column-misuse",
    .summary = "virtual generated columns cannot have what the statement asks for",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kVirtualColumn);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres refuses this: {} is a virtual generated column, which cannot have {}.",
               refusal->subject, refusal->obstacle)
      .help(
          "Make the column STORED, which writes a table that is there all anew under a lock, or "
          "index the expression itself.");
}

}  // namespace

extern constinit const Rule virtual_column_misuse = on_step<check>(kInfo);

}  // namespace unwedge::rules
