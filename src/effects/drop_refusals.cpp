// What may not be dropped without CASCADE, because something else depends on it (catalog/
// dependency.c, findDependentObjects), or not at all, because it is a part of something.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "effects/refusing.h"

namespace unwedge::effects {
namespace {

using schema::Relation;

constexpr std::string_view kViewColumnUnknown =
    "which table a view takes the column from is not known";

constexpr std::string_view kWhichIndex =
    "which of the unique indexes on the columns the foreign key was matched to is not known";

bool contains(const std::vector<std::string>& names, Name name) {
  return std::ranges::find(names, name) != names.end();
}

Refused needed(std::string_view command, std::string what, std::string subject,
               std::string obstacle) {
  return about(refuse(RefusalCause::kStillReferenced, kDependents, command,
                      fmt::format("cannot drop {} because other objects depend on it", what)),
               std::move(subject), std::move(obstacle));
}

std::string in_words(const schema::Catalog::Reference& reference) {
  return fmt::format("the foreign key '{}' of '{}'", reference.key->name, reference.table->id);
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::ranges::sort(names);
  return names;
}

/// The columns, sorted, of an index that a foreign key may be matched to (transformFkeyCheckAttrs,
/// commands/tablecmds.c); nothing: it is none. Of an index that no statement has made nothing is
/// known.
std::optional<std::vector<std::string>> unique_columns(const Relation& index) {
  if (!index.index->unique || index.index->predicate) return std::nullopt;
  std::vector<std::string> columns;
  for (const schema::IndexPart& part : index.index->parts) {
    if (part.column.empty()) return std::nullopt;
    columns.push_back(part.column);
  }
  return sorted(std::move(columns));
}

/// Whether a foreign key to these columns was matched to the index: to the first that fitted.
Answer is_matched_to(const RelationId& index, const std::vector<std::string>& columns,
                     const RelationId& table, const schema::Catalog& catalog) {
  const auto wanted = sorted(columns);
  for (const Relation* other : catalog.indexes_of(table)) {
    const bool may_be = !other->index || unique_columns(*other) == wanted;
    if (other->id != index && may_be) return Answer::maybe(kWhichIndex);
  }
  return Answer::yes();
}

class Dropping {
 public:
  Dropping(const Drop& drop, const Prediction& prediction)
      : drop_(drop), prediction_(prediction), catalog_(prediction.catalog()) {
    for (const QualifiedName& name : drop.objects) named_.push_back(prediction.resolve(name));
  }

