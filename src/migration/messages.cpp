// Splitting into messages, after each runner's own splitter. goose (internal/sqlparser/parser.go,
// endsWithSemicolon) and sql-migrate end a chunk with a line whose last word before a comment ends
// with a semicolon, so that `a; b;` on one line is one message.

#include "migration/messages.h"

#include <algorithm>

namespace unwedge::migration {
namespace {

std::vector<Message> one_each(std::size_t count) {
  std::vector<Message> messages;
  messages.reserve(count);
  for (std::size_t i = 0; i < count; ++i) messages.push_back({i, i + 1});
  return messages;
}

const Span* block_of(const Section& section, const Statement& statement) {
  const auto found =
      std::find_if(section.blocks.begin(), section.blocks.end(),
                   [&statement](const Span& block) { return block.contains(statement.span); });
  return found == section.blocks.end() ? nullptr : &*found;
}

/// True when the text between two statements ends the first one's line with its semicolon.
bool chunk_ends_between(std::string_view text, const Statement& before, const Statement& after) {
  const std::string_view between = text.substr(before.span.end, after.span.begin - before.span.end);
  const std::size_t semicolon = between.find(';');
  if (semicolon == between.npos) return false;
  const std::size_t next = between.find_first_not_of(" \t\r", semicolon + 1);
  if (next == between.npos) return false;  // the next statement is on the same line
  return between[next] == '\n' || between.substr(next, 2) == "--";
}

std::vector<Message> line_chunks(std::string_view text, const Section& section,
                                 const std::vector<Statement>& statements) {
  std::vector<Message> messages;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const bool joins =
        i > 0 && (block_of(section, statements[i]) != nullptr
                      ? block_of(section, statements[i]) == block_of(section, statements[i - 1])
                      : block_of(section, statements[i - 1]) == nullptr &&
                            !chunk_ends_between(text, statements[i - 1], statements[i]));
    if (joins) {
      messages.back().last = i + 1;
    } else {
      messages.push_back({i, i + 1});
    }
  }
  return messages;
}

}  // namespace

std::vector<Message> messages_of(std::string_view text, const Section& section,
                                 const std::vector<Statement>& statements) {
  if (statements.empty()) return {};
  switch (section.splitter) {
    case Splitter::kWholeSection: return {{0, statements.size()}};
    case Splitter::kLineChunks: return line_chunks(text, section, statements);
    case Splitter::kStatements: break;
  }
  return one_each(statements.size());
}

}  // namespace unwedge::migration
