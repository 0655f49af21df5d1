// One overload for each statement that changes what the catalog knows; those about tables are in
// files of their own.

#include "schema/apply.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/changes.h"
#include "schema/chosen_names.h"

namespace unwedge::schema {
namespace {

template <typename T>
void add_once(std::vector<T>& items, T item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(std::move(item));
}

/// The first words of statements that change no schema.
constexpr std::array<std::string_view, 22> kNotOfSchema{
    "select",  "with",    "insert", "update", "delete",  "merge",   "copy",   "grant",
    "revoke",  "set",     "reset",  "show",   "lock",    "analyze", "vacuum", "cluster",
    "reindex", "comment", "notify", "listen", "explain", "refresh"};

/// The name that CREATE TYPE … AS RANGE chooses (makeMultirangeTypeName, catalog/pg_type.c).
std::string multirange_name(std::string range) {
  const std::size_t at = range.find("range");
  if (at == std::string::npos) return range + "_multirange";
  return range.insert(at, "multi");
}

class Applier {
 public:
  explicit Applier(const Scope& scope) : scope_(scope), catalog_(scope.catalog) {}

  template <typename Node>
  void operator()(const Node& /*node*/) {}  // the others change nothing that the catalog knows

  void operator()(const CreateTable& create) { create_table(create, scope_); }
  void operator()(const CreateTableAs& create) { create_table_as(create, scope_); }
  void operator()(const CreateView& create) { create_view(create, scope_); }
  void operator()(const AlterTable& alter) { alter_table(alter, scope_); }
  void operator()(const Drop& drop) { drop_objects(drop, scope_); }
  void operator()(const Rename& statement) { rename(statement, scope_); }
  void operator()(const SetSchema& set) { set_schema(set, scope_); }

  void operator()(const CreateIndex& create) {
    const RelationId table = scope_.found(create.table);
    const RelationId id{.schema = table.schema, .name = std::string(create.name)};
    if (create.if_not_exists && catalog_.find(id) != nullptr) return;
    add_index(table, new_index(create), scope_);
  }

  void operator()(const CreateSequence& create) {
    if (create.if_not_exists && scope_.exists(create.sequence)) return;
    Relation relation = scope_.created(create.sequence, create.persistence);
    relation.kind = RelationKind::kSequence;
    relation.complete = true;
    set_owner(create.owner_table, create.owner_column, relation);
    catalog_.put(std::move(relation));
  }

  void operator()(const AlterSequence& alter) {
    const bool changes_owner =
        std::any_of(alter.options.begin(), alter.options.end(),
                    [](const Option& option) { return option.name == "owned_by"; });
    if (!changes_owner) return;
    const RelationId id = scope_.resolve(alter.sequence);
    if (alter.if_exists && (catalog_.gone(id) || catalog_.absent(id))) return;
    scope_.change(id, [&](Relation& relation) {
      relation.kind = RelationKind::kSequence;
      set_owner(alter.owner_table, alter.owner_column, relation);
    });
  }

  void operator()(const CreateTrigger& create) {
    const RelationId table = scope_.found(create.table);
    Trigger trigger{.name = std::string(create.name),
                    .function = catalog_.resolve_function(create.function, path()),
                    .constraint = create.constraint,
                    .row_level = create.row_level,
                    .update_columns = strings(create.update_columns)};
    if (!create.constraint_from.empty()) {
      trigger.constraint_from = scope_.resolve(create.constraint_from);
    }
    if (create.when) trigger.when_columns = StoredExpression(*create.when).columns();
    add_trigger(table, trigger);
  }

  void operator()(const PolicyOrRule& create) {
    if (!create.is_new && create.object_type == ObjectType::kRule) return;
    scope_.change(scope_.found(create.table), [&create](Relation& relation) {
      const std::string name(create.name);
      if (create.object_type == ObjectType::kRule) {
        add_once(relation.rules, name);
      } else if (!create.is_new) {
        relation.policy_columns.erase(name);  // some of its expressions are others now
      } else {
        add_once(relation.policies, name);
        std::vector<std::string>& columns = relation.policy_columns[name];
        columns.clear();
        for (const Expression& condition : create.conditions) {
          for (std::string& column : StoredExpression(condition).columns()) {
            add_once(columns, std::move(column));
          }
        }
      }
    });
  }