  [[nodiscard]] Refused refusal() const {
    for (std::size_t i = 0; i < drop_.objects.size(); ++i) {
      if (Refused refused = refusal_of(i)) return at(std::move(refused), drop_.objects[i].span);
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] Refused refusal_of(std::size_t place) const {
    const QualifiedName& name = drop_.objects[place];
    switch (drop_.object_type) {
      case ObjectType::kIndex: return index(prediction_.resolve(name));
      case ObjectType::kTable:
      case ObjectType::kForeignTable:
      case ObjectType::kView:
      case ObjectType::kMaterializedView: return relation(prediction_.resolve(name));
      case ObjectType::kSequence: return sequence(prediction_.resolve(name));
      case ObjectType::kType:
      case ObjectType::kDomain: return type(name);
      case ObjectType::kFunction: return function(place);
      case ObjectType::kSchema: return schema(name.name);
      default: return std::nullopt;
    }
  }

  [[nodiscard]] bool also_dropped(const RelationId& id) const {
    return std::ranges::find(named_, id) != named_.end();
  }

  /// A partition goes with its parent, so what depends on it alone goes, too.
  [[nodiscard]] bool goes_along(const Relation& other) const {
    if (also_dropped(other.id)) return true;
    const std::vector<RelationId> parents = catalog_.ancestors_of(other.id);
    return other.is_partition() &&
           std::ranges::any_of(parents, [this](const RelationId& id) { return also_dropped(id); });
  }

  [[nodiscard]] Refused relation(const RelationId& id) const {
    const Relation* known = prediction_.find(id);
    if (drop_.cascade || known == nullptr) return std::nullopt;
    const std::string kind(kind_in_words(
        drop_.object_type == ObjectType::kTable ? schema::RelationKind::kTable : known->kind));
    const auto blocked_by = [&](std::string obstacle) {
      return needed(fmt_command(), fmt::format("{} {}", kind, quoted(Name(id.name))),
                    fmt::format("{} '{}'", kind, id), std::move(obstacle));
    };
    for (const auto& reference : catalog_.references_to(id)) {
      if (!goes_along(*reference.table)) return blocked_by(in_words(reference));
    }
    for (const Relation* view : catalog_.views_on(id)) {
      if (!also_dropped(view->id)) return blocked_by(effects::in_words(*view));
    }
    for (const Relation* child : catalog_.children_of(id)) {
      const bool inherits = !child->is_partition() && !also_dropped(child->id);
      if (inherits) return blocked_by(effects::in_words(*child));
    }
    for (const schema::ColumnPlace& place : catalog_.columns_of_type(id)) {
      if (also_dropped(place.relation->id)) continue;
      return blocked_by(column_in_words(place.column->name, place.relation->id));
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string_view fmt_command() const {
    switch (drop_.object_type) {
      case ObjectType::kTable: return "DROP TABLE";
      case ObjectType::kView: return "DROP VIEW";
      case ObjectType::kMaterializedView: return "DROP MATERIALIZED VIEW";
      default: return "DROP FOREIGN TABLE";
    }
  }

  // commands/tablecmds.c, RangeVarCallbackForDropRelation
  [[nodiscard]] Refused index(const RelationId& id) const {
    const Relation* known = prediction_.find(id);
    if (known == nullptr || !known->index) return std::nullopt;
    const std::string subject = fmt::format("index '{}'", id);
    if (drop_.concurrently && is_partitioned(prediction_.find(known->index_of))) {
      return about(
          refuse(RefusalCause::kNotConcurrently, kNotSupported, "DROP INDEX CONCURRENTLY",
                 fmt::format(R"(cannot drop partitioned index "{}" concurrently)", id.name)),
          subject, fmt::format("'{}' is partitioned", known->index_of));
    }
    if (!known->index->constraint.empty()) {
      return about(
          refuse(RefusalCause::kIndexOfConstraint, kDependents, "DROP INDEX",
                 fmt::format("cannot drop index {} because constraint {} on table {} requires it",
                             quoted(Name(id.name)), known->index->constraint,
                             quoted(Name(known->index_of.name)))),
          subject,
          fmt::format("the constraint '{}' of '{}'", known->index->constraint, known->index_of));
    }
    if (!known->partition_of.name.empty()) {
      return about(
          refuse(RefusalCause::kStillReferenced, kDependents, "DROP INDEX",
                 fmt::format("cannot drop index {} because index {} requires it",
                             quoted(Name(id.name)), quoted(Name(known->partition_of.name)))),
          subject, fmt::format("index '{}' of the parent", known->partition_of));
    }
    return drop_.cascade ? std::nullopt : index_of_foreign_key(*known, subject);
  }

  /// A foreign key that was matched to this very index.
  [[nodiscard]] Refused index_of_foreign_key(const Relation& index,
                                             const std::string& subject) const {
    const auto columns = unique_columns(index);
    if (!columns) return std::nullopt;
    for (const auto& reference : catalog_.references_to(index.index_of)) {
      if (sorted(reference.key->referenced_columns) != *columns) continue;
      // Beside a key's it is mostly the later one.
      if (!is_matched_to(index.id, *columns, index.index_of, catalog_).is_yes()) continue;
      return needed("DROP INDEX", fmt::format("index {}", quoted(Name(index.id.name))), subject,
                    in_words(reference));
    }
    return std::nullopt;
  }

  [[nodiscard]] Refused sequence(const RelationId& id) const {
    const Relation* known = prediction_.find(id);
    if (known == nullptr || known->owned_by.name.empty()) return std::nullopt;
    const Relation* table = prediction_.find(known->owned_by);
    const schema::Column* column =
        table == nullptr ? nullptr : table->column(known->owned_by_column);
    if (column == nullptr || drop_.cascade) return std::nullopt;
    if (column->identity != Identity::kNone) {
      return about(
          refuse(RefusalCause::kStillReferenced, kDependents, "DROP SEQUENCE",
                 fmt::format("cannot drop sequence {} because column {} of table {} requires it",
                             id.name, column->name, table->id.name)),
          fmt::format("sequence '{}'", id), column_in_words(column->name, table->id));
    }
    const bool uses = column->default_value &&
                      any_part(column->default_value->get(), [&id](const Expression& part) {
                        return part.kind == Expression::Kind::kConstant &&
                               part.text.find(id.name) != part.text.npos;
                      });
    return uses ? needed("DROP SEQUENCE", fmt::format("sequence {}", quoted(Name(id.name))),
                         fmt::format("sequence '{}'", id),
                         fmt::format("the default of {}", column_in_words(column->name, table->id)))
                : std::nullopt;
  }

  [[nodiscard]] Refused type(const QualifiedName& name) const {
    const schema::Type* known = prediction_.find_type(name);
    if (drop_.cascade || known == nullptr) return std::nullopt;
    const auto users = catalog_.columns_of_type(known->id);
    if (users.empty()) return type_in_type(*known);
    const bool together = std::ranges::any_of(drop_.objects, [&](const QualifiedName& other) {
      return other.name == users.front().column->type.id.name && other.name != name.name;
    });
    if (together) return std::nullopt;
    return needed("DROP TYPE", fmt::format("type {}", quoted(Name(known->id.name))),
                  fmt::format("type '{}'", known->id),
                  column_in_words(users.front().column->name, users.front().relation->id));
  }

  /// Domains over it, and composite types with it.
  [[nodiscard]] Refused type_in_type(const schema::Type& known) const {
    for (const RelationId& id : catalog_.linked(schema::Catalog::Link::kTypeOfType, known.id)) {
      const bool together = std::ranges::any_of(
          drop_.objects, [&id](const QualifiedName& other) { return other.name == id.name; });
      if (together) continue;
      return needed("DROP TYPE", fmt::format("type {}", quoted(Name(known.id.name))),
                    fmt::format("type '{}'", known.id), fmt::format("type '{}'", id));
    }
    return std::nullopt;
  }

  /// Functions without arguments, as triggers' are: for others it would have to be known which of
  /// several is meant.
  [[nodiscard]] Refused function(std::size_t place) const {
    const auto types = place < drop_.arguments.size() ? drop_.arguments[place] : std::nullopt;
    const schema::Overloads* known = catalog_.find_function(catalog_.resolve_function(
        drop_.objects[place], prediction_.session().settings->search_path));
    const bool certain = known != nullptr && known->functions.size() == 1 &&
                         known->functions.front().arguments.empty() && (!types || types->empty());
    if (drop_.cascade || !certain) return std::nullopt;
    for (const RelationId& id : catalog_.linked(schema::Catalog::Link::kTriggerCall, known->id)) {
      for (const schema::Trigger& trigger : catalog_.find(id)->triggers) {
        if (trigger.function != known->id) continue;
        return needed("DROP FUNCTION", fmt::format("function {}()", known->id.name),
                      fmt::format("function '{}'", known->id),
                      fmt::format("the trigger '{}' of '{}'", trigger.name, id));
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] Refused schema(Name name) const {
    if (drop_.cascade) return std::nullopt;
    const auto blocked_by = [&](std::string obstacle) {
      return needed("DROP SCHEMA", fmt::format("schema {}", quoted(name)),
                    fmt::format("schema '{}'", name), std::move(obstacle));
    };
    for (const RelationId& id : catalog_.relations_in(name)) {
      const Relation* known = catalog_.find(id);
      if (known == nullptr || known->kind == schema::RelationKind::kUnknown) continue;
      return blocked_by(effects::in_words(*known));
    }
    for (const RelationId& id : catalog_.types_in(name)) {
      if (catalog_.find_type(id) != nullptr) return blocked_by(fmt::format("type '{}'", id));
    }
    for (const RelationId& id : catalog_.functions_in(name)) {
      if (catalog_.find_function(id) != nullptr) {
        return blocked_by(fmt::format("function '{}'", id));
      }
    }
    return std::nullopt;
  }

  const Drop& drop_;
  const Prediction& prediction_;
  const schema::Catalog& catalog_;
  std::vector<RelationId> named_;
};

/// `table` is what the statement has left of it: a foreign key of the table to itself may be gone.
bool is_dropped_already(const schema::Catalog::Reference& reference, const Relation& table) {
  return reference.table->id == table.id && table.foreign_key(reference.key->name) == nullptr;
}

}  // namespace

Answer takes_column_from(const Relation& view, const RelationId& table, Name column,
                         const schema::Catalog& catalog) {
  Answer answer = Answer::yes();
  for (const RelationId& id : view.reads) {
    const Relation* other = id == table ? nullptr : catalog.find(id);
    if (id == table || (other != nullptr && other->complete && other->column(column) == nullptr)) {
      continue;
    }
    if (other != nullptr && other->column(column) != nullptr) return Answer::no();
    answer = Answer::maybe(kViewColumnUnknown);
  }
  return answer;
}

Refused drop_refusal(const Drop& drop, const Prediction& prediction) {
  // commands/tablecmds.c, RemoveRelations
  if (drop.concurrently && drop.objects.size() > 1) {
    return about(refuse(RefusalCause::kNotConcurrently, kNotSupported, "DROP INDEX CONCURRENTLY",
                        "DROP INDEX CONCURRENTLY does not support dropping multiple objects"),
                 "DROP INDEX CONCURRENTLY", "it drops one index at a time");
  }
  if (drop.concurrently && drop.cascade) {
    return about(refuse(RefusalCause::kNotConcurrently, kNotSupported, "DROP INDEX CONCURRENTLY",
                        "DROP INDEX CONCURRENTLY does not support CASCADE"),
                 "DROP INDEX CONCURRENTLY", "it knows no CASCADE");
  }
  return Dropping(drop, prediction).refusal();
}

// commands/tablecmds.c, ATExecDropColumn
Refused column_drop_refusal(const AlterAction& action, const Relation& table,
                            const Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  const schema::Column* column = table.column(action.name);
  const std::string subject = column_in_words(action.name, table.id);
  if (table.partition_key &&
      std::ranges::any_of(table.partition_key->parts, [&action](const schema::IndexPart& part) {
        return part.column == action.name ||
               (part.expression && part.expression->mentions(action.name));
      })) {
    return about(
        refuse(RefusalCause::kStillReferenced, kInvalidDefinition, "DROP COLUMN",
               fmt::format(R"(cannot drop column "{}" because it is part of the partition )"
                           R"(key of relation "{}")",
                           action.name, table.id.name)),
        subject, "part of the partition key");
  }
  if (column != nullptr && column->inherited) {
    return about(refuse(RefusalCause::kStillReferenced, kInvalidDefinition, "DROP COLUMN",
                        fmt::format(R"(cannot drop inherited column "{}")", action.name)),
                 subject, "inherited from its parent");
  }
  if (action.cascade) return std::nullopt;
  const auto blocked_by = [&](std::string obstacle) {
    return needed("DROP COLUMN",
                  fmt::format("column {} of table {}", action.name, quoted(Name(table.id.name))),
                  subject, std::move(obstacle));
  };
  for (const auto& reference : catalog.references_to(table.id)) {
    if (!contains(reference.key->referenced_columns, action.name)) continue;
    // One of the table itself goes with its own column.
    if (reference.table->id == table.id && contains(reference.key->columns, action.name)) continue;
    if (is_dropped_already(reference, table)) continue;
    return blocked_by(in_words(reference));
  }
  for (const schema::Column& other : table.columns) {
    if (!other.generated || !other.generated->mentions(action.name)) continue;
    return blocked_by(fmt::format("the generated {}", column_in_words(other.name, table.id)));
  }
  for (const schema::Trigger& trigger : table.triggers) {
    if (trigger.inherited || (!contains(trigger.update_columns, action.name) &&
                              !contains(trigger.when_columns, action.name))) {
      continue;
    }
    return blocked_by(fmt::format("the trigger '{}'", trigger.name));
  }
  for (const std::string& policy : table.policies) {
    const auto columns = table.policy_columns.find(policy);
    if (columns == table.policy_columns.end() || !contains(columns->second, action.name)) continue;
    return blocked_by(fmt::format("the policy '{}'", policy));
  }
  for (const Relation* view : catalog.views_on(table.id)) {
    if (!contains(view->reads_columns, action.name)) continue;
    const Answer depends = takes_column_from(*view, table.id, action.name, catalog);
    if (depends.is_no()) continue;
    Refused refused = blocked_by(in_words(*view));
    return depends.is_yes() ? refused : possible(std::move(refused), depends.doubt());
  }
  return std::nullopt;
}

// commands/tablecmds.c, ATExecDropConstraint
Refused constraint_drop_refusal(const AlterAction& action, const Relation& table,
                                const Prediction& prediction) {
  const schema::Key* key = table.key(action.name);
  if (key == nullptr || action.cascade || key->kind == schema::Key::Kind::kExclusion) {
    return std::nullopt;
  }
  for (const auto& reference : prediction.catalog().references_to(table.id)) {
    const std::vector<std::string>& columns = reference.key->referenced_columns;
    const bool fits = columns.empty() ? key->kind == schema::Key::Kind::kPrimary
                                      : sorted(columns) == sorted(key->columns);
    if (!fits || is_dropped_already(reference, table)) continue;
    const Answer matched = is_matched_to(key->index, key->columns, table.id, prediction.catalog());
    Refused refused = needed(
        "DROP CONSTRAINT",
        fmt::format("constraint {} on table {}", action.name, quoted(Name(table.id.name))),
        fmt::format("the constraint '{}' of '{}'", action.name, table.id), in_words(reference));
    return matched.is_yes() ? refused : possible(std::move(refused), matched.doubt());
  }
  return std::nullopt;
}

}  // namespace unwedge::effects
