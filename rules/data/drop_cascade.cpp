// CASCADE drops what depends on the object, whatever that is on the day when it runs; a schema or a
// database takes everything in it.

#include <algorithm>
#include <string>
#include <string_view>
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

/// "a, b and 3 more"
std::string joined(const Words& words) {
  constexpr std::size_t kMost = 3;
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < kMost; ++i) {
    const bool last = i > 0 && i + 1 == words.size();
    text += fmt::format("{}{}", i == 0 ? "" : last ? " and " : ", ", words[i]);
  }
  return words.size() > kMost ? text + fmt::format(" and {} more", words.size() - kMost) : text;
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
  finding.help(
      "Drop what is to go by its name first, and leave CASCADE out: the server refuses it if "
      "anything has been forgotten.");
  if (gone.empty()) {
    finding
        .message(
            "Dropping {} with CASCADE also drops every view and foreign key that depends on {}.",
            list_in_words(dropped), dropped.size() == 1 ? "it" : "them")
        .severity(Severity::kWarning);
  } else {
    finding.message("Dropping {} with CASCADE also drops {}.", list_in_words(dropped),
                    joined(gone));
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

/// Columns of the type, or everything in the schema.
void check_containers(const Drop& drop, const Step& step, Findings& findings) {
  const std::string_view kind = what(drop.object_type);
  if (kind.empty()) return;
  const schema::Catalog& catalog = step.schema();
  for (const QualifiedName& object : drop.objects) {
    Words gone;
    if (drop.object_type == ObjectType::kSchema) {
      const schema::NamedObject* known = catalog.find_object(
          ObjectType::kSchema, {.schema = {}, .name = std::string(object.name)});
      if (known != nullptr && known->is_new) continue;
      for (const RelationId& id : catalog.relations_in(object.name)) {
        const schema::Relation* relation = catalog.find(id);
        const bool table = relation != nullptr && relation->kind == schema::RelationKind::kTable;
        if (table && !relation->is_new) gone.push_back(fmt::format("table '{}'", id));
      }
    } else if (drop.object_type != ObjectType::kExtension) {
      const auto id = catalog.resolve_type(object, step.session().settings->search_path);
      const schema::Type* type = catalog.find_type(id);
      if (type != nullptr && type->is_new) continue;
      for (const schema::ColumnPlace& place : catalog.columns_of_type(id)) {
        gone.push_back(fmt::format("column '{}' of '{}'", place.column->name, place.relation->id));
      }
      if (gone.empty() && catalog.complete()) continue;
    }
    FindingBuilder finding = findings.report(step.statement().keyword_span);
    finding.help(
        "Drop what is to go by its name first, and leave CASCADE out: the server refuses it "
        "if anything has been forgotten.");
    if (gone.empty()) {
      finding.message("Dropping {} '{}' with CASCADE also drops everything that {} it.", kind,
                      object, drop.object_type == ObjectType::kSchema ? "is in" : "depends on");
    } else {
      finding.message("Dropping {} '{}' with CASCADE also drops {}.", kind, object, joined(gone));
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
  const auto* drop = step.statement().get<Drop>();
  if (drop == nullptr || !drop->cascade) return;
  if (is_table_or_view(drop->object_type)) {
    check_relations(*drop, step, findings);
  } else {
    check_containers(*drop, step, findings);
  }
}

}  // namespace

extern constinit const Rule drop_cascade = on_step<check>(kInfo);

}  // namespace unwedge::rules
