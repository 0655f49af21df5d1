// Parsing with recovery. A text is parsed in one go where that works: that is the fast case. Where
// the grammar rejects it, or it is very large, it is split into statements first, so that an error
// costs only its own statement and memory is bounded by a chunk, not by the file. So is a text with
// placeholders, or with commands of psql, which the grammar never accepts.

#include "sql/script.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sql/lexeme.h"
#include "sql/lower.h"
#include "sql/masking.h"
#include "sql/psql.h"
#include "sql/raw_parse.h"
#include "sql/split.h"
#include "sql/stand_in.h"
#include "sql/tokens.h"

namespace unwedge::sql {
namespace {

/// Texts up to this size are parsed whole; larger ones in chunks of about this size.
constexpr std::uint32_t kChunkBytes = 1U << 18U;

/// The beginning of the first token at or after `offset`.
std::uint32_t skip_blanks_and_comments(std::string_view text, std::uint32_t offset,
                                       std::uint32_t end) {
  while (offset < end) {
    if (is_blank(text[offset])) {
      ++offset;
    } else if (text.substr(offset, 2) == "--") {
      const std::size_t line_end = text.find_first_of("\r\n", offset);
      offset = static_cast<std::uint32_t>(std::min<std::size_t>(line_end, end));
    } else if (text.substr(offset, 2) == "/*") {
      Scanner scanner(text, {offset, end});
      offset = scanner.next().span.end;
    } else {
      break;
    }
  }
  return offset;
}

/// The statement's place from its first to its last token. The parser's own begins, before
/// Postgres 18, with the blanks and comments in front of it, and may end with others.
Span trimmed(std::string_view text, Span span, bool is_last) {
  span.begin = skip_blanks_and_comments(text, span.begin, span.end);
  const std::string_view body = slice(text, span);
  // Only a comment can hide the end; looking for one costs less than scanning each statement.
  if (is_last && (body.find("--") != body.npos || body.find("/*") != body.npos)) {
    const std::vector<Token> tokens = tokens_of(text, span);
    if (!tokens.empty()) span.end = tokens.back().span.end;
  }
  while (span.end > span.begin && is_blank(text[span.end - 1])) --span.end;
  return span;
}

class ScriptParser {
 public:
  ScriptParser(std::string_view source, const Dialect& dialect, Script& script)
      : text_(source), dialect_(dialect), script_(script), masking_(source) {}

  void parse(Span region) {
    const bool small = region.size() <= kChunkBytes;
    const bool has_tags =
        !std::all_of(dialect_.placeholders.begin(), dialect_.placeholders.end(), only_ends);
    if (small && !has_tags && parse_piece(text_, region)) return;
    RawScript raw = split_script(text_, region, dialect_);
    // They may all stand in strings and comments.
    const bool only_sql =
        std::all_of(raw.statements.begin(), raw.statements.end(), [](const RawStatement& each) {
          return each.kind == RawStatement::Kind::kSql && !each.has_data && each.marks.empty();
        });
    if (small && has_tags && only_sql && raw.choices.empty() && parse_piece(text_, region)) return;
    script_.choices = std::move(raw.choices);
    values_ = std::move(raw.variables);
    if (dialect_.values != nullptr)
      values_.insert(dialect_.values->begin(), dialect_.values->end());
    const std::vector<RawStatement>& statements = raw.statements;
    for (std::size_t first = 0; first < statements.size();) {
      std::size_t last = first;
      while (last + 1 < statements.size() && is_plain(statements[last]) &&
             is_plain(statements[last + 1]) &&
             statements[last + 1].span.end - statements[first].span.begin <= kChunkBytes) {
        ++last;
      }
      const Span chunk = cover(statements[first].span, statements[last].span);
      if (small || first == last || !parse_piece(text_, chunk)) {
        for (std::size_t i = first; i <= last; ++i) parse_one(statements[i]);
      }
      first = last + 1;
    }
  }

  std::string take_masked() { return masking_.take(); }
  PlaceholderValues take_values() { return std::move(values_); }

 private:
  /// Whether the grammar can read it together with what follows it.
  static bool is_plain(const RawStatement& statement) {
    return statement.kind == RawStatement::Kind::kSql && statement.has_semicolon &&
           !statement.has_data && statement.marks.empty();
  }

  /// Parses and lowers all statements of the piece; on an error returns false and adds none.
  bool parse_piece(std::string_view text, Span piece) {
    const MemoryContextScope memory;
    RawParse parsed = raw_parse(text, piece);
    if (!parsed.error.empty()) {
      error_message_ = std::move(parsed.error);
      error_span_ = parsed.error_span;
      return false;
    }
    const std::vector<const RawStmt*> statements = nodes_of<RawStmt>(parsed.tree);
    for (const RawStmt* raw : statements) {
      Span span{.begin = piece.begin + static_cast<std::uint32_t>(std::max(raw->stmt_location, 0)),
                .end = piece.end};
      if (raw->stmt_len > 0) span.end = span.begin + static_cast<std::uint32_t>(raw->stmt_len);
      span = trimmed(text, span, raw->stmt_len == 0);
      script_.statements.push_back(
          lower_statement(*raw, span, *script_.storage, text, piece.begin, nullptr, &values_));
    }
    return true;
  }

  void parse_one(const RawStatement& statement) {
    if (statement.kind == RawStatement::Kind::kCommand) {
      add_command(statement.span);
    } else if (statement.marks.empty()) {
      parse_as_written(statement);
    } else {
      parse_masked(statement);
    }
  }

  void parse_as_written(const RawStatement& statement) {
    if (parse_piece(text_, statement.span)) return;
    add_error(text_, statement.span);
    parse_inner(text_, statement);
  }

