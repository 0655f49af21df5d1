// The parts of a script of which a run takes one (\if … \else … \endif): every one of them begins
// with the schema and the session that the first began with.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sql/dialect.h"
#include "timeline/transactions.h"
#include "timeline/walk.h"
#include "unwedge/schema.h"

namespace unwedge::timeline {

class Choices {
 public:
  Choices(Transactions& transactions, schema::Catalog& catalog)
      : transactions_(transactions), catalog_(catalog) {}

  /// The choices of the section that is walked next, and of what it includes, which outlives this.
  void begin_section(const TextChoices& section, std::span<const TextChoices> included);
  /// Called before the statement of that span: in each text in the order of places.
  void at(Span span);

 private:
  struct Open {
    const sql::Choice* choice = nullptr;
    std::size_t part = 0;  ///< that the last statement was in
    schema::Catalog::Mark mark = 0;
    int transaction = 0;  ///< the open one at the beginning; 0: none
    std::string savepoint;
  };

  /// A text that is being walked, in the one that includes it.
  struct Text {
    TextChoices choices;
    std::size_t next = 0;   ///< of the choices
    std::size_t first = 0;  ///< of those open, the first one of this text
  };

  void enter_text_of(Span place);
  void end_from(std::size_t first);
  void go_back(const Open& open);

  Transactions& transactions_;
  schema::Catalog& catalog_;
  std::span<const TextChoices> included_;
  std::vector<Text> texts_;
  std::vector<Open> open_;
};

}  // namespace unwedge::timeline