  void operator()(const CreateType& create) {
    using From = CreateType::Kind;
    Type type{.id = scope_.created(create.type), .is_new = true, .complete = true};
    switch (create.kind) {
      case From::kEnum: type.kind = Type::Kind::kEnum; break;
      case From::kComposite: type.kind = Type::Kind::kComposite; break;
      case From::kRange: type.kind = Type::Kind::kRange; break;
      case From::kBase: type.kind = Type::Kind::kBase; break;
    }
    type.labels = strings(create.labels);
    if (create.kind == From::kRange) type.base = scope_.data_type(create.subtype);
    for (const ColumnDefinition& attribute : create.attributes) {
      type.attributes.push_back({.name = std::string(attribute.name),
                                 .type = scope_.data_type(attribute.type),
                                 .collation = std::string(attribute.collation)});
    }
    if (create.kind == From::kRange) add_multirange(create, type.id);
    catalog_.put(std::move(type));
  }

  void add_multirange(const CreateType& create, const ObjectId& range) {
    ObjectId id{.schema = range.schema, .name = multirange_name(range.name)};
    if (!create.multirange.empty()) id = scope_.created(create.multirange);
    catalog_.put(Type{.id = std::move(id), .kind = Type::Kind::kRange, .is_new = true});
  }

  void operator()(const AlterEnum& alter) {
    const ObjectId id = catalog_.resolve_type(alter.type, path());
    if (catalog_.find_type(id) == nullptr) return;
    scope_.change_type(id, [&alter](Type& type) {
      std::vector<std::string>& labels = type.labels;
      const auto find = [&labels](Name label) {
        return std::find(labels.begin(), labels.end(), label);
      };
      if (!alter.old_value.empty()) {
        std::replace(labels.begin(), labels.end(), std::string(alter.old_value),
                     std::string(alter.new_value));
        return;
      }
      if (find(alter.new_value) != labels.end()) return;
      auto place = alter.has_position ? find(alter.neighbour) : labels.end();
      if (alter.after && place != labels.end()) ++place;
      labels.insert(place, std::string(alter.new_value));
    });
  }

  void operator()(const CreateDomain& create) {
    Type domain{.id = scope_.created(create.domain),
                .kind = Type::Kind::kDomain,
                .is_new = true,
                .complete = true,
                .base = scope_.data_type(create.type),
                .default_value = stored(create.default_value)};
    for (const Constraint& constraint : create.constraints) add_constraint(constraint, domain);
    catalog_.put(std::move(domain));
  }

  void operator()(const AlterDomain& alter) {
    using Kind = AlterDomain::Kind;
    const ObjectId id = catalog_.resolve_type(alter.domain, path());
    if (catalog_.find_type(id) == nullptr) return;
    scope_.change_type(id, [&](Type& domain) {
      switch (alter.kind) {
        case Kind::kSetDefault: domain.default_value = stored(alter.default_value); break;
        case Kind::kDropDefault: domain.default_value.reset(); break;
        case Kind::kSetNotNull: domain.not_null = true; break;
        case Kind::kDropNotNull: domain.not_null = false; break;
        case Kind::kAddConstraint:
          if (alter.constraint) add_constraint(*alter.constraint, domain);
          break;
        case Kind::kDropConstraint:
          std::erase_if(domain.checks,
                        [&alter](const Check& check) { return check.name == alter.name; });
          break;
        case Kind::kValidateConstraint:
          if (Check* check = named(domain.checks, alter.name)) check->valid = true;
          break;
      }
    });
  }

  void operator()(const CreateFunction& create) {
    Overloads overloads{.id = scope_.created(create.function), .functions = {}};
    if (const Overloads* known = catalog_.find_function(overloads.id)) overloads = *known;
    Function function{.procedure = create.procedure,
                      .language = std::string(create.language),
                      .volatility = create.volatility,
                      .body_parsed = create.body_parsed,
                      // What OR REPLACE replaces may be in use.
                      .is_new = !create.or_replace,
                      .source = std::string(create.body),
                      .parameters = strings(create.parameters),
                      .atomic = create.security_definer || !create.settings.empty()};
    for (const Option& setting : create.settings) {
      if (setting.name == "search_path" && !setting.value.empty()) {
        function.search_path.emplace_back(setting.value);
      }
    }
    if (function.language.empty()) function.language = "sql";
    for (const TypeReference& argument : create.arguments) {
      function.arguments.push_back(scope_.data_type(argument));
    }
    const auto same = std::find_if(
        overloads.functions.begin(), overloads.functions.end(),
        [&function](const Function& each) { return each.arguments == function.arguments; });
    if (same != overloads.functions.end()) {
      function.is_new = same->is_new;
      *same = std::move(function);
    } else {
      overloads.functions.push_back(std::move(function));
    }
    catalog_.put(std::move(overloads));
  }

