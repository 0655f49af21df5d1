// CASCADE drops what depends on the object, or on the column or key, whatever that is on the day
// when it runs; a schema or a database takes everything in it.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unwedge/rule.h"
#include "unwedge/words.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "drop-cascade",
    .summary = "DROP … CASCADE drops whatever depends on the object",
    .category = Category::kData,
    .kind = Kind::kLoses,
    .severity = Severity::kError,
    .since = "0.1.0",
    .aliases = {"ban-drop-database"},  // squawk
};

using Words = std::vector<std::string>;

constexpr std::string_view kHelp =
    "Drop what is to go by its name first, and leave CASCADE out: the server refuses it if "
    "anything has been forgotten.";

bool contains(const Words& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What goes with the tables and views, as far as it is known: other views, foreign keys of other
/// tables.
Words dependents(const std::vector<RelationId>& dropped, const schema::Catalog& catalog) {
  Words words;
  const auto is_dropped = [&dropped](const RelationId& id) {
    return std::find(dropped.begin(), dropped.end(), id) != dropped.end();
  };
  const auto add = [&words](std::string text) {
    if (std::find(words.begin(), words.end(), text) == words.end())
      words.push_back(std::move(text));
  };
  for (const RelationId& id : dropped) {
    for (const auto& reference : catalog.references_to(id)) {
      if (is_dropped(reference.table->id)) continue;
      add(fmt::format("foreign key '{}' of '{}'", reference.key->name, reference.table->id));
    }
    for (const schema::Relation* view : catalog.all_views_on(id)) {
      if (!is_dropped(view->id)) add(fmt::format("view '{}'", view->id));
    }
    for (const schema::Relation* child : catalog.descendants_of(id)) {
      if (!child->is_partition() && !is_dropped(child->id)) {
        add(fmt::format("table '{}', which inherits from it,", child->id));
      }
    }
  }
  return words;
}

bool is_table_or_view(ObjectType type) {
  return type == ObjectType::kTable || type == ObjectType::kView ||
         type == ObjectType::kMaterializedView || type == ObjectType::kForeignTable;
}

void check_relations(const Drop& drop, const Step& step, Findings& findings) {
  const schema::Catalog& catalog = step.schema();
  std::vector<RelationId> dropped;
  for (const QualifiedName& object : drop.objects) {
    const RelationId id = step.resolve(object);
    // IF EXISTS of what no migration has made mostly makes room for what comes next.
    const bool unknown = catalog.find(id) == nullptr && (drop.missing_ok || catalog.complete());
    if (catalog.existing(id) && !catalog.gone(id) && !unknown) dropped.push_back(id);
  }
  if (dropped.empty()) return;
  const Words gone = dependents(dropped, catalog);
  if (gone.empty() && catalog.complete()) return;  // RESTRICT would do the same
  FindingBuilder finding = findings.report(step.statement().keyword_span);
  finding.help("{}", kHelp);
  if (gone.empty()) {
    finding
        .message(
            "Dropping {} with CASCADE also drops every view and foreign key that depends on {}.",
            list_in_words(dropped), dropped.size() == 1 ? "it" : "them")
        .severity(Severity::kWarning);
  } else {
    finding.message("Dropping {} with CASCADE also drops {}.", list_in_words(dropped),
                    some_of(gone));
  }
}

std::string_view what(ObjectType type) {
  switch (type) {
    case ObjectType::kSchema: return "schema";
    case ObjectType::kType: return "type";
    case ObjectType::kDomain: return "domain";
    case ObjectType::kExtension: return "extension";
    default: return {};
  }
}

/// Whether anything that was there before the change set is in the schema, or may be.
bool may_have_contents(std::string_view schema, const schema::Catalog& catalog) {
  const auto relations = catalog.relations_in(schema);
  return !catalog.complete() || !catalog.types_in(schema).empty() ||
         std::any_of(relations.begin(), relations.end(),
                     [&catalog](const RelationId& id) { return catalog.existing(id); }) ||
         !catalog.functions_in(schema).empty() || !catalog.objects(ObjectType::kExtension).empty();
}

/// What the object is known to take along; nothing: it is not there, or takes nothing.
std::optional<Words> contents(const Drop& drop, const QualifiedName& object, const Step& step) {
  const schema::Catalog& catalog = step.schema();
  Words gone;
  if (drop.object_type == ObjectType::kType || drop.object_type == ObjectType::kDomain) {
    const auto id = catalog.resolve_type(object, step.session().settings->search_path);
    const schema::Type* type = catalog.find_type(id);
    if (type == nullptr ? drop.missing_ok : type->is_new) return std::nullopt;
    for (const schema::ColumnPlace& place : catalog.columns_of_type(id)) {
      gone.push_back(fmt::format("column '{}' of '{}'", place.column->name, place.relation->id));
    }
    if (gone.empty() && catalog.complete()) return std::nullopt;
    return gone;
  }
  if (drop.object_type == ObjectType::kSchema) {
    for (const RelationId& id : catalog.relations_in(object.name)) {
      const schema::Relation* relation = catalog.find(id);
      const bool table = relation != nullptr && relation->kind == schema::RelationKind::kTable;
      if (table && !relation->is_new) gone.push_back(fmt::format("table '{}'", id));
    }
  }
  const schema::NamedObject* known =
      catalog.find_object(drop.object_type, {.schema = {}, .name = std::string(object.name)});
  if (known != nullptr && known->is_new) return std::nullopt;
  // These two every new database has.
  const bool unknown = known == nullptr && object.name != "public" && object.name != "plpgsql" &&
                       (drop.missing_ok || catalog.complete());
  const bool empty = drop.object_type == ObjectType::kSchema && known != nullptr &&
                     !may_have_contents(object.name, catalog);
  if (gone.empty() && (unknown || empty)) return std::nullopt;
  return gone;
}

/// Columns of the type, or everything in the schema.
void check_containers(const Drop& drop, const Step& step, Findings& findings) {
  const std::string_view kind = what(drop.object_type);
  if (kind.empty()) return;
  for (const QualifiedName& object : drop.objects) {
    const std::optional<Words> gone = contents(drop, object, step);
    if (!gone) continue;
    FindingBuilder finding = findings.report(step.statement().keyword_span);
    finding.help("{}", kHelp);
    if (gone->empty()) {
      finding.message("Dropping {} '{}' with CASCADE also drops everything that {} it.", kind,
                      object, drop.object_type == ObjectType::kSchema ? "is in" : "depends on");
    } else {
      finding.message("Dropping {} '{}' with CASCADE also drops {}.", kind, object, some_of(*gone));
    }
  }
}

/// Triggers, whose functions have no arguments.
void check_functions(const Drop& drop, const Step& step, Findings& findings) {
  const schema::Catalog& catalog = step.schema();
  for (std::size_t i = 0; i < drop.objects.size(); ++i) {
    if (i < drop.arguments.size() && drop.arguments[i] && !drop.arguments[i]->empty()) continue;
    const auto function =
        catalog.resolve_function(drop.objects[i], step.session().settings->search_path);
    Words gone;
    for (const RelationId& id : catalog.linked(schema::Catalog::Link::kTriggerCall, function)) {
      const schema::Relation* table = catalog.find(id);
      if (table == nullptr || table->is_new) continue;
      for (const schema::Trigger& trigger : table->triggers) {
        if (trigger.function == function && !trigger.inherited) {
          gone.push_back(fmt::format("trigger '{}' of '{}'", trigger.name, id));
        }
      }
    }
    if (gone.empty()) continue;
    findings.report(step.statement().keyword_span)
        .message("Dropping function '{}' with CASCADE also drops {}.", drop.objects[i],
                 some_of(gone))
        .help("{}", kHelp);
  }
}

/// Whether the view certainly has its column of that name from the table.
bool takes_column(const schema::Relation& view, const RelationId& table, std::string_view column,
                  const schema::Catalog& catalog) {
  if (!contains(view.reads_columns, column) && !view.reads_all_columns) return false;
  return std::all_of(view.reads.begin(), view.reads.end(), [&](const RelationId& id) {
    const schema::Relation* other = catalog.find(id);
    return id == table || (other != nullptr && other->complete && other->column(column) == nullptr);
  });
}

Words sorted(Words names) {
  std::sort(names.begin(), names.end());
  return names;
}

/// Whether foreign keys to these columns need the key: no other index makes them unique.
bool is_only_key(const schema::Key& key, const RelationId& table, const schema::Catalog& catalog) {
  const Words columns = sorted(key.columns);
  const auto indexes = catalog.indexes_of(table);
  return std::none_of(indexes.begin(), indexes.end(), [&](const schema::Relation* other) {
    if (other->id == key.index || !other->index || !other->index->unique) return false;
    Words parts;
    for (const schema::IndexPart& part : other->index->parts) parts.push_back(part.column);
    return sorted(std::move(parts)) == columns;
  });
}

/// What goes with a column or a key of the table, as far as it is known.
Words dependents(const AlterAction& action, const schema::Relation& table,
                 const schema::Catalog& catalog) {
  Words gone;
  const bool column = action.kind == AlterKind::kDropColumn;
  const schema::Key* key = column ? nullptr : table.key(action.name);
  if (!column && (key == nullptr || !is_only_key(*key, table.id, catalog))) return gone;
  for (const auto& reference : catalog.references_to(table.id)) {
    const auto& columns = reference.key->referenced_columns;
    const bool own =
        reference.table->id == table.id && contains(reference.key->columns, action.name);
    const bool goes =
        column ? contains(columns, action.name) && !own : key != nullptr && key->columns == columns;
    if (!goes) continue;
    gone.push_back(
        fmt::format("foreign key '{}' of '{}'", reference.key->name, reference.table->id));
  }
  if (!column) return gone;
  for (const schema::Column& other : table.columns) {
    if (other.generated && other.generated->mentions(action.name)) {
      gone.push_back(fmt::format("column '{}', which is generated from it,", other.name));
    }
  }
  for (const schema::Relation* view : catalog.views_on(table.id)) {
    if (takes_column(*view, table.id, action.name, catalog)) {
      gone.push_back(fmt::format("view '{}'", view->id));
    }
  }
  return gone;
}

void check_parts(const AlterTable& alter, const Step& step, Findings& findings) {
  const schema::Catalog& catalog = step.schema();
  if (!step.existing(alter.table)) return;
  const schema::Relation* table = catalog.find(step.resolve(alter.table));
  for (const AlterAction& action : alter.actions) {
    const bool column = action.kind == AlterKind::kDropColumn;
    if (!action.cascade || (!column && action.kind != AlterKind::kDropConstraint)) continue;
    if (table == nullptr && action.missing_ok) continue;
    if (column && action.missing_ok && table->column(action.name) == nullptr) continue;
    const Words gone = table == nullptr ? Words() : dependents(action, *table, catalog);
    // Of a constraint that is not known to be a key there is nothing to say.
    if (gone.empty() && (!column || catalog.complete())) continue;
    FindingBuilder finding = findings.report(action.span);
    finding.help("{}", kHelp);
    if (gone.empty()) {
      finding
          .message(
              "Dropping column '{}' of '{}' with CASCADE also drops every view and foreign key "
              "that "
              "depends on it.",
              action.name, alter.table)
          .severity(Severity::kWarning);
    } else {
      finding.message("Dropping {} '{}' of '{}' with CASCADE also drops {}.",
                      column ? "column" : "constraint", action.name, alter.table, some_of(gone));
    }
  }
}

void check(const Step& step, Findings& findings) {
  if (step.effects().refusal) return;
  if (const auto* database = step.statement().get<DatabaseCommand>()) {
    if (database->kind != DatabaseCommand::Kind::kDropDatabase) return;
    findings.report(step.statement().keyword_span)
        .message("This drops the database '{}' with everything in it.", database->name)
        .help("Leave it to whoever creates the database.");
    return;
  }
  if (const auto* alter = step.statement().get<AlterTable>()) {
    check_parts(*alter, step, findings);
    return;
  }
  const auto* drop = step.statement().get<Drop>();
  if (drop == nullptr || !drop->cascade) return;
  if (is_table_or_view(drop->object_type)) {
    check_relations(*drop, step, findings);
  } else if (drop->object_type == ObjectType::kFunction) {
    check_functions(*drop, step, findings);
  } else {
    check_containers(*drop, step, findings);
  }
}

}  // namespace

extern constinit const Rule drop_cascade = on_step<check>(kInfo);

}  // namespace unwedge::rules
