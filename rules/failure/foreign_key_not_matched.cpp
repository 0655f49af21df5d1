// A foreign key needs a unique key of just its referenced columns, of types that can be compared.

#include <string>

#include "unwedge/refusal.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "foreign-key-not-matched",
    .summary = "a foreign key references no unique key, or one of another type",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kError,
    .since = "0.1.0",
};

std::string help(const Refusal& refusal) {
  if (refusal.sqlstate == "42804") {
    return "Give the referencing column the type of the referenced one.";
  }
  if (refusal.sqlstate == "42703") return "Correct the column's name.";
  if (refusal.message.starts_with("number of")) {
    return "Reference as many columns as the foreign key has.";
  }
  return "Make the referenced columns unique first: by a constraint, or by a unique index without "
         "WHERE, on exactly these columns.";
}

void check(const Step& step, Findings& findings) {
  const Refusal* refusal = refused_for(step, RefusalCause::kForeignKey);
  if (refusal == nullptr) return;
  findings.report(place_of(*refusal, step))
      .message("Postgres refuses {}: {}.", refusal->subject, refusal->obstacle)
      .help("{}", help(*refusal))
      .certainty(refusal->certainty);
}

}  // namespace

extern constinit const Rule foreign_key_not_matched = on_step<check>(kInfo);

}  // namespace unwedge::rules
