// Objects that a statement creates and that are there already. IF NOT EXISTS and OR REPLACE make a
// notice of it, or a change.

#include <algorithm>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "effects/column_type.h"
#include "effects/refusing.h"
#include "schema/apply.h"

namespace unwedge::effects {
namespace {

using schema::RelationKind;

class Duplicate {
 public:
  explicit Duplicate(const Prediction& prediction)
      : prediction_(prediction), catalog_(prediction.catalog()) {}

  template <typename Node>
  Refused operator()(const Node& /*node*/) const {
    return std::nullopt;
  }

  Refused operator()(const CreateTable& create) const {
    if (create.if_not_exists) return std::nullopt;
    if (Refused refused = relation(created(create.table, create.persistence))) {
      return at(std::move(refused), create.table.span);
    }
    // parser/parse_utilcmd.c and catalog/heap.c, CheckAttributeNamesTypes
    std::set<Name> names;
    for (const ColumnDefinition& column : create.columns) {
      if (names.insert(column.name).second) continue;
      return at(about(refuse(RefusalCause::kAlreadyThere, kDuplicateColumn, "CREATE TABLE",
                             fmt::format(R"(column "{}" specified more than once)", column.name)),
                      fmt::format("column '{}'", column.name), "it is written twice"),
                column.span);
    }
    return std::nullopt;
  }

  Refused operator()(const CreateTableAs& create) const {
    return create.if_not_exists
               ? std::nullopt
               : at(relation(created(create.table, create.persistence)), create.table.span);
  }

  // commands/view.c, DefineVirtualRelation
  Refused operator()(const CreateView& create) const {
    const RelationId id = created(create.view, create.persistence);
    if (!create.or_replace) return at(relation(id), create.view.span);
    const schema::Relation* known = catalog_.find(id);
    if (known == nullptr || known->kind == RelationKind::kUnknown) return std::nullopt;
    if (known->kind != RelationKind::kView) {
      return about(refuse(RefusalCause::kAlreadyThere, kWrongKind, "CREATE VIEW",
                          fmt::format(R"("{}" is not a view)", id.name)),
                   fmt::format("view '{}'", id), in_words(*known));
    }
    return columns_changed(create, *known);
  }

  Refused operator()(const CreateIndex& index) const {
    if (index.if_not_exists || index.name.empty()) return std::nullopt;
    const RelationId table = prediction_.resolve(index.table);
    return at(relation({.schema = table.schema, .name = std::string(index.name)}),
              index.keyword_span);
  }

  Refused operator()(const CreateSequence& create) const {
    return create.if_not_exists
               ? std::nullopt
               : at(relation(created(create.sequence, create.persistence)), create.sequence.span);
  }

  Refused operator()(const CreateType& create) const { return type(create.type); }
  Refused operator()(const CreateDomain& create) const { return type(create.domain); }

  // catalog/pg_enum.c, AddEnumLabel and RenameEnumLabel
  Refused operator()(const AlterEnum& alter) const {
    const schema::Type* known = prediction_.find_type(alter.type);
    if (known == nullptr || alter.if_not_exists) return std::nullopt;
    if (std::ranges::find(known->labels, alter.new_value) == known->labels.end()) {
      return std::nullopt;
    }
    return there(kDuplicateObject, "ALTER TYPE",
                 fmt::format(R"(enum label "{}" already exists)", alter.new_value),
                 fmt::format("the value '{}' of type '{}'", alter.new_value, known->id));
  }

  Refused operator()(const CreateSchema& create) const {
    const RelationId id{.schema = {}, .name = std::string(create.name)};
    if (create.if_not_exists || catalog_.find_object(ObjectType::kSchema, id) == nullptr) {
      return std::nullopt;
    }
    return there("42P06", "CREATE SCHEMA",
                 fmt::format(R"(schema "{}" already exists)", create.name),
                 fmt::format("schema '{}'", create.name));
  }

  Refused operator()(const CreateExtension& create) const {
    const RelationId id{.schema = {}, .name = std::string(create.name)};
    if (create.if_not_exists || catalog_.find_object(ObjectType::kExtension, id) == nullptr) {
      return std::nullopt;
    }
    return there(kDuplicateObject, "CREATE EXTENSION",
                 fmt::format(R"(extension "{}" already exists)", create.name),
                 fmt::format("extension '{}'", create.name));
  }

  Refused operator()(const CreateTrigger& create) const {
    const schema::Relation* table = catalog_.find(prediction_.resolve(create.table));
    if (create.or_replace || table == nullptr || table->trigger(create.name) == nullptr) {
      return std::nullopt;
    }
    return there(kDuplicateObject, "CREATE TRIGGER",
                 fmt::format(R"(trigger "{}" for relation "{}" already exists)", create.name,
                             table->id.name),
                 fmt::format("trigger '{}' of '{}'", create.name, table->id));
  }

