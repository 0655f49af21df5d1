// What a virtual generated column cannot have: no value is stored, so nothing can be built on it
// (Postgres 18).

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "effects/column_type.h"
#include "effects/refusing.h"
#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

using schema::Relation;

bool is_virtual(const ColumnDefinition& column) {
  return column.generated && column.generated->storage == GeneratedColumn::Storage::kVirtual;
}

bool is_virtual(const schema::Column* column) {
  return column != nullptr && column->generated &&
         column->storage == GeneratedColumn::Storage::kVirtual;
}

Refused unable(std::string message, std::string subject, std::string obstacle, Span place) {
  return at(about(refuse(RefusalCause::kVirtualColumn, kNotSupported, "", std::move(message)),
                  std::move(subject), std::move(obstacle)),
            place);
}

// commands/indexcmds.c, DefineIndex; commands/tablecmds.c, ATAddForeignKeyConstraint
Refused with_constraint(const Constraint& constraint, const std::string& subject, Span place) {
  switch (constraint.kind) {
    case Constraint::Kind::kPrimaryKey:
      return unable("primary keys on virtual generated columns are not supported", subject,
                    "a primary key", place);
    case Constraint::Kind::kUnique:
      return unable("unique constraints on virtual generated columns are not supported", subject,
                    "a unique constraint", place);
    case Constraint::Kind::kForeignKey:
      return unable("foreign key constraints on virtual generated columns are not supported",
                    subject, "a foreign key", place);
    case Constraint::Kind::kExclusion:
      return unable("unique constraints on virtual generated columns are not supported", subject,
                    "an exclusion constraint", place);
    default: return std::nullopt;
  }
}

class Virtual {
 public:
  explicit Virtual(const Prediction& prediction) : prediction_(prediction) {}

  template <typename Node>
  Refused operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  Refused operator()(const CreateTable& create) const {
    const std::string table = fmt::format("{}", create.table);
    for (const ColumnDefinition& column : create.columns) {
      if (!is_virtual(column)) continue;
      if (Refused refused = defined(column, table)) return refused;
      for (const Constraint& constraint : create.constraints) {
        if (std::ranges::find(constraint.columns, column.name) == constraint.columns.end()) {
          continue;
        }
        if (Refused refused =
                with_constraint(constraint, words(column.name, table), constraint.span)) {
          return refused;
        }
      }
    }
    return std::nullopt;
  }

  Refused operator()(const AlterTable& alter) const {
    const Relation* table = prediction_.find(prediction_.resolve(alter.table));
    for (const AlterAction& action : alter.actions) {
      const bool keeps = table == nullptr || action.kind != AlterKind::kDropExpression ||
                         !is_virtual(table->column(action.name));
      if (!keeps) {
        return unable(
            "ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns",
            column_in_words(action.name, table->id), "values to be left without its expression",
            action.span);
      }
      if (const auto* add = action.get<AddColumn>()) {
        if (!is_virtual(add->column)) continue;
        if (Refused refused = defined(add->column, fmt::format("{}", alter.table))) return refused;
      } else if (const auto* added = action.get<AddConstraint>()) {
        for (const Name name : added->constraint.columns) {
          if (table == nullptr || !is_virtual(table->column(name))) continue;
          if (Refused refused = with_constraint(added->constraint, column_in_words(name, table->id),
                                                action.span)) {
            return refused;
          }
        }
      }
    }
    return std::nullopt;
  }

  Refused operator()(const CreateIndex& index) const {
    const Relation* table = prediction_.find(prediction_.resolve(index.table));
    if (table == nullptr) return std::nullopt;
    for (const schema::Column& column : table->columns) {
      if (!is_virtual(&column)) continue;
      const auto mentions = [&column](const Expression& part) {
        return part.kind == Expression::Kind::kColumn && part.name == column.name;
      };
      const bool used =
          std::ranges::any_of(index.columns,
                              [&](const IndexColumn& part) {
                                return part.column == column.name ||
                                       (part.expression && any_part(*part.expression, mentions));
                              }) ||
          std::ranges::find(index.including, column.name) != index.including.end() ||
          (index.predicate && any_part(*index.predicate, mentions));
      if (!used) continue;
      return unable("indexes on virtual generated columns are not supported",
                    column_in_words(column.name, table->id), "an index", index.keyword_span);
    }
    return std::nullopt;
  }

  // commands/statscmds.c, CreateStatistics
  Refused operator()(const CreateStatistics& create) const {
    const Relation* table = create.tables.empty()
                                ? nullptr
                                : prediction_.find(prediction_.resolve(create.tables.front()));
    for (const Name name : create.columns) {
      if (table == nullptr || !is_virtual(table->column(name))) continue;
      return unable("statistics creation on virtual generated columns is not supported",
                    column_in_words(name, table->id), "statistics", {});
    }
    return std::nullopt;
  }

 private:
  static std::string words(Name column, const std::string& table) {
    return fmt::format("column '{}' of '{}'", column, table);
  }

  [[nodiscard]] bool calls_user_function(const Expression& expression) const {
    const schema::Catalog& catalog = prediction_.catalog();
    return any_part(expression, [&](const Expression& part) {
      if (part.kind != Expression::Kind::kCall) return false;
      const QualifiedName name{.schema = part.schema, .name = part.name};
      return catalog.find_function(catalog.resolve_function(
                 name, prediction_.session().settings->search_path)) != nullptr;
    });
  }

  // catalog/heap.c, CheckAttributeType: a type of the user's own could have functions of any sort
  [[nodiscard]] Refused defined(const ColumnDefinition& column, const std::string& table) const {
    for (const Constraint& constraint : column.constraints) {
      if (Refused refused =
              with_constraint(constraint, words(column.name, table), constraint.span)) {
        return refused;
      }
    }
    if (calls_user_function(column.generated->expression)) {
      return unable("generation expression uses user-defined function", words(column.name, table),
                    "a function that CREATE FUNCTION made", column.generated->span);
    }
    const schema::DataType type = data_type(column.type, prediction_);
    const schema::Type* known = prediction_.catalog().find_type(type.id);
    if (known == nullptr && prediction_.find(type.id) == nullptr) return std::nullopt;
    if (known != nullptr && known->kind == schema::Type::Kind::kDomain) {
      return unable(
          fmt::format(R"(virtual generated column "{}" cannot have a domain type)", column.name),
          words(column.name, table), "a domain as its type", column.type.span);
    }
    return unable(fmt::format(R"(virtual generated column "{}" cannot have a user-defined type)",
                              column.name),
                  words(column.name, table), "a type that CREATE TYPE or CREATE DOMAIN made",
                  column.type.span);
  }

  const Prediction& prediction_;
};

}  // namespace

Refused virtual_column_refusal(const Statement& statement, const Prediction& prediction) {
  if (prediction.version() < kVirtualColumns) return std::nullopt;
  return std::visit(Virtual(prediction), statement.node);
}

}  // namespace unwedge::effects
