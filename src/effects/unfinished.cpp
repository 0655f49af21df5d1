// What a transaction has begun and not finished: deferred constraints whose check is still to come,
// and enum values that may not be used before COMMIT.

#include "effects/unfinished.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "effects/refusing.h"
#include "sql/tokens.h"
#include "unwedge/features.h"

namespace unwedge::effects {
namespace {

using schema::Relation;

constexpr std::string_view kRowsUnknown = "whether the write before it found a row is not known";
constexpr std::string_view kUseUnknown = "which column the value is for is not known";
/// A type made in the same transaction has no old values to protect (EnumTypeUncommitted,
/// catalog/pg_enum.c).
constexpr int kNewTypesAreSafe = 17;
/// Before, only a type of the same transaction could get a value in one, and its use was free
/// (AlterEnum, commands/typecmds.c).
constexpr int kAddsInTransaction = 12;

// ---------------------------------------------------------------------------------------------
// Deferred constraints

bool sets_any(const Write& write, const std::vector<std::string>& columns) {
  return std::ranges::any_of(write.columns, [&columns](Name name) {
    return std::ranges::find(columns, name) != columns.end();
  });
}

/// Whether the constraint waits for the end of the transaction (AfterTriggerCheckState,
/// commands/trigger.c).
bool is_deferred(const schema::ForeignKey& key, const Unfinished* unfinished) {
  if (!key.enforced || !(key.deferrable || key.initially_deferred)) return false;
  if (unfinished == nullptr) return key.initially_deferred;
  const auto named = unfinished->deferred.find(key.name);
  if (named != unfinished->deferred.end()) return named->second;
  return unfinished->all_deferred.value_or(key.initially_deferred);
}

/// The foreign keys whose check the write leaves to the end of the transaction
/// (AfterTriggerSaveEvent, commands/trigger.c).
std::vector<std::string> checks_left(const Write& write, const Relation& table,
                                     const Prediction& prediction) {
  std::vector<std::string> left;
  // Their triggers do not fire then: they are neither ALWAYS nor REPLICA ones.
  const Session& session = prediction.session();
  const bool replica = session.settings->value("session_replication_role") == "replica";
  if (table.triggers_disabled || replica) return left;
  using Kind = Write::Kind;
  const bool inserts = write.kind == Kind::kInsert || write.kind == Kind::kCopy;
  const bool updates = write.kind == Kind::kUpdate || write.conflict_clause;
  for (const schema::ForeignKey& key : table.foreign_keys) {
    if (!is_deferred(key, session.unfinished.get())) continue;
    if (inserts || (updates && sets_any(write, key.columns))) left.push_back(key.name);
  }
  // Of the referenced table only NO ACTION can wait.
  for (const auto& reference : prediction.catalog().references_to(table.id)) {
    const schema::ForeignKey& key = *reference.key;
    const bool deletes =
        write.kind == Kind::kDelete && key.on_delete == Constraint::Action::kNoAction;
    const bool renames = updates && key.on_update == Constraint::Action::kNoAction &&
                         sets_any(write, key.referenced_columns);
    if (is_deferred(key, session.unfinished.get()) && (deletes || renames)) {
      left.push_back(key.name);
    }
  }
  return left;
}

bool surely_finds_row(const Write& write) {
  return write.kind == Write::Kind::kInsert && !write.rows_from_query && !write.conflict_clause;
}

/// What CheckTableNotInUse (commands/tablecmds.c) is asked about, and in whose name.
struct InUse {
  std::string_view command;
  std::vector<QualifiedName> tables;
};

InUse needs_unused(const Statement& statement) {
  if (const auto* alter = statement.get<AlterTable>()) {
    const bool table = alter->object_type == ObjectType::kTable;
    return table ? InUse{"ALTER TABLE", {alter->table}} : InUse{};
  }
  if (const auto* drop = statement.get<Drop>()) {
    return drop->object_type == ObjectType::kTable ? InUse{"DROP TABLE", drop->objects} : InUse{};
  }
  if (const auto* truncate = statement.get<Truncate>()) return {"TRUNCATE", truncate->tables};
  if (const auto* index = statement.get<CreateIndex>()) return {"CREATE INDEX", {index->table}};
  if (const auto* cluster = statement.get<Cluster>()) return {"CLUSTER", {cluster->table}};
  return {};
}

// ---------------------------------------------------------------------------------------------
// Enum values

/// What stands in front of and behind a string that is the value.
enum class Use : std::uint8_t { kNone, kPossible, kCertain };

/// The known relations that the statement reads, writes or changes.
std::vector<const Relation*> touched_by(const Statement& statement, const Prediction& prediction) {
  std::vector<QualifiedName> names;
  if (const auto* dml = statement.get<Dml>()) {
    names = dml->reads;
    for (const Write& write : dml->writes) names.push_back(write.target);
  } else if (const auto* alter = statement.get<AlterTable>()) {
    names = {alter->table};
  } else if (const auto* index = statement.get<CreateIndex>()) {
    names = {index->table};
  } else if (const auto* view = statement.get<CreateView>()) {
    names = view->query.reads;
  } else if (const auto* create = statement.get<CreateTableAs>()) {
    names = create->query.reads;
  } else if (const auto* policy = statement.get<PolicyOrRule>()) {
    names = {policy->table};
  }
  std::vector<const Relation*> relations;
  for (const QualifiedName& name : names) {
    const Relation* known = prediction.find(prediction.resolve(name));
    if (known != nullptr) relations.push_back(known);
  }
  return relations;
}

/// A column of the type; of a type that no statement has made only the name is known.
bool is_of(const schema::Column& column, const RelationId& type) {
  return column.type.id.name == type.name &&
         (column.type.id.schema.empty() || type.schema.empty() ||
          column.type.id.schema == type.schema);
}

class EnumUse {
 public:
  EnumUse(std::string_view sql, const std::vector<sql::Token>& tokens, const RelationId& type,
          const std::vector<const Relation*>& touched)
      : sql_(sql), tokens_(tokens), type_(type), touched_(touched) {}