  Refused operator()(const PolicyOrRule& create) const {
    const schema::Relation* table = catalog_.find(prediction_.resolve(create.table));
    if (!create.is_new || create.or_replace || table == nullptr) return std::nullopt;
    const bool rule = create.object_type == ObjectType::kRule;
    const auto& names = rule ? table->rules : table->policies;
    if (std::ranges::find(names, create.name) == names.end()) return std::nullopt;
    const std::string_view kind = rule ? "rule" : "policy";
    return there(kDuplicateObject, rule ? "CREATE RULE" : "CREATE POLICY",
                 fmt::format(R"({} "{}" for {} "{}" already exists)", kind, create.name,
                             rule ? "relation" : "table", table->id.name),
                 fmt::format("{} '{}' of '{}'", kind, create.name, table->id));
  }

  // commands/functioncmds.c; catalog/pg_proc.c, ProcedureCreate
  Refused operator()(const CreateFunction& create) const {
    const schema::Overloads* known =
        create.or_replace ? nullptr : catalog_.find_function(created(create.function));
    if (known == nullptr) return std::nullopt;
    const auto same = [&](const schema::Function& function) {
      return std::equal(
          function.arguments.begin(), function.arguments.end(), create.arguments.begin(),
          create.arguments.end(), [this](const schema::DataType& left, const TypeReference& right) {
            const schema::DataType type = data_type(right, prediction_);
            return left.id == type.id && (left.array_dimensions > 0) == (type.array_dimensions > 0);
          });
    };
    if (std::ranges::none_of(known->functions, same)) return std::nullopt;
    return there("42723", "CREATE FUNCTION",
                 fmt::format(R"(function "{}" already exists with same argument types)",
                             create.function.name),
                 fmt::format("function '{}' with these arguments", create.function));
  }

  Refused operator()(const Rename& rename) const {
    if (rename.object_type == ObjectType::kType || rename.object_type == ObjectType::kDomain) {
      const schema::Type* known = prediction_.find_type(rename.object);
      return known == nullptr ? std::nullopt
                              : type({.schema = known->id.schema, .name = rename.new_name});
    }
    const schema::Relation* table = catalog_.find(prediction_.resolve(rename.object));
    if (table == nullptr) return std::nullopt;
    if (is_relation(rename.object_type)) {
      return relation({.schema = table->id.schema, .name = std::string(rename.new_name)});
    }
    if (rename.object_type == ObjectType::kColumn) return column(rename.new_name, *table);
    if (rename.object_type != ObjectType::kConstraint) return std::nullopt;
    const bool taken = has_constraint(*table, rename.new_name);
    return taken ? constraint(rename.new_name, *table) : std::nullopt;
  }

  Refused operator()(const AlterTable& alter) const {
    const schema::Relation* before = catalog_.find(prediction_.resolve(alter.table));
    if (before == nullptr || alter.object_type == ObjectType::kType) return std::nullopt;
    const bool drops = std::ranges::any_of(alter.actions, [](const AlterAction& action) {
      return action.kind == AlterKind::kDropColumn || action.kind == AlterKind::kDropConstraint;
    });
    if (!drops) return added(alter, *before);
    return added(alter, schema::after_drops(*before, alter));
  }

 private:
  static Refused there(std::string_view sqlstate, std::string_view command, std::string message,
                       std::string subject, std::string obstacle = "an earlier statement made it") {
    return about(refuse(RefusalCause::kAlreadyThere, sqlstate, command, std::move(message)),
                 std::move(subject), std::move(obstacle));
  }

  /// Where a new object goes (RangeVarGetCreationNamespace, catalog/namespace.c).
  [[nodiscard]] RelationId created(const QualifiedName& name,
                                   Persistence persistence = Persistence::kPermanent) const {
    RelationId id{.schema = std::string(name.schema), .name = std::string(name.name)};
    const auto& path = prediction_.session().settings->search_path;
    if (id.schema.empty()) id.schema = path.empty() ? "public" : path.front();
    if (persistence == Persistence::kTemporary) id.schema = "pg_temp";
    return id;
  }

  /// Of a relation that is only referred to it is not known who made it.
  [[nodiscard]] Refused relation(const RelationId& id) const {
    const schema::Relation* known = catalog_.find(id);
    if (known == nullptr || known->kind == RelationKind::kUnknown) return std::nullopt;
    return there(kDuplicateRelation, "CREATE",
                 fmt::format(R"(relation "{}" already exists)", id.name), in_words(*known));
  }

