// SQL text and its statements, kept together: what tests below the linter start from.

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "sql/script.h"
#include "unwedge/span.h"
#include "unwedge/statement.h"

namespace unwedge::parsing {

class Parsed {
 public:
  explicit Parsed(std::string sql)
      : text_(std::make_unique<std::string>(std::move(sql))),
        script_(sql::parse_script(*text_, whole())) {}

  [[nodiscard]] std::string_view text() const { return *text_; }
  [[nodiscard]] Span whole() const { return {0, static_cast<std::uint32_t>(text_->size())}; }
  [[nodiscard]] const std::vector<Statement>& statements() const { return script_.statements; }
  [[nodiscard]] const Statement& operator[](std::size_t index) const {
    return script_.statements.at(index);
  }
  [[nodiscard]] std::string_view slice(Span span) const { return unwedge::slice(*text_, span); }
  /// The text of a statement.
  [[nodiscard]] std::string_view sql(std::size_t index) const { return slice((*this)[index].span); }

 private:
  std::unique_ptr<std::string> text_;
  sql::Script script_;
};

/// The only statement of a text, which must be of this kind.
template <typename Node>
struct Only {
  explicit Only(std::string sql) : parsed(std::move(sql)) {
    if (parsed.statements().size() != 1) throw std::runtime_error("not one statement");
    node = parsed[0].get<Node>();
    if (node == nullptr) throw std::runtime_error("a statement of another kind");
  }
  const Node* operator->() const { return node; }
  const Node& operator*() const { return *node; }

  Parsed parsed;
  const Node* node = nullptr;
};

}  // namespace unwedge::parsing
