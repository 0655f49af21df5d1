// A type that holds less than the one before it: rows that do not fit make ALTER TABLE fail, or are
// rounded, and the application that still runs goes on writing values which do not fit.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include "unwedge/rule.h"
#include "unwedge/type_change.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "type-narrowed",
    .summary = "the column's new type holds less than the old one",
    .category = Category::kCompatibility,
    .kind = Kind::kBreaks,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

/// What becomes of a value that does not fit.
enum class Loss : std::uint8_t { kNone, kRejected, kRounded };

struct Type {
  std::string_view name;
  const std::vector<std::int32_t>* modifiers = nullptr;

  [[nodiscard]] bool is(std::string_view other) const { return name == other; }
  [[nodiscard]] bool is_string() const { return is("text") || is("varchar") || is("bpchar"); }
  [[nodiscard]] bool is_float() const { return is("float4") || is("float8"); }
  /// Bytes of an integer; 0: it is none.
  [[nodiscard]] int integer_size() const {
    return is("int2") ? 2 : is("int4") ? 4 : is("int8") ? 8 : 0;
  }
  /// Digits before the point, and behind it, of a number with a limit to them.
  [[nodiscard]] bool is_limited_number() const { return is("numeric") && !modifiers->empty(); }
  [[nodiscard]] int scale() const { return modifiers->size() > 1 ? (*modifiers)[1] : 0; }
  [[nodiscard]] int whole_digits() const { return modifiers->front() - scale(); }
  [[nodiscard]] bool has_time() const {
    return is("timestamp") || is("timestamptz") || is("time") || is("timetz");
  }
  /// Digits of the second behind its point; MAX_TIMESTAMP_PRECISION unless given
  /// (datatype/timestamp.h).
  [[nodiscard]] int second_digits() const { return modifiers->empty() ? 6 : modifiers->front(); }
};

constexpr int kUnlimited = std::numeric_limits<int>::max();

/// Characters that a string may have.
int length(const Type& type) {
  if (!type.modifiers->empty()) return type.modifiers->front();
  return type.is("bpchar") ? 1 : kUnlimited;
}

/// Digits that the largest integer of so many bytes has.
int digits(int integer_size) { return integer_size == 2 ? 5 : integer_size == 4 ? 10 : 19; }

Loss to_integer(const Type& from, int size) {
  if (from.integer_size() > 0) return from.integer_size() > size ? Loss::kRejected : Loss::kNone;
  if (from.is_float()) return Loss::kRounded;
  if (!from.is("numeric")) return Loss::kNone;
  if (!from.is_limited_number() || from.scale() > 0) return Loss::kRounded;
  return from.whole_digits() >= digits(size) ? Loss::kRejected : Loss::kNone;
}

Loss to_limited_number(const Type& from, const Type& to) {
  if (const int size = from.integer_size(); size > 0) {
    return to.whole_digits() < digits(size) ? Loss::kRejected : Loss::kNone;
  }
  if (from.is_float()) return Loss::kRounded;
  if (!from.is("numeric")) return Loss::kNone;
  if (!from.is_limited_number() || from.scale() > to.scale()) return Loss::kRounded;
  return from.whole_digits() > to.whole_digits() ? Loss::kRejected : Loss::kNone;
}

Loss loss(const Type& from, const Type& to) {
  if (from.is_string() && to.is_string()) {
    return length(to) < length(from) ? Loss::kRejected : Loss::kNone;
  }
  if (const int size = to.integer_size(); size > 0) return to_integer(from, size);
  if (to.is_limited_number()) return to_limited_number(from, to);
  if (from.is("float8") && to.is("float4")) return Loss::kRounded;
  // A double has 53 bits of digits, a real 24.
  if (to.is_float() && from.integer_size() >= (to.is("float8") ? 8 : 4)) return Loss::kRounded;
  const bool has_date = from.is("timestamp") || from.is("timestamptz");
  if (has_date && to.is("date")) return Loss::kRounded;
  const bool less_of_second =
      from.has_time() && to.has_time() && to.second_digits() < from.second_digits();
  return less_of_second ? Loss::kRounded : Loss::kNone;
}

