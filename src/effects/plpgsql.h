// The SQL statements inside a PL/pgSQL body, found by the words that stand around them.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace unwedge::effects {

/// One statement of a body.
struct BodyStatement {
  enum class Kind : std::uint8_t {
    kSql,      ///< `text` is the statement: written out, or the constant string of an EXECUTE
    kDynamic,  ///< EXECUTE of what is put together at run time
    kCommit,   ///< COMMIT or ROLLBACK
  };
  Kind kind = Kind::kSql;
  std::string text;
  bool conditional = false;  ///< inside IF, CASE, a loop or an exception handler
  bool caught = false;       ///< an exception handler may undo it
};

/// In the order written. A text that is no PL/pgSQL yields whatever looks like it.
std::vector<BodyStatement> body_statements(std::string_view body);

}  // namespace unwedge::effects
