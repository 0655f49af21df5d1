// The body of a DO block or function in PL/pgSQL as a tree: its blocks, branches, loops and
// handlers, and in them the statements of SQL as the plain values that they are in a script. All
// places are in the file.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/arena.h"
#include "sql/script.h"
#include "unwedge/expression.h"
#include "unwedge/span.h"
#include "unwedge/statement.h"

namespace unwedge::sql {

/// A condition, a value, the query of a loop.
struct BodyExpression {
  Span span;
  std::string_view text;            ///< as written
  std::optional<Expression> value;  ///< unless it is a query
  std::optional<Statement>
      evaluation;  ///< it as a SELECT, when it reads a relation or calls a function

  [[nodiscard]] bool empty() const { return span.empty(); }
};

struct BodyBranch;

struct BodyNode {
  enum class Kind : std::uint8_t {
    kBlock,     ///< branches: its body, then its exception handlers
    kIf,        ///< branches: the last without a condition is ELSE
    kCase,      ///< the same
    kLoop,      ///< branches: its body
    kSql,       ///< `statement`, as written in `expression`; PERFORM as the SELECT that it is
    kAssign,    ///< `target` := `expression`
    kEvaluate,  ///< an expression for its own sake: RETURN NEXT
    kAssert,    ///< ASSERT `expression`
    kExecute,   ///< EXECUTE `expression`
    kRaise,
    kReturn,
    kExit,
    kContinue,
    kCommit,  ///< `statement`: COMMIT or ROLLBACK
    kOther,
  };
  enum class Loop : std::uint8_t {
    kForever,
    kWhile,    ///< `expression`: its condition
    kRange,    ///< from one number to another
    kQuery,    ///< over the rows of `expression`
    kDynamic,  ///< over the rows of EXECUTE `expression`
    kArray,    ///< over the elements of `expression`
  };

  Kind kind = Kind::kOther;
  Loop loop = Loop::kForever;  ///< kLoop
  Span span;                   ///< without the semicolon
  Span keyword_span;           ///< its first word
  std::optional<Statement> statement{};
  BodyExpression expression{};
  std::vector<Name> targets{};  ///< the variables that it sets: by :=, INTO, or as a loop
  Name label{};                 ///< kBlock, kLoop: its own; kExit, kContinue: the one that it names
  Name condition{};             ///< kRaise: SQLSTATE or the name of the exception; empty: not known
  bool raises = false;          ///< kRaise: an exception; kExit, kContinue: without WHEN
  bool constant = false;        ///< kLoop over a range: its ends are constants
  std::vector<BodyBranch> branches;
};

struct BodyBranch {
  BodyExpression condition{};      ///< kIf, kCase; empty: ELSE
  std::vector<Name> conditions{};  ///< of a handler: "duplicate_object", "others"
  std::vector<BodyNode> statements{};
};

struct BodyVariable {
  Name name;
  BodyExpression value{};  ///< in its declaration; empty: none
  int assignments = 0;     ///< how often it is set after that: by :=, INTO, a loop
  /// What sets it, when that is one := or one query with INTO.
  const BodyNode* assignment = nullptr;
  bool is_one_of_several = false;  ///< of that name, in blocks of their own
};

/// What an EXECUTE is known to run, parsed as if it stood at `place` in the file.
struct Executed {
  Script script;
  std::string_view sql;
  std::uint32_t place = 0;

  [[nodiscard]] std::string_view text_of(const Statement& statement) const {
    return slice(sql, {statement.span.begin - place, statement.span.end - place});
  }
};

struct Body {
  BodyNode root;  ///< the outermost block
  std::vector<BodyVariable> variables;
  std::optional<SyntaxError> error;  ///< the first; what can be read in spite of it is there
  bool incomplete = false;           ///< nested more deeply than is followed
  /// Owns the names and texts that the statements refer to.
  std::unique_ptr<Arena> storage = std::make_unique<Arena>();
  std::deque<Executed> executed{};              ///< filled by parse_executed()
  std::vector<std::unique_ptr<Body>> nested{};  ///< of each DO in it that has been walked
  /// Of placeholders in its text; null: none are known.
  const PlaceholderValues* values = nullptr;

  /// The first of that name.
  [[nodiscard]] const BodyVariable* variable(Name name) const;
  /// The text of a string in it with the values of its placeholders.
  [[nodiscard]] std::string filled(std::string text) const;
};

/// Whether there is what a tool may put something else in place of: then it is not the text that
/// the server sees.
bool has_placeholders(std::string_view body);

/// Whether it has COMMIT or ROLLBACK as a statement of its own.
bool ends_transaction(std::string_view body);

/// Room for texts that are not in the file as they are, each put at the place that it stands for.
struct BodyScratch {
  std::string body;
  std::string fragment;
};

/// Parses the literal text[literal] as a body of PL/pgSQL. `parameters` are the names that mean
/// values in it besides its own variables. Never fails.
Body parse_plpgsql(std::string_view text, Span literal, const std::vector<Name>& parameters,
                   BodyScratch& scratch, const PlaceholderValues* values = nullptr);

/// The same for a body without quotes around it: that of a function.
Body parse_plpgsql_source(std::string_view source, const std::vector<Name>& parameters,
                          BodyScratch& scratch);

/// The body of a function or procedure in SQL or PL/pgSQL, given as a string, of which it matters
/// whether it can be parsed: the server tries when it creates it. Of SQL only the error is kept.
Body check_function_body(std::string_view text, const CreateFunction& function,
                         BodyScratch& scratch);

/// Parses statements that the body puts together. The body owns them.
Executed& parse_executed(std::string_view sql, std::uint32_t place, Body& body,
                         BodyScratch& scratch);

}  // namespace unwedge::sql