  [[nodiscard]] Refused type(const QualifiedName& name) const {
    const RelationId id = created(name);
    const schema::Type* known = catalog_.find_type(id);
    const schema::Relation* row = catalog_.find(id);
    const bool row_type = row != nullptr && row->kind != RelationKind::kUnknown &&
                          row->kind != RelationKind::kIndex && row->kind != RelationKind::kSequence;
    if ((known == nullptr || !known->complete) && !row_type) return std::nullopt;
    return at(
        there(kDuplicateObject, "CREATE TYPE", fmt::format(R"(type "{}" already exists)", id.name),
              fmt::format("type '{}'", id)),
        name.span);
  }

  // commands/tablecmds.c, check_for_column_name_collision
  static Refused column(Name name, const schema::Relation& table) {
    const schema::Column* known = table.column(name);
    if (known == nullptr) return std::nullopt;
    return there(kDuplicateColumn, "ADD COLUMN",
                 fmt::format(R"(column "{}" of relation "{}" already exists)", name, table.id.name),
                 column_in_words(name, table.id));
  }

  static bool has_constraint(const schema::Relation& table, Name name) {
    return table.key(name) != nullptr || table.foreign_key(name) != nullptr ||
           (table.check(name) != nullptr && table.check(name)->local);
  }

  static Refused constraint(Name name, const schema::Relation& table) {
    return there(
        kDuplicateObject, "ADD CONSTRAINT",
        fmt::format(R"(constraint "{}" for relation "{}" already exists)", name, table.id.name),
        fmt::format("constraint '{}' of '{}'", name, table.id));
  }

  [[nodiscard]] Refused added(const AlterTable& alter, const schema::Relation& table) const {
    for (const AlterAction& action : alter.actions) {
      Refused refused;
      if (const auto* add = action.get<AddColumn>()) {
        if (!add->if_not_exists) refused = column(add->column.name, table);
      } else if (const auto* added = action.get<AddConstraint>()) {
        refused = constraint_added(added->constraint, table);
      }
      if (refused) return at(std::move(refused), action.span);
    }
    return std::nullopt;
  }

  // parser/parse_utilcmd.c, transformIndexConstraints; catalog/index.c, index_create
  [[nodiscard]] Refused constraint_added(const Constraint& added,
                                         const schema::Relation& table) const {
    using Type = Constraint::Kind;
    if (added.kind == Type::kPrimaryKey && table.primary_key() != nullptr) {
      return there(
          kInvalidDefinition, "ADD PRIMARY KEY",
          fmt::format(R"(multiple primary keys for table "{}" are not allowed)", table.id.name),
          fmt::format("a primary key of '{}'", table.id));
    }
    if (added.name.empty()) return std::nullopt;
    const bool has_index = added.kind == Type::kPrimaryKey || added.kind == Type::kUnique ||
                           added.kind == Type::kExclusion;
    if (has_index && added.using_index != added.name && !was_dropped_with(table, added.name)) {
      const RelationId index{.schema = table.id.schema, .name = std::string(added.name)};
      if (Refused refused = relation(index)) return refused;
    }
    return has_constraint(table, added.name) ? constraint(added.name, table) : std::nullopt;
  }

  /// An index whose constraint the same ALTER TABLE drops.
  [[nodiscard]] bool was_dropped_with(const schema::Relation& left, Name index) const {
    const schema::Relation* before = catalog_.find(left.id);
    return before != nullptr && before->key(index) != nullptr && left.key(index) == nullptr;
  }

  /// commands/view.c, checkViewColumns (checkViewTupleDesc before 17); the types of columns are not
  /// compared.
  static Refused columns_changed(const CreateView& create, const schema::Relation& known) {
    std::vector<Name> names;
    for (const QueryShape::Output& output : create.query.output) {
      const bool plain = output.name.empty() && output.value.kind == Expression::Kind::kColumn;
      names.push_back(plain ? output.value.name : output.name);
    }
    for (std::size_t i = 0; i < create.column_names.size() && i < names.size(); ++i) {
      names[i] = create.column_names[i];
    }
    const bool all_known = known.complete && !names.empty() &&
                           std::ranges::none_of(names, [](Name name) { return name.empty(); });
    if (!all_known) return std::nullopt;
    const auto changed = [&](std::string message) {
      return about(refuse(RefusalCause::kOther, kInvalidDefinition, "CREATE OR REPLACE VIEW",
                          std::move(message)),
                   fmt::format("view '{}'", known.id));
    };
    if (names.size() < known.columns.size()) return changed("cannot drop columns from view");
    for (std::size_t i = 0; i < known.columns.size(); ++i) {
      if (known.columns[i].name == names[i]) continue;
      return changed(fmt::format(R"(cannot change name of view column "{}" to "{}")",
                                 known.columns[i].name, names[i]));
    }
    return std::nullopt;
  }

  const Prediction& prediction_;
  const schema::Catalog& catalog_;
};

}  // namespace

Refused duplicate_object(const Statement& statement, const Prediction& prediction) {
  return std::visit(Duplicate(prediction), statement.node);
}

}  // namespace unwedge::effects
