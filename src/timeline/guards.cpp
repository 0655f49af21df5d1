// See guards.h. The names of conditions are those of utils/errcodes.txt.

#include "timeline/guards.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "effects/builtins.h"
#include "sql/literal.h"
#include "sql/tokens.h"

namespace unwedge::timeline {
namespace {

struct Condition {
  std::string_view name;
  std::string_view sqlstate;
};

/// What CREATE, ADD, DROP and ALTER fail with when they were run before.
constexpr std::array<Condition, 13> kRepetitions{{{"duplicate_object", "42710"},
                                                  {"duplicate_table", "42P07"},
                                                  {"duplicate_column", "42701"},
                                                  {"duplicate_schema", "42P06"},
                                                  {"duplicate_function", "42723"},
                                                  {"duplicate_alias", "42712"},
                                                  {"invalid_table_definition", "42P16"},
                                                  {"undefined_object", "42704"},
                                                  {"undefined_table", "42P01"},
                                                  {"undefined_column", "42703"},
                                                  {"undefined_function", "42883"},
                                                  {"invalid_schema_name", "3F000"},
                                                  {"unique_violation", "23505"}}};

/// What else is foreseen of a statement, what RAISE fails with when it does not say, and the names
/// of classes that these are in.
constexpr std::array<Condition, 19> kOthers{
    {{"feature_not_supported", "0A000"},
     {"invalid_parameter_value", "22023"},
     {"data_exception", "22000"},
     {"integrity_constraint_violation", "23000"},
     {"invalid_transaction_state", "25000"},
     {"active_sql_transaction", "25001"},
     {"no_active_sql_transaction", "25P01"},
     {"dependent_privilege_descriptors_still_exist", "2B000"},
     {"dependent_objects_still_exist", "2BP01"},
     {"invalid_transaction_termination", "2D000"},
     {"syntax_error_or_access_rule_violation", "42000"},
     {"syntax_error", "42601"},
     {"datatype_mismatch", "42804"},
     {"wrong_object_type", "42809"},
     {"invalid_foreign_key", "42830"},
     {"object_not_in_prerequisite_state", "55000"},
     {"object_in_use", "55006"},
     {"plpgsql_error", "P0000"},
     {"raise_exception", "P0001"}}};

/// Names of schemas, kinds of object and answers: that a statement has such a word means nothing.
constexpr std::array<std::string_view, 10> kMeaningless{
    "public", "pg_catalog", "table", "base", "yes", "no", "index", "column", "constraint", "view"};

/// The SQLSTATE of one of these, named or not; null: it is none.
template <std::size_t size>
const Condition* find(const std::array<Condition, size>& conditions, std::string_view failure) {
  const auto* const found =
      std::find_if(conditions.begin(), conditions.end(), [failure](const Condition& each) {
        return each.name == failure || each.sqlstate == failure;
      });
  return found == conditions.end() ? nullptr : found;
}

/// Of a name that is not known, the name: it is no other's.
std::string_view sqlstate_of(std::string_view failure) {
  const Condition* known = find(kRepetitions, failure);
  if (known == nullptr) known = find(kOthers, failure);
  return known == nullptr ? failure : known->sqlstate;
}

/// pl_exec.c, exception_matches_conditions: OTHERS takes neither of these two, and the SQLSTATE of
/// a class all of it.
bool takes(Name condition, std::string_view sqlstate) {
  if (condition == "others") {
    return sqlstate != "57014" && sqlstate != "query_canceled" && sqlstate != "P0004" &&
           sqlstate != "assert_failure";
  }
  const std::string_view own = sqlstate_of(condition);
  const bool is_class = own.size() == 5 && own.ends_with("000");
  return own == sqlstate || (is_class && own.substr(0, 2) == sqlstate.substr(0, 2));
}

bool is_catalog(const QualifiedName& relation) {
  if (relation.schema == "information_schema" || relation.schema == "pg_catalog") return true;
  return relation.schema.empty() && relation.name.starts_with("pg_");
}

/// Calls `take` with each word and the place behind it.
template <typename Take>
void each_word(std::string_view text, Take take) {
  std::string word;
  const auto end_at = [&](std::size_t place) {
    if (!word.empty()) take(std::exchange(word, {}), static_cast<std::uint32_t>(place));
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (std::isalnum(byte) != 0 || text[i] == '_' || byte >= 0x80U) {
      word += static_cast<char>(std::tolower(byte));
    } else {
      end_at(i);
    }
  }
  end_at(text.size());
}

/// Those that mean something.
void add_words(std::string_view text, GuardWords& words) {
  each_word(text, [&words](std::string&& word, std::uint32_t /*end*/) {
    const bool means = word.size() > 1 && std::find(kMeaningless.begin(), kMeaningless.end(),
                                                    word) == kMeaningless.end();
    if (means) words.insert(std::move(word));
  });
}

/// The words in the strings of a piece of SQL.
void add_words_of_strings(std::string_view sql, GuardWords& words) {
  const Span all{0, static_cast<std::uint32_t>(sql.size())};
  for (const sql::Token& token : sql::tokens_of(sql, all)) {
    if (token.kind == sql::TokenKind::kString) {
      add_words(sql::read_literal(sql, token.span).value, words);
    }
  }
}

/// to_regclass('t') and its like are null where there is no such thing.
bool asks_by_name(const Expression& value) {
  return any_part(value, [](const Expression& part) {
    return part.kind == Expression::Kind::kCall && part.name.starts_with("to_reg");
  });
}

/// Whether it asks the catalogs and nothing else; the names it asks for go to `words`.
class Question {
 public:
  Question(const sql::Body& body, const Bindings& bindings, const sql::BodyNode* last_query,
           GuardWords& words)
      : body_(body), bindings_(bindings), last_query_(last_query), words_(words) {}

