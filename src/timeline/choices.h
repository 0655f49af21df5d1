// The parts of a script of which a run takes one (\if … \else … \endif): every one of them begins
// with the schema and the session that the first began with.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sql/dialect.h"
#include "timeline/transactions.h"
#include "unwedge/schema.h"

namespace unwedge::timeline {

class Choices {
 public:
  Choices(Transactions& transactions, schema::Catalog& catalog)
      : transactions_(transactions), catalog_(catalog) {}

  /// The choices of the section that is walked next; null: it has none.
  void begin_section(const std::vector<sql::Choice>* choices);
  /// Called before the statement that begins at `place`, in the order of places.
  void at(std::uint32_t place);

 private:
  struct Open {
    const sql::Choice* choice = nullptr;
    std::size_t part = 0;  ///< that the last statement was in
    schema::Catalog::Mark mark = 0;
    int transaction = 0;  ///< the open one at the beginning; 0: none
    std::string savepoint;
  };

  void end_from(std::size_t first);
  void go_back(const Open& open);

  Transactions& transactions_;
  schema::Catalog& catalog_;
  const std::vector<sql::Choice>* choices_ = nullptr;
  std::size_t next_ = 0;
  std::vector<Open> open_;
};

}  // namespace unwedge::timeline
