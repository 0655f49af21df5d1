// Splitting into messages, after each runner's own splitter; and the modes in which a runner looks
// at the statements before it decides how to run them.

#include "migration/messages.h"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string>

#include "migration/delimiters.h"
#include "migration/pattern.h"
#include "sql/tokens.h"

namespace unwedge::migration {
namespace {

constexpr std::size_t kDecisiveWords = 12;

/// Empty behind the last statement of an included file, whose text is elsewhere.
std::string_view between(std::string_view text, const Statement& before, const Statement& after) {
  if (after.span.begin < before.span.end) return {};
  return text.substr(before.span.end, after.span.begin - before.span.end);
}

const Span* block_of(const Section& section, const Statement& statement) {
  const auto found = std::ranges::partition_point(section.blocks, [&statement](const Span& block) {
    return block.end <= statement.span.begin;
  });
  return found != section.blocks.end() && found->contains(statement.span) ? &*found : nullptr;
}

/// goose (internal/sqlparser/parser.go, endsWithSemicolon) and sql-migrate end a chunk with a line
/// whose last word before a comment ends with a semicolon, so that `a; b;` on one line is one
/// message. What is known of a line between two statements is the semicolon of the first.
bool line_ends(std::string_view gap) {
  const std::size_t semicolon = gap.find(';');
  if (semicolon == gap.npos) return false;
  const std::size_t next = gap.find_first_not_of(" \t\r", semicolon + 1);
  if (next == gap.npos) return false;  // the next statement is on the same line
  return gap[next] == '\n' || gap.substr(next, 2) == "--";
}

/// drizzle cuts wherever the separator stands. A comment before the semicolon is part of the
/// statement's span.
bool has_separator(std::string_view text, const Statement& before, const Statement& after,
                   std::string_view separator) {
  const Span gap{before.span.begin, after.span.begin};
  return slice(text, gap).find(separator) != std::string_view::npos;
}

/// MyBatis (operations/ScriptRunner.java, handleLine) executes what it has when a line contains a
/// semicolon, up to the last one on the line, and drops the rest of the line.
bool line_with_semicolon_ends(std::string_view gap) {
  const std::size_t semicolon = gap.find(';');
  return semicolon != gap.npos && gap.find('\n', semicolon) != gap.npos;
}

/// Cuts the statements wherever `cut(before, after)` says so.
template <typename Cut>
std::vector<Message> chunks(const std::vector<Statement>& statements, const Cut& cut) {
  std::vector<Message> messages;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (i == 0 || cut(statements[i - 1], statements[i])) messages.push_back({.first = i});
    messages.back().last = i + 1;
  }
  return messages;
}

std::vector<Message> one_each(const std::vector<Statement>& statements) {
  return chunks(statements, [](const Statement&, const Statement&) { return true; });
}

/// Where the file has set a delimiter, it alone cuts.
bool delimiter_cuts(const DelimitedPart& part, const Statement& before, const Statement& after) {
  const auto next = std::ranges::partition_point(
      part.ends, [&before](const Span& end) { return end.begin < before.span.end; });
  const bool ends_here = next != part.ends.end() && next->begin < after.span.begin;
  return ends_here || !part.span.contains(after.span);
}

/// `a \; b;`: psql sends the two together (fe_utils/psqlscan.l).
bool is_joined(std::string_view gap) {
  const std::size_t next = gap.find_first_not_of(" \t\r\n");
  return next != gap.npos && gap.substr(next).starts_with("\\;");
}

bool cuts(std::string_view text, const Section& section, const RunnerProfile& runner,
          const Statement& before, const Statement& after) {
  switch (section.splitter) {
    case Splitter::kWhole: return false;
    case Splitter::kStatements: return !(runner.psql && is_joined(between(text, before, after)));
    case Splitter::kLines: {
      const Span* block = block_of(section, after);
      if (block != block_of(section, before)) return true;
      return block == nullptr && line_ends(between(text, before, after));
    }
    case Splitter::kSeparator:
      return has_separator(text, before, after, runner.transaction.separator);
    case Splitter::kDelimiter: return line_with_semicolon_ends(between(text, before, after));
  }
  return true;
}

std::vector<Message> split(std::string_view text, const Section& section,
                           const RunnerProfile& runner, const std::vector<Statement>& statements) {
  const std::vector<DelimitedPart> parts = delimited_parts(text, section, runner);
  return chunks(statements, [&](const Statement& before, const Statement& after) {
    const auto part = std::ranges::partition_point(
        parts, [&before](const DelimitedPart& each) { return each.span.end <= before.span.begin; });
    const bool is_delimited = part != parts.end() && part->span.contains(before.span);
    return is_delimited ? delimiter_cuts(*part, before, after)
                        : cuts(text, section, runner, before, after);
  });
}

/// The first words of a statement, in upper case with one blank between them, without what is in
/// parentheses: what Flyway (flyway-core, internal/parser/Parser.java) decides by.
std::string words_of(std::string_view text, const Statement& statement) {
  std::string words;
  std::size_t count = 0;
  int depth = 0;
  sql::Scanner scanner(text, statement.span);
  for (sql::Token token = scanner.next();
       token.kind != sql::TokenKind::kEnd && token.kind != sql::TokenKind::kError &&
       count < kDecisiveWords;
       token = scanner.next()) {
    if (sql::is_char(text, token, '(')) ++depth;
    if (sql::is_char(text, token, ')')) --depth;
    if (token.kind != sql::TokenKind::kKeyword && token.kind != sql::TokenKind::kIdentifier) {
      continue;
    }
    if (depth > 0) continue;
    if (count++ > 0) words.push_back(' ');
    std::ranges::transform(slice(text, token.span), std::back_inserter(words),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  }
  return words;
}

/// Answers whether the runner itself knows that a statement must not be in a transaction.
class NonTransactional {
 public:
  NonTransactional(std::string_view text, const RunnerProfile& runner) : text_(text) {
    for (const std::string& pattern : runner.transaction.non_transactional) {
      patterns_.push_back(&compiled(pattern));
    }
  }

  bool operator()(const Statement& statement) const {
    const std::string words = words_of(text_, statement);
    return std::ranges::any_of(patterns_, [&words](const RE2* pattern) {
      return pattern->Match(words, 0, words.size(), RE2::ANCHOR_START, nullptr, 0);
    });
  }

 private:
  std::string_view text_;
  std::vector<const RE2*> patterns_;
};

/// Flyway decides for the file as a whole.
void settle(Delivery& delivery, const RunnerProfile& runner,
            const std::vector<Statement>& statements, const NonTransactional& is_outside) {
  const auto count =
      static_cast<std::size_t>(std::count_if(statements.begin(), statements.end(), is_outside));
  delivery.mode = Mode::kTransactionPerFile;
  if (count == 0) return;
  if (count < statements.size() && runner.transaction.refuses_mix) {
    delivery.refused_by_runner = true;
    return;
  }
  delivery.mode = Mode::kAutocommitPerStatement;
  delivery.messages = one_each(statements);
}

/// Bytebase takes them out of the transaction and sends each after the COMMIT.
void hoist(Delivery& delivery, const std::vector<Statement>& statements,
           const NonTransactional& is_outside) {
  delivery.messages = one_each(statements);
  for (Message& message : delivery.messages) {
    message.after_commit = is_outside(statements[message.first]);
  }
  std::stable_partition(delivery.messages.begin(), delivery.messages.end(),
                        [](const Message& message) { return !message.after_commit; });
}

}  // namespace

Delivery delivery_of(std::string_view text, const Section& section, const RunnerProfile& runner,
                     const std::vector<Statement>& statements) {
  Delivery delivery{.mode = section.mode, .messages = split(text, section, runner, statements)};
  if (section.mode == Mode::kTransactionPerFileAutodetect) {
    settle(delivery, runner, statements, NonTransactional(text, runner));
  } else if (section.mode == Mode::kTransactionPerFileHoist) {
    hoist(delivery, statements, NonTransactional(text, runner));
  }
  return delivery;
}

}  // namespace unwedge::migration
