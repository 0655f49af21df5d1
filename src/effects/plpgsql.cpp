// PL/pgSQL is a sequence of texts that end with semicolons. In front of a statement stand the words
// that open a block, a branch or a loop: BEGIN, IF … THEN, FOR … LOOP. They are taken off one by
// one, and counted, for END takes them back (the grammar: pl/plpgsql/src/pl_gram.y).

#include "effects/plpgsql.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "sql/tokens.h"
#include "unwedge/span.h"

namespace unwedge::effects {
namespace {

using sql::Token;

/// Statements of PL/pgSQL itself that run no SQL that locks more than a query does.
constexpr std::array<std::string_view, 12> kOwnStatements{"assert", "close", "continue", "exit",
                                                          "fetch",  "get",   "move",     "null",
                                                          "open",   "raise", "return",   "perform"};

/// `<<`, the label, `>>`.
constexpr std::size_t kLabelTokens = 3;

class Splitter {
 public:
  explicit Splitter(std::string_view body)
      : body_(body),
        tokens_(sql::tokens_of(body, Span{0, static_cast<std::uint32_t>(body.size())})) {}

  std::vector<BodyStatement> split() {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!sql::is_char(body_, tokens_[i], ';')) continue;
      read({begin, i});
      begin = i + 1;
    }
    read({begin, tokens_.size()});
    return std::move(statements_);
  }

 private:
  /// Tokens from the first to before the last.
  struct Range {
    std::size_t begin;
    std::size_t end;
    [[nodiscard]] bool empty() const { return begin >= end; }
  };

  /// What END takes back.
  struct Opened {
    bool block = false;             ///< BEGIN; otherwise a branch or a loop
    std::size_t first_statement{};  ///< of the block
    bool handles = false;           ///< past its EXCEPTION
  };

  [[nodiscard]] bool is(std::size_t at, std::string_view word) const {
    return at < tokens_.size() && sql::is_word(body_, tokens_[at], word);
  }

  /// The place behind the next such word outside parentheses; the end when there is none.
  [[nodiscard]] std::size_t behind(std::string_view word, Range range) const {
    int depth = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (sql::is_char(body_, tokens_[i], '(')) ++depth;
      if (sql::is_char(body_, tokens_[i], ')')) --depth;
      if (depth == 0 && is(i, word)) return i + 1;
    }
    return range.end;
  }

  void read(Range range) {
    if (declares_) {
      range.begin = behind("begin", range) - 1;
      if (!is(range.begin, "begin")) return;
      declares_ = false;
    }
    while (!range.empty()) {
      const std::size_t at = range.begin;
      if (slice(body_, tokens_[at].span) == "<<") {
        range.begin += kLabelTokens;
        continue;
      }
      if (is(at, "declare")) {
        declares_ = true;
        read(range);
        return;
      }
      if (is(at, "begin")) {
        opened_.push_back({.block = true, .first_statement = statements_.size()});
        ++range.begin;
      } else if (is(at, "exception")) {
        begin_handlers();
        ++range.begin;
      } else if (is(at, "if") || is(at, "case")) {
        opened_.push_back({});
        range.begin = behind("then", range);
      } else if (is(at, "elsif") || is(at, "elseif") || is(at, "when")) {
        range.begin = behind("then", range);
      } else if (is(at, "else")) {
        ++range.begin;
      } else if (is(at, "for") || is(at, "foreach") || is(at, "while") || is(at, "loop")) {
        opened_.push_back({});
        range.begin = behind("loop", range);
      } else if (is(at, "end")) {
        if (!opened_.empty()) opened_.pop_back();
        return;
      } else {
        statement(range);
        return;
      }
    }
  }

  void begin_handlers() {
    const auto block = std::find_if(opened_.rbegin(), opened_.rend(),
                                    [](const Opened& each) { return each.block; });
    if (block == opened_.rend()) return;
    block->handles = true;
    for (std::size_t i = block->first_statement; i < statements_.size(); ++i) {
      statements_[i].caught = true;
    }
  }

  void statement(Range range) {
    const auto starts = [this, &range](std::string_view word) { return is(range.begin, word); };
    if (std::ranges::any_of(kOwnStatements, starts)) return;
    BodyStatement found;
    found.conditional = std::ranges::any_of(
        opened_, [](const Opened& each) { return !each.block || each.handles; });
    if (starts("commit") || starts("rollback")) {
      found.kind = BodyStatement::Kind::kCommit;
    } else if (starts("execute")) {
      execute({range.begin + 1, range.end}, found);
    } else {
      found.text = body_.substr(tokens_[range.begin].span.begin,
                                tokens_[range.end - 1].span.end - tokens_[range.begin].span.begin);
    }
    statements_.push_back(std::move(found));
  }

  /// EXECUTE 'constant' [INTO …] [USING …].
  void execute(Range range, BodyStatement& found) const {
    const bool constant = !range.empty() && tokens_[range.begin].kind == sql::TokenKind::kString &&
                          (range.begin + 1 == range.end || is(range.begin + 1, "into") ||
                           is(range.begin + 1, "using"));
    if (!constant) {
      found.kind = BodyStatement::Kind::kDynamic;
      return;
    }
    found.text = contents(slice(body_, tokens_[range.begin].span));
  }

  /// What is between the quotes; an escape string is left as it is.
  static std::string contents(std::string_view literal) {
    if (literal.starts_with('$')) {
      const std::size_t tag = literal.find('$', 1) + 1;
      return std::string(literal.substr(tag, literal.size() - 2 * tag));
    }
    const std::size_t quote = literal.find('\'');
    std::string text(literal.substr(quote + 1, literal.size() - quote - 2));
    for (std::size_t at = text.find("''"); at != std::string::npos; at = text.find("''", at + 1)) {
      text.erase(at, 1);
    }
    return text;
  }

  std::string_view body_;
  std::vector<Token> tokens_;
  std::vector<Opened> opened_;
  std::vector<BodyStatement> statements_;
  bool declares_ = false;
};

}  // namespace

std::vector<BodyStatement> body_statements(std::string_view body) { return Splitter(body).split(); }

}  // namespace unwedge::effects
