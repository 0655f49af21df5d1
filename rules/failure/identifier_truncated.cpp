// Names have 63 bytes. What is longer is cut off with no more than a notice, and two names that
// differ only behind the cut are the same.

#include <algorithm>
#include <set>
#include <string_view>
#include <variant>

#include "unwedge/clauses.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "identifier-truncated",
    .summary = "an identifier over 63 bytes is cut off",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
    .aliases = {"identifier-too-long"},  // squawk
};

template <typename Items>
bool has_named(const Items& items, Name name) {
  return std::any_of(items.begin(), items.end(),
                     [name](const auto& each) { return each.name == name; });
}

/// A name that queries use: of a table, a column, a function. Those of constraints and indexes are
/// seldom written anywhere, and tools that make them up cut them off themselves.
struct UsedInQueries {
  Name name;

  template <typename Node>
  bool operator()(const Node& /*node*/) const {
    return false;
  }
  bool operator()(const CreateTable& create) const {
    return create.table.name == name || has_named(create.columns, name);
  }
  bool operator()(const CreateTableAs& create) const { return create.table.name == name; }
  bool operator()(const CreateView& create) const {
    return create.view.name == name || has_named(create.query.output, name);
  }
  bool operator()(const CreateSequence& create) const { return create.sequence.name == name; }
  bool operator()(const CreateType& create) const {
    return create.type.name == name || has_named(create.attributes, name);
  }
  bool operator()(const CreateDomain& create) const { return create.domain.name == name; }
  bool operator()(const CreateFunction& create) const { return create.function.name == name; }
  bool operator()(const Rename& rename) const {
    return rename.new_name == name && rename.object_type != ObjectType::kIndex &&
           rename.object_type != ObjectType::kConstraint;
  }
  bool operator()(const AlterTable& alter) const {
    return std::any_of(alter.actions.begin(), alter.actions.end(), [this](const AlterAction& each) {
      return each.kind == AlterKind::kAddColumn && each.name == name;
    });
  }
};

/// Names of constraints, indexes, triggers and policies: what gives a name but is not used much.
bool gives_other_names(const Step& step) {
  const Statement& statement = step.statement();
  return statement.get<CreateTable>() != nullptr || statement.get<CreateIndex>() != nullptr ||
         statement.get<AlterTable>() != nullptr || statement.get<Rename>() != nullptr ||
         statement.get<CreateTrigger>() != nullptr || statement.get<PolicyOrRule>() != nullptr;
}

void check(const Migration& migration, Findings& findings) {
  std::set<std::string_view> reported;
  for (const Step& step : migration.steps) {
    for (const LongIdentifier& name : long_identifiers(step.sql())) {
      const bool used = std::visit(UsedInQueries{name.kept}, step.statement().node);
      if (!used && !gives_other_names(step)) continue;
      if (!reported.insert(slice(step.sql(), name.span)).second) continue;
      findings.report({name.span.begin + step.span().begin, name.span.end + step.span().begin})
          .message("This name has {} bytes, and Postgres cuts it off after 63: '{}'.", name.bytes,
                   name.kept)
          .help("Choose a shorter name. Another one that begins like this would be the same.")
          .severity(used ? Severity::kWarning : Severity::kInfo);
    }
  }
}

}  // namespace

extern constinit const Rule identifier_truncated = on_migration<check>(kInfo);

}  // namespace unwedge::rules