  /// The strongest use of the value in the statement, and where it is.
  std::pair<Use, Span> of(std::string_view label) const {
    std::pair<Use, Span> strongest{Use::kNone, {}};
    const std::string literal = "'" + std::string(label) + "'";
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].kind != sql::TokenKind::kString || text(i) != literal) continue;
      const Use use = is_of_type(i) ? Use::kCertain : Use::kPossible;
      if (use > strongest.first) strongest = {use, tokens_[i].span};
    }
    return strongest;
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t i) const {
    return i < tokens_.size() ? slice(sql_, tokens_[i].span) : std::string_view();
  }

  [[nodiscard]] std::string_view name(std::size_t i) const {
    std::string_view word = text(i);
    if (word.size() > 2 && word.front() == '"') word = word.substr(1, word.size() - 2);
    return word;
  }

  /// A cast to the type; a comparison with, or an assignment to, a column of it; its default.
  [[nodiscard]] bool is_of_type(std::size_t i) const {
    if (text(i + 1) == "::") {
      const std::size_t last = text(i + 3) == "." ? i + 4 : i + 2;
      return name(last) == type_.name;
    }
    if (i == 0) return false;
    if (sql::is_word(sql_, tokens_[i - 1], "default")) return is_default(i - 1);
    const std::string_view before = text(i - 1);
    if (i >= 2 && (before == "=" || before == "<>" || before == "!=")) {
      return is_column(name(i - 2));
    }
    // IN ('a', 'b')
    std::size_t open = i - 1;
    while (open > 0 && (text(open) == "," || tokens_[open].kind == sql::TokenKind::kString)) --open;
    return open >= 2 && text(open) == "(" && sql::is_word(sql_, tokens_[open - 1], "in") &&
           is_column(name(open - 2));
  }

  /// `column SET DEFAULT`, or `column type DEFAULT`.
  [[nodiscard]] bool is_default(std::size_t keyword) const {
    if (keyword < 2) return false;
    if (sql::is_word(sql_, tokens_[keyword - 1], "set")) return is_column(name(keyword - 2));
    for (std::size_t i = keyword; i-- > 0 && keyword - i <= 4;) {
      if (name(i) == type_.name) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_column(std::string_view column) const {
    return std::ranges::any_of(touched_, [&](const Relation* relation) {
      const schema::Column* known = relation->column(column);
      return known != nullptr && is_of(*known, type_);
    });
  }

  std::string_view sql_;
  const std::vector<sql::Token>& tokens_;
  const RelationId& type_;
  const std::vector<const Relation*>& touched_;
};

/// Whether the server reads the statement's constants while it runs it: not those of a comment, nor
/// those in a function's body.
bool reads_constants(const Statement& statement) {
  return statement.get<Dml>() != nullptr || statement.get<AlterTable>() != nullptr ||
         statement.get<CreateTable>() != nullptr || statement.get<CreateTableAs>() != nullptr ||
         statement.get<CreateView>() != nullptr || statement.get<CreateIndex>() != nullptr ||
         statement.get<PolicyOrRule>() != nullptr || statement.get<CreateDomain>() != nullptr;
}

/// An INSERT into a column of the type: which of its values is for it is not known.
bool inserts_into(const Statement& statement, const RelationId& type,
                  const Prediction& prediction) {
  const auto* dml = statement.get<Dml>();
  return dml != nullptr && std::ranges::any_of(dml->writes, [&](const Write& write) {
           const Relation* table = prediction.find(prediction.resolve(write.target));
           if (write.kind != Write::Kind::kInsert || table == nullptr) return false;
           return std::ranges::any_of(table->columns, [&](const schema::Column& column) {
             const bool written =
                 write.columns.empty() ||
                 std::ranges::find(write.columns, column.name) != write.columns.end();
             return written && is_of(column, type);
           });
         });
}

}  // namespace