  bool asks(const sql::BodyExpression& expression, int depth = 0) {
    const bool by_name = expression.value && asks_by_name(*expression.value);
    if (!asks_statement(expression.evaluation, by_name)) return false;
    const bool asks_itself = by_name || (expression.evaluation && reads(*expression.evaluation));
    if (asks_itself) {
      add_words_of_strings(expression.text, words_);
      add_known_variables(expression.text);
    }
    bool all_asked = true;
    bool any_asked = asks_itself;
    if (expression.value && depth < kMaxDepth) {
      (void)any_part(*expression.value, [&](const Expression& part) {
        if (part.kind != Expression::Kind::kColumn || is_known(part.name)) return false;
        const bool asked = asks_variable(part, depth);
        all_asked = all_asked && asked;
        any_asked = any_asked || asked;
        return false;
      });
    }
    return all_asked && any_asked;
  }

 private:
  static constexpr int kMaxDepth = 5;

  [[nodiscard]] bool is_known(std::string_view variable) const {
    const auto known = bindings_.find(variable);
    return known != bindings_.end() && known->second.ends;
  }

  /// to_regclass(t) in a loop over names.
  void add_known_variables(std::string_view sql) {
    const Span all{0, static_cast<std::uint32_t>(sql.size())};
    for (const sql::Token& token : sql::tokens_of(sql, all)) {
      const std::string_view word = slice(sql, token.span);
      if (is_known(word)) words_.emplace(word);
    }
  }

  static bool reads(const Statement& statement) {
    const auto* dml = statement.get<Dml>();
    return dml != nullptr && !dml->reads.empty();
  }

  static bool asks_statement(const std::optional<Statement>& statement, bool by_name) {
    if (!statement) return true;
    const auto* dml = statement->get<Dml>();
    if (dml == nullptr || !dml->writes.empty()) return false;
    return reads_only_catalogs(*dml) || (by_name && dml->reads.empty());
  }

  bool asks_variable(const Expression& name, int depth) {
    const sql::BodyNode* node = nullptr;
    if (name.name == "found" && name.schema.empty()) {
      node = last_query_;
    } else if (const auto* variable =
                   body_.variable(name.schema.empty() ? name.name : name.schema)) {
      node = variable->assignment;
      if (variable->assignments == 0) return asks(variable->value, depth + 1);
    }
    if (node == nullptr) return false;
    if (node->kind == sql::BodyNode::Kind::kAssign) return asks(node->expression, depth + 1);
    if (node->kind != sql::BodyNode::Kind::kSql || !node->statement || !reads(*node->statement) ||
        !asks_statement(node->statement, false)) {
      return false;
    }
    add_words_of_strings(node->expression.text, words_);
    return true;
  }

  const sql::Body& body_;
  const Bindings& bindings_;
  const sql::BodyNode* last_query_;
  GuardWords& words_;
};

}  // namespace

bool reads_only_catalogs(const Dml& dml) {
  return !dml.reads.empty() && std::all_of(dml.reads.begin(), dml.reads.end(), is_catalog);
}

bool calls_only_the_servers(const Dml& dml) {
  return std::all_of(dml.calls.begin(), dml.calls.end(), [](const FunctionCall& call) {
    const QualifiedName& function = call.function;
    return (function.schema.empty() || function.schema == "pg_catalog") &&
           (effects::is_usual_aggregate(function.name) ||
            effects::builtin_volatility(function.name).has_value());
  });
}

GuardWords guard_words(const sql::BodyExpression& condition, const sql::Body& body,
                       const Bindings& bindings, const sql::BodyNode* last_query) {
  GuardWords words;
  if (!Question(body, bindings, last_query, words).asks(condition)) words.clear();
  return words;
}

WordPlaces::WordPlaces(std::string_view text, Span region) {
  each_word(slice(text, region), [&](std::string&& word, std::uint32_t end) {
    places_[std::move(word)].push_back(region.begin + end);
  });
}

bool WordPlaces::any_in(Span statements, const GuardWords& words) const {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    const auto found = places_.find(word);
    if (found == places_.end()) return false;
    const auto end = std::upper_bound(found->second.begin(), found->second.end(), statements.begin);
    return end != found->second.end() && *end <= statements.end;
  });
}

bool tolerates_repetition(const sql::BodyBranch& handler) {
  return !handler.conditions.empty() &&
         std::all_of(handler.conditions.begin(), handler.conditions.end(),
                     [](Name condition) { return find(kRepetitions, condition) != nullptr; });
}

bool raises_again(const sql::BodyBranch& handler) {
  return std::any_of(handler.statements.begin(), handler.statements.end(),
                     [](const sql::BodyNode& node) {
                       return node.kind == sql::BodyNode::Kind::kRaise && node.raises;
                     });
}

bool catches(const sql::BodyBranch& handler, std::string_view failure) {
  return std::any_of(
      handler.conditions.begin(), handler.conditions.end(),
      [sqlstate = sqlstate_of(failure)](Name condition) { return takes(condition, sqlstate); });
}

}  // namespace unwedge::timeline