  /// Of PL/pgSQL, the statements inside are applied one by one.
  void operator()(const DoBlock& block) {
    if (block.language == "plpgsql") return;
    doubt_mentioned(block.body);
    catalog_.note_unseen_changes();
  }

  void operator()(const Execute& execute) {
    doubt_mentioned(execute.body);
    const std::string word = first_word(execute);
    if (std::find(kNotOfSchema.begin(), kNotOfSchema.end(), word) == kNotOfSchema.end()) {
      catalog_.note_unseen_changes();
    }
  }

  /// What code that cannot be followed mentions it may have changed; its words are those of names,
  /// even in strings.
  void doubt_mentioned(std::string_view code) {
    std::set<std::string> words;
    std::string word;
    for (const char c : code) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80U) {
        word.push_back(static_cast<char>(std::tolower(byte)));
      } else {
        words.insert(std::exchange(word, {}));
      }
    }
    words.insert(word);
    for (const std::string& name : words) {
      const RelationId id = scope_.resolve({.name = name});
      const Relation* known = catalog_.find(id);
      if (known == nullptr || !known->complete) continue;
      scope_.change(id, [](Relation& relation) { relation.complete = false; });
    }
  }

  /// Anything may have been done.
  void forget_all() {
    catalog_.note_unseen_changes();
    for (const RelationId& id : catalog_.relations()) {
      const Relation* known = catalog_.find(id);
      if (known == nullptr) continue;
      Relation unknown{.id = id, .kind = known->kind, .is_new = known->is_new};
      unknown.index_of = known->index_of;
      catalog_.put(std::move(unknown));
    }
  }

  void operator()(const AlterFunction& alter) {
    const Overloads* known =
        catalog_.find_function(catalog_.resolve_function(alter.function, path()));
    if (known == nullptr || !alter.volatility) return;
    Overloads overloads = *known;
    for (Function& function : overloads.functions) {
      if (!alter.arguments || same_arguments(function, *alter.arguments, scope_)) {
        function.volatility = *alter.volatility;
      }
    }
    catalog_.put(std::move(overloads));
  }

  void operator()(const CreateSchema& create) {
    const ObjectId id{.schema = {}, .name = std::string(create.name)};
    add_object(ObjectType::kSchema, id, create.if_not_exists);
    // Sequences first, then tables, views, indexes (transformCreateSchemaStmtElements,
    // parser/parse_utilcmd.c).
    Settings inside = scope_.settings;
    inside.search_path.insert(inside.search_path.begin(), id.name);
    const auto apply_all = [&]<typename... Nodes>() {
      for (const Statement& element : create.elements) {
        if ((std::holds_alternative<Nodes>(element.node) || ...)) {
          apply(element, inside, catalog_, scope_.version);
        }
      }
    };
    apply_all.operator()<CreateSequence>();
    apply_all.operator()<CreateTable>();
    apply_all.operator()<CreateView>();
    apply_all.operator()<CreateIndex>();
    apply_all.operator()<CreateTrigger>();
  }

  /// There may be anything after them.
  void operator()(const SyntaxError& /*error*/) { catalog_.set_complete(false); }
  void operator()(const ClientCommand& command) {
    if (command.followed) return;
    if (command.kind == ClientCommand::Kind::kConnect) {
      catalog_.leave_database();
    } else {
      forget_all();
    }
  }

  void operator()(const Other& other) {
    const bool may_be_anything =
        other.tag.starts_with("DROP OWNED") || other.tag.starts_with("IMPORT FOREIGN");
    if (may_be_anything) catalog_.set_complete(false);
    if (other.tag == "CREATE CAST") catalog_.note_cast();
  }

