// A copy of a text that the grammar can read: in a statement with placeholders each is replaced by
// something of the same length. What fits its place is found by trying: an identifier, a string, a
// number, and last nothing at all.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/split.h"
#include "unwedge/span.h"

namespace unwedge::sql {

class Masking {
 public:
  explicit Masking(std::string_view text) : text_(text) {}

  /// Puts the first stand-ins into this statement, which outlives its masking.
  void begin(const RawStatement& statement);
  /// Puts another one where the grammar has found an error; false: there is none left to try.
  bool try_another(std::uint32_t error_at);
  /// The first ones again: what is shown of a statement that cannot be read.
  void reset() { begin(*statement_); }

  /// The text with what has been put into it.
  [[nodiscard]] std::string_view text() const { return masked_; }
  /// The same, when all is done; empty: nothing has been put into it.
  std::string take() { return std::move(masked_); }
  /// The placeholders with nothing but others in front of them in the statement, and nothing in
  /// their place: whole statements may stand there.
  [[nodiscard]] std::vector<Span> in_front() const;

 private:
  enum class StandIn : std::uint8_t { kName, kString, kNumber, kNothing };

  void put(const Mark& mark, StandIn stand_in);

  std::string_view text_;
  std::string masked_;  ///< made when it is first needed
  const RawStatement* statement_ = nullptr;
  std::vector<StandIn> stand_ins_;  ///< of the statement's marks
  int tries_ = 0;
};

}  // namespace unwedge::sql
