// A constraint of a domain is verified in every table that has a column of it, all of them locked
// in SHARE until the last one has been read.

#include <string>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/subcommand.h"
#include "unwedge/transaction_words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "domain-constraint-scan",
    .summary = "a new constraint of a domain reads every table that uses it",
    .category = Category::kLocking,
    .kind = Kind::kBlocks,
    .severity = Severity::kError,
    .since = "0.1.0",
};

bool is_verified(const AlterDomain& alter) {
  if (alter.kind == AlterDomain::Kind::kSetNotNull) return true;
  return alter.kind == AlterDomain::Kind::kAddConstraint && alter.constraint &&
         !alter.constraint->not_valid;
}

std::string help(const AlterDomain& alter, const Step& step) {
  const std::string domain = quoted(alter.domain);
  std::string constraint;
  if (alter.constraint && alter.constraint->kind == Constraint::Kind::kCheck) {
    constraint = words_at(step, {alter.constraint->span.begin, step.span().end});
  } else {
    const std::string name = fmt::format("{}_not_null", alter.domain.name);
    constraint = fmt::format("CONSTRAINT {} CHECK (VALUE IS NOT NULL)", quoted(Name(name)));
  }
  return fmt::format(
      "Add it NOT VALID, for new values only, and verify the old rows with a CHECK of each table "
      "(NOT VALID, then VALIDATE), for a domain's VALIDATE blocks writes as well:\n"
      "ALTER DOMAIN {} ADD {} NOT VALID;",
      domain, constraint);
}

void check(const AlterDomain& alter, const Step& step, Findings& findings) {
  if (!is_verified(alter)) return;
  std::vector<RelationId> tables;
  for (const Work& work : step.effects().work) {
    if (work.existing && work.kind == WorkKind::kScan) tables.push_back(work.relation);
  }
  const schema::ObjectId id =
      step.schema().resolve_type(alter.domain, step.session().settings->search_path);
  const schema::Type* domain = step.schema().find_type(id);
  if (tables.empty() && domain != nullptr && domain->is_new) return;

  const Span place = alter.constraint ? Span{alter.constraint->span.begin, step.span().end}
                                      : step.statement().keyword_span;
  FindingBuilder finding = findings.report(place);
  if (tables.empty()) {
    finding.message(
        "This constraint reads every table that has a column of '{}', and may block every write of "
        "all of them until {}.",
        alter.domain, locked_until(step));
    finding.certainty(Certainty::kPossible);
  } else {
    const std::string others =
        tables.size() == 1 ? "" : fmt::format(" and {} more tables", tables.size() - 1);
    finding.message(
        "This constraint of '{}' reads all of '{}'{} and blocks every write of {} until {}.",
        alter.domain, tables.front(), others, tables.size() == 1 ? "it" : "them",
        locked_until(step));
  }
  finding.help("{}", help(alter, step));
}

}  // namespace

extern constinit const Rule domain_constraint_scan = on<AlterDomain, check>(kInfo);

}  // namespace unwedge::rules