void leave_unfinished(const Statement& statement, const Prediction& prediction, Effects& effects) {
  const TransactionState& transaction = prediction.session().transaction;
  if (!transaction.is_block()) return;
  const schema::Catalog& catalog = prediction.catalog();
  if (const auto* alter = statement.get<AlterEnum>()) {
    const schema::Type* type = prediction.find_type(alter->type);
    const bool may_be_safe =
        prediction.since(kNewTypesAreSafe) || !prediction.since(kAddsInTransaction);
    const bool is_safe = may_be_safe && type != nullptr && type->is_new;
    const bool there =
        type != nullptr && std::ranges::find(type->labels, alter->new_value) != type->labels.end();
    if (!alter->old_value.empty() || is_safe || there) return;
    effects.new_enum_values.push_back(
        {.type = catalog.resolve_type(alter->type, prediction.session().settings->search_path),
         .label = std::string(alter->new_value),
         .added_by = statement.keyword_span});
    return;
  }
  const auto* dml = statement.get<Dml>();
  if (dml == nullptr) return;
  for (const Write& write : dml->writes) {
    const Relation* table = prediction.find(prediction.resolve(write.target));
    if (table == nullptr) continue;
    for (std::string& constraint : checks_left(write, *table, prediction)) {
      effects.pending_events.push_back({.relation = table->id,
                                        .constraint = std::move(constraint),
                                        .certain = surely_finds_row(write),
                                        .written_by = statement.keyword_span});
    }
  }
}

Refused unfinished_refusal(const Statement& statement, const Prediction& prediction) {
  const auto& unfinished = prediction.session().unfinished;
  if (unfinished == nullptr || unfinished->events.empty()) return std::nullopt;
  const InUse use = needs_unused(statement);
  for (const QualifiedName& name : use.tables) {
    const RelationId id = prediction.resolve(name);
    const PendingEvents* found = nullptr;
    for (const PendingEvents& events : unfinished->events) {
      if (events.relation == id && (found == nullptr || events.certain)) found = &events;
    }
    if (found == nullptr) continue;
    Refused refused =
        about(refuse(RefusalCause::kPendingEvents, kInUse, use.command,
                     fmt::format(R"(cannot {} "{}" because it has pending trigger events)",
                                 use.command, id.name)),
              fmt::format("'{}'", id));
    refused->since = found->written_by;
    return found->certain ? refused : possible(std::move(refused), kRowsUnknown);
  }
  return std::nullopt;
}

Refused new_enum_value_refusal(const Statement& statement, std::string_view sql,
                               const schema::Catalog& before, const Session& session,
                               PgVersion version) {
  const bool none = session.unfinished == nullptr || session.unfinished->enum_values.empty();
  if (none || !reads_constants(statement)) return std::nullopt;
  const Prediction prediction(before, session, version);
  std::vector<const Relation*> touched;
  std::vector<sql::Token> tokens;  // looked for once a value is there
  for (const NewEnumValue& value : session.unfinished->enum_values) {
    if (sql.find(value.label) == sql.npos) continue;
    if (tokens.empty()) {
      touched = touched_by(statement, prediction);
      tokens = sql::tokens_of(sql, {0, static_cast<std::uint32_t>(sql.size())});
    }
    const auto [use, place] = EnumUse(sql, tokens, value.type, touched).of(value.label);
    if (use == Use::kNone) continue;
    if (use == Use::kPossible && !inserts_into(statement, value.type, prediction)) continue;
    Refused refused = about(refuse(RefusalCause::kNewEnumValue, kUnsafeNewEnumValue, "",
                                   fmt::format(R"(unsafe use of new value "{}" of enum type {})",
                                               value.label, value.type.name)),
                            fmt::format("'{}'", value.label), fmt::format("'{}'", value.type));
    refused->at = {place.begin + statement.span.begin, place.end + statement.span.begin};
    refused->since = value.added_by;
    return use == Use::kCertain ? refused : possible(std::move(refused), kUseUnknown);
  }
  return std::nullopt;
}

}  // namespace unwedge::effects
