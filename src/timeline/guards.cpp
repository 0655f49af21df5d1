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

/// Names of schemas, kinds of object and answers: that a statement has such a word means nothing.
constexpr std::array<std::string_view, 10> kMeaningless{
    "public", "pg_catalog", "table", "base", "yes", "no", "index", "column", "constraint", "view"};

/// The usual aggregates, which are not among the server's plain functions.
constexpr std::array<std::string_view, 11> kAggregates{
    "array_agg", "avg", "bool_and", "bool_or",    "count", "json_agg",
    "jsonb_agg", "max", "min",      "string_agg", "sum"};

std::string_view sqlstate_of(Name condition) {
  const auto* const found =
      std::find_if(kRepetitions.begin(), kRepetitions.end(), [condition](const Condition& each) {
        return each.name == condition || each.sqlstate == condition;
      });
  return found == kRepetitions.end() ? std::string_view() : found->sqlstate;
}

bool is_catalog(const QualifiedName& relation) {
  if (relation.schema == "information_schema" || relation.schema == "pg_catalog") return true;
  return relation.schema.empty() && relation.name.starts_with("pg_");
}

void add_words(std::string_view text, GuardWords& words) {
  std::string word;
  const auto end = [&] {
    const bool means = word.size() > 1 && std::find(kMeaningless.begin(), kMeaningless.end(),
                                                    word) == kMeaningless.end();
    if (means) words.insert(word);
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '_' || byte >= 0x80U) {
      word += static_cast<char>(std::tolower(byte));
    } else {
      end();
    }
  }
  end();
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
  Question(const sql::Body& body, const sql::BodyNode* last_query, GuardWords& words)
      : body_(body), last_query_(last_query), words_(words) {}

  bool asks(const sql::BodyExpression& expression, int depth = 0) {
    const bool by_name = expression.value && asks_by_name(*expression.value);
    if (!asks_statement(expression.evaluation, by_name)) return false;
    const bool asks_itself = by_name || (expression.evaluation && reads(*expression.evaluation));
    if (asks_itself) add_words_of_strings(expression.text, words_);
    bool all_asked = true;
    bool any_asked = asks_itself;
    if (expression.value && depth < kMaxDepth) {
      (void)any_part(*expression.value, [&](const Expression& part) {
        if (part.kind != Expression::Kind::kColumn) return false;
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
  const sql::BodyNode* last_query_;
  GuardWords& words_;
};

}  // namespace

bool reads_only_catalogs(const Dml& dml) {
  return !dml.reads.empty() && std::all_of(dml.reads.begin(), dml.reads.end(), is_catalog);
}

bool calls_only_the_servers(const Dml& dml) {
  return std::all_of(dml.calls.begin(), dml.calls.end(), [](const QualifiedName& function) {
    const bool aggregates =
        std::find(kAggregates.begin(), kAggregates.end(), function.name) != kAggregates.end();
    return (function.schema.empty() || function.schema == "pg_catalog") &&
           (aggregates || effects::builtin_volatility(function.name).has_value());
  });
}

GuardWords guard_words(const sql::BodyExpression& condition, const sql::Body& body,
                       const sql::BodyNode* last_query) {
  GuardWords words;
  if (!Question(body, last_query, words).asks(condition)) words.clear();
  return words;
}

bool is_about(const GuardWords& words, std::string_view statements) {
  GuardWords written;
  add_words(statements, written);
  return std::any_of(words.begin(), words.end(),
                     [&written](const std::string& word) { return written.contains(word); });
}

bool tolerates_repetition(const sql::BodyBranch& handler) {
  return !handler.conditions.empty() &&
         std::all_of(handler.conditions.begin(), handler.conditions.end(),
                     [](Name condition) { return !sqlstate_of(condition).empty(); });
}

bool raises_again(const sql::BodyBranch& handler) {
  return std::any_of(handler.statements.begin(), handler.statements.end(),
                     [](const sql::BodyNode& node) {
                       return node.kind == sql::BodyNode::Kind::kRaise && node.raises;
                     });
}

bool catches(const sql::BodyBranch& handler, std::string_view sqlstate) {
  return std::any_of(handler.conditions.begin(), handler.conditions.end(), [&](Name condition) {
    const std::string_view known = sqlstate_of(condition);
    return known.empty() || known == sqlstate;  // "others", or one that is not in the list
  });
}

}  // namespace unwedge::timeline