  void operator()(const CreateExtension& create) {
    add_object(ObjectType::kExtension, {.schema = {}, .name = std::string(create.name)},
               create.if_not_exists);
  }

  void operator()(const CreateStatistics& create) {
    if (create.tables.empty()) return;
    const RelationId table = scope_.resolve(create.tables.front());
    NamedObject object{.type = ObjectType::kStatistics,
                       .is_new = true,
                       .relations = {table},
                       .columns = strings(create.columns)};
    if (create.statistics.empty()) {  // since Postgres 16 it need not have a name
      object.id = {.schema = table.schema,
                   .name = object_name(table.name, joined_columns(object.columns), "stat")};
    } else {
      object.id = scope_.created(create.statistics);
    }
    if (create.if_not_exists && catalog_.find_object(object.type, object.id) != nullptr) return;
    catalog_.put(std::move(object));
  }

  void operator()(const PublicationTables& publication) {
    using Change = PublicationTables::Change;
    NamedObject object{.type = ObjectType::kPublication,
                       .id = {.schema = {}, .name = std::string(publication.name)},
                       .is_new = publication.is_new,
                       .all_tables = publication.all_tables};
    const NamedObject* known = catalog_.find_object(object.type, object.id);
    if (!publication.is_new && known != nullptr) object = *known;
    if (!publication.is_new && publication.change == Change::kSet) {
      object.relations.clear();
      object.schemas.clear();
    }
    const bool drop = !publication.is_new && publication.change == Change::kDrop;
    const auto change = [drop](auto& items, auto item) {
      if (drop) {
        std::erase(items, item);
      } else {
        add_once(items, std::move(item));
      }
    };
    for (const QualifiedName& table : publication.tables) {
      change(object.relations, scope_.resolve(table));
    }
    for (const Name schema : publication.schemas) change(object.schemas, std::string(schema));
    catalog_.put(std::move(object));
  }

 private:
  [[nodiscard]] const std::vector<std::string>& path() const { return scope_.settings.search_path; }

  void set_owner(const QualifiedName& table, Name column, Relation& sequence) const {
    sequence.owned_by = table.empty() ? RelationId() : scope_.resolve(table);
    sequence.owned_by_column = column;
  }

  /// On a partitioned table each partition has it, too.
  void add_trigger(const RelationId& table, const Trigger& trigger) {
    scope_.change(table, [&trigger](Relation& relation) {
      if (Trigger* known = named(relation.triggers, trigger.name)) {
        *known = trigger;
      } else {
        relation.triggers.push_back(trigger);
      }
    });
    if (!trigger.row_level || catalog_.find(table)->kind != RelationKind::kPartitionedTable) return;
    Trigger inherited = trigger;
    inherited.inherited = true;
    for (const Relation* partition : catalog_.children_of(table)) {
      add_trigger(partition->id, inherited);
    }
  }

  void add_constraint(const Constraint& constraint, Type& domain) const {
    if (constraint.kind == Constraint::Kind::kNotNull) domain.not_null = true;
    if (!constraint.expression) return;
    Check check = check_of(*constraint.expression);
    check.name = constraint.name.empty()
                     ? choose_constraint_name(catalog_, domain.id, "", "check", domain.checks)
                     : std::string(constraint.name);
    check.valid = !constraint.not_valid;
    domain.checks.push_back(std::move(check));
  }

  void add_object(ObjectType type, const ObjectId& id, bool if_not_exists) {
    if (if_not_exists && catalog_.find_object(type, id) != nullptr) return;
    catalog_.put(NamedObject{.type = type, .id = id, .is_new = true});
  }

  const Scope& scope_;
  Catalog& catalog_;
};

}  // namespace

void apply(const Statement& statement, const Settings& settings, Catalog& catalog,
           PgVersion version) {
  // What a placeholder's name stands for may be any other name.
  if (statement.has_placeholder) catalog.set_complete(false);
  const Scope scope{settings, catalog, version};
  std::visit(Applier(scope), statement.node);
}

void drop_on_commit(const Settings& settings, Catalog& catalog) {
  const Scope scope{settings, catalog, {}};
  for (const RelationId& id : catalog.dropped_on_commit()) drop_relation(id, scope);
}

}  // namespace unwedge::schema
