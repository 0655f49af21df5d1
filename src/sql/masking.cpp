// See masking.h.

#include "sql/masking.h"

#include <algorithm>

#include "sql/lexeme.h"
#include "sql/stand_in.h"

namespace unwedge::sql {
namespace {

/// Each attempt is a parse of the statement.
constexpr int kMostTries = 24;

}  // namespace

void Masking::begin(const RawStatement& statement) {
  if (masked_.empty()) masked_ = text_;
  statement_ = &statement;
  tries_ = 0;
  stand_ins_.assign(statement.marks.size(), StandIn::kName);
  for (const Mark& mark : statement.marks) {
    switch (mark.kind) {
      case Mark::Kind::kNothing:
      case Mark::Kind::kLeftOut: put(mark, StandIn::kNothing); break;
      case Mark::Kind::kString: put(mark, StandIn::kString); break;
      case Mark::Kind::kValue:
      case Mark::Kind::kQuoted: put(mark, StandIn::kName); break;
    }
  }
}

bool Masking::try_another(std::uint32_t error_at) {
  if (++tries_ > kMostTries) return false;
  const std::vector<Mark>& marks = statement_->marks;
  for (std::size_t i = marks.size(); i-- > 0;) {
    if (marks[i].kind != Mark::Kind::kValue || marks[i].span.begin > error_at) continue;
    if (stand_ins_[i] == StandIn::kNothing) continue;
    stand_ins_[i] = static_cast<StandIn>(static_cast<int>(stand_ins_[i]) + 1);
    put(marks[i], stand_ins_[i]);
    return true;
  }
  return false;
}

void Masking::put(const Mark& mark, StandIn stand_in) {
  const auto begin = static_cast<std::size_t>(mark.span.begin);
  const auto size = static_cast<std::size_t>(mark.span.size());
  if (size == 0 || begin + size > masked_.size()) return;
  const auto place = masked_.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto source = text_.substr(begin, size);
  switch (stand_in) {
    case StandIn::kName:
      std::transform(source.begin(), source.end(), place, unwedge::sql::stand_in);
      return;
    case StandIn::kString:
      std::transform(source.begin(), source.end(), place, unwedge::sql::stand_in);
      *place = '\'';
      if (size > 1) *(place + static_cast<std::ptrdiff_t>(size - 1)) = '\'';
      return;
    case StandIn::kNumber:
      std::fill_n(place, size, ' ');
      *place = '1';
      return;
    case StandIn::kNothing:
      // The lines stay, so that a comment before it does not swallow what follows.
      std::transform(source.begin(), source.end(), place,
                     [](char c) { return c == '\n' || c == '\r' ? c : ' '; });
      return;
  }
}

std::vector<Span> Masking::in_front() const {
  std::vector<Span> places;
  std::uint32_t at = statement_->span.begin;
  for (std::size_t i = 0; i < statement_->marks.size(); ++i) {
    const Mark& mark = statement_->marks[i];
    while (at < mark.span.begin && is_blank(masked_[at])) ++at;
    if (at < mark.span.begin) break;
    if (mark.kind == Mark::Kind::kValue) {
      if (stand_ins_[i] != StandIn::kNothing) break;
      places.push_back(mark.span);
    }
    at = std::max(at, mark.span.end);
  }
  return places;
}

}  // namespace unwedge::sql