  /// A parenthesis that was never closed hides the semicolons behind it: what stands between them
  /// may still be whole statements.
  void parse_inner(std::string_view text, const RawStatement& statement) {
    for (const Span& part : statement.inner) {
      if (part.begin != statement.span.begin) parse_piece(text, part);
    }
  }

  void parse_masked(const RawStatement& statement) {
    masking_.begin(statement);
    const std::size_t before = script_.statements.size();
    if (parse_piece(masking_.text(), statement.span)) {
      mark_bodies(statement, before);
      return;
    }
    // If nothing fits, it is what the grammar said first that is wrong with it.
    const std::string first_message = error_message_;
    const Span first_span = error_span_;
    while (masking_.try_another(error_span_.begin)) {
      if (!parse_piece(masking_.text(), statement.span)) continue;
      mark_bodies(statement, before);
      std::vector<Statement> unknown;
      for (const Span& place : masking_.in_front()) {
        unknown.push_back(client_command(ClientCommand::Kind::kPlaceholder, place, place));
      }
      script_.statements.insert(script_.statements.begin() + static_cast<std::ptrdiff_t>(before),
                                std::make_move_iterator(unknown.begin()),
                                std::make_move_iterator(unknown.end()));
      return;
    }
    masking_.reset();
    if (const Mark* mark = stumbling_block(statement, first_span.begin)) {
      script_.statements.push_back(
          client_command(ClientCommand::Kind::kPlaceholder, statement.span, mark->span));
    } else {
      error_message_ = first_message;
      error_span_ = first_span;
      add_error(masking_.text(), statement.span);
    }
    parse_inner(masking_.text(), statement);
  }

  /// The placeholder that the grammar did not expect, or behind which it expected something else:
  /// what is put there may be more than a name or a value. Null: it is something else that is
  /// wrong.
  [[nodiscard]] const Mark* stumbling_block(const RawStatement& statement,
                                            std::uint32_t error_at) const {
    for (const Mark& mark : statement.marks) {
      if (mark.kind != Mark::Kind::kValue || mark.span.begin > error_at) continue;
      if (skip_blanks_and_comments(text_, mark.span.end, error_at) >= error_at) return &mark;
    }
    return nullptr;
  }

  /// What is in quotes has not been read yet.
  void mark_bodies(const RawStatement& raw, std::size_t first) {
    const bool quoted = std::any_of(raw.marks.begin(), raw.marks.end(), [](const Mark& mark) {
      return mark.kind == Mark::Kind::kQuoted || mark.kind == Mark::Kind::kNothing;
    });
    if (!quoted) return;
    for (std::size_t i = first; i < script_.statements.size(); ++i) {
      script_.statements[i].has_placeholder = true;
    }
  }

  void add_command(Span span) {
    const PsqlCommand command = psql_command_at(text_, span.begin, span.end);
    const Span keyword{span.begin, command.name.end};
    if (command.action == PsqlAction::kSendAndRun) {
      add_execute(span, keyword);
      return;
    }
    if (command.action == PsqlAction::kSet) {
      add_autocommit(command.arguments, span, keyword);
      return;
    }
    const bool connects = command.action == PsqlAction::kConnect;
    Statement added = client_command(
        connects ? ClientCommand::Kind::kConnect : ClientCommand::Kind::kInclude, span, keyword);
    auto& node = std::get<ClientCommand>(added.node);
    const std::string_view name = slice(text_, command.name);
    node.relative = name == "ir" || name == "include_relative";
    Span arguments = command.arguments;
    node.argument = script_.storage->copy(next_argument(text_, arguments, values_));
    script_.statements.push_back(std::move(added));
  }

  /// \set AUTOCOMMIT value
  void add_autocommit(Span arguments, Span span, Span keyword) {
    Statement added = client_command(ClientCommand::Kind::kAutocommit, span, keyword);
    auto& node = std::get<ClientCommand>(added.node);
    (void)next_argument(text_, arguments, values_);
    node.argument = psql_truth(text_, arguments, values_) == false ? "off" : "on";
    node.followed = true;
    script_.statements.push_back(std::move(added));
  }

  /// The statements that the query before it returns.
  void add_execute(Span span, Span keyword) {
    Span query;
    if (!script_.statements.empty()) query = script_.statements.back().span;
    Statement added;
    added.span = span;
    added.keyword_span = keyword;
    added.node = Execute{.beginning = {}, .body = slice(text_, query)};
    script_.statements.push_back(std::move(added));
  }

  [[nodiscard]] Statement client_command(ClientCommand::Kind kind, Span span, Span keyword) const {
    Statement statement;
    statement.span = span;
    statement.keyword_span = keyword;
    statement.node = ClientCommand{.kind = kind, .text = slice(text_, keyword)};
    return statement;
  }

  void add_error(std::string_view text, Span statement) {
    Statement& rejected = script_.statements.emplace_back();
    rejected.span = statement;
    rejected.keyword_span = leading_words(text, statement);
    rejected.node =
        SyntaxError{.message = script_.storage->copy(restored(error_message_)), .at = error_span_};
  }

  std::string_view text_;
  const Dialect& dialect_;
  Script& script_;
  Masking masking_;
  PlaceholderValues values_;
  std::string error_message_;
  Span error_span_;
};

}  // namespace

Script parse_script(std::string_view text, Span region, const Dialect& dialect) {
  Script script;
  ScriptParser parser(text, dialect, script);
  parser.parse(region);
  script.masked = parser.take_masked();
  script.values = parser.take_values();
  return script;
}

}  // namespace unwedge::sql