/// The largest number of characters, or the largest integer, that fits.
std::int64_t largest(const Type& type) {
  switch (type.integer_size()) {
    case 2: return std::numeric_limits<std::int16_t>::max();
    case 4: return std::numeric_limits<std::int32_t>::max();
    case 8: return std::numeric_limits<std::int64_t>::max();
    default: return type.is_string() ? length(type) : -1;
  }
}

/// `length(column)` of a string, or the integer itself.
bool is_size(const Expression& value, const Type& type, Name column) {
  const Expression* inner = &value;
  if (type.is_string()) {
    const bool measures = inner->kind == Expression::Kind::kCall &&
                          (inner->name == "length" || inner->name == "char_length" ||
                           inner->name == "character_length");
    if (!measures || inner->operands.size() != 1) return false;
    inner = &inner->operands.front();
  }
  return inner->kind == Expression::Kind::kColumn && inner->name == column;
}

/// `length(column) > 20`: a row with a value that does not fit satisfies it.
bool asks_for_misfits(const Expression& condition, const Type& type, Name column) {
  if (condition.kind == Expression::Kind::kOr) {
    return std::any_of(
        condition.operands.begin(), condition.operands.end(),
        [&](const Expression& part) { return asks_for_misfits(part, type, column); });
  }
  const bool compares = condition.kind == Expression::Kind::kOperator &&
                        condition.operands.size() == 2 &&
                        (condition.name == ">" || condition.name == ">=");
  if (!compares || !is_size(condition.operands.front(), type, column)) return false;
  const std::string_view text = condition.operands.back().text;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  return condition.name == ">" ? number <= largest(type) : number - 1 <= largest(type);
}

/// A DO block before has raised an exception if there is a row with a value that does not fit.
bool rows_fit(const RelationId& table, const Type& type, Name column, const Session& session) {
  if (session.known_empty(table)) return true;
  return session.guards != nullptr &&
         std::any_of(session.guards->begin(), session.guards->end(), [&](const NoRow& guard) {
           return guard.table == table && guard.condition &&
                  asks_for_misfits(*guard.condition, type, column);
         });
}

void check(const AlterTable& alter, const Step& step, Findings& findings) {
  if (!step.existing(alter.table) || step.effects().refusal) return;
  for (const ColumnTypeChange& change : type_changes(alter, step)) {
    if (change.column == nullptr) continue;
    const schema::DataType& now = change.column->type;
    const TypeReference& next = change.change->type;
    const bool built_in = now.id.schema.empty() &&
                          (next.name.schema.empty() || next.name.schema == "pg_catalog") &&
                          now.array_dimensions == 0 && next.array_dimensions == 0;
    if (!built_in) continue;
    const Type type{.name = next.name.name, .modifiers = &next.modifiers};
    const Loss found = loss({.name = now.id.name, .modifiers = &now.modifiers}, type);
    if (found == Loss::kNone) continue;
    const bool fits =
        rows_fit(step.resolve(alter.table), type, change.column->name, step.session());
    FindingBuilder finding = findings.report(next.span.empty() ? change.action->span : next.span);
    const bool rejects = found == Loss::kRejected;
    if (change.change->using_expression) {
      finding.message(
          "Changing {} leaves less room for a value than before: old rows get what USING makes of "
          "them, which may be less than they had, and what the running application writes is {} if "
          "it does not fit.",
          in_words(change), rejects ? "rejected" : "rounded");
    } else if (rejects && fits) {
      finding.message(
          "Changing {} rejects values that fit before: the running application fails when it "
          "writes one.",
          in_words(change));
    } else if (rejects) {
      finding.message(
          "Changing {} rejects values that fit before: it fails if a row has one, and so does the "
          "running application when it writes one.",
          in_words(change));
    } else {
      finding.message(
          "Changing {} loses a part of values that were kept exactly before, in old rows and in "
          "what the running application writes.",
          in_words(change));
    }
    if (rejects && fits) {
      finding.help("Make sure first that no running version writes such a value.");
    } else if (rejects) {
      finding.help(
          "Make sure first that no row has such a value and no running version writes one.");
    } else {
      finding.help(
          "Keep the old values in a column of their own until it is certain that nobody needs "
          "them.");
    }
  }
}

}  // namespace

extern constinit const Rule type_narrowed = on<AlterTable, check>(kInfo);

}  // namespace unwedge::rules
