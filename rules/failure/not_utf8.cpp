// A file whose bytes are not UTF-8. The server verifies every message against the client's encoding
// (pg_client_to_server in mb/mbutils.c), comments included; runners that decode the file themselves
// fail earlier, or put U+FFFD in place of what they cannot read.

#include <algorithm>
#include <span>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-utf8",
    .summary = "the file is not UTF-8, so the server rejects what is in it",
    .category = Category::kFailure,
    .kind = Kind::kFails,
    .severity = Severity::kWarning,
    .since = "0.1.0",
};

constexpr std::string_view kSave = "Save the file as UTF-8.";

void report_utf16(const Migration& migration, Findings& findings) {
  const ForeignCharacter& first = migration.encoding.foreign.front();
  findings.report(first.span)
      .message(
          "The file is UTF-16 ({}-endian): the server rejects its first byte, 0x{:02X}, as an "
          "invalid byte sequence.",
          migration.encoding.encoding == Encoding::kUtf16LittleEndian ? "little" : "big",
          first.byte)
      .help(kSave);
}

/// The first in the statement; null: there is none.
const ForeignCharacter* foreign_in(const Step& step, const FileEncoding& encoding) {
  const auto found = std::lower_bound(
      encoding.foreign.begin(), encoding.foreign.end(), step.span(),
      [](const ForeignCharacter& each, Span span) { return each.span.begin < span.begin; });
  const bool is_in = found != encoding.foreign.end() && step.span().contains(found->span);
  return is_in ? &*found : nullptr;
}

/// Whether a statement before it has told the server the encoding. A message is converted as a
/// whole before its first statement is run.
bool says_its_encoding(const Step& step, std::span<const Step> steps) {
  const TransactionState& transaction = step.transaction();
  const Step* reads = &step;
  if (transaction.kind == TransactionKind::kImplicit) {
    reads = &*std::find_if(steps.begin(), steps.end(), [&transaction](const Step& each) {
      return each.transaction().number == transaction.number;
    });
  }
  return reads->session().settings->value("client_encoding").has_value();
}

void check(const Migration& migration, Findings& findings) {
  const FileEncoding& encoding = migration.encoding;
  if (encoding.foreign.empty()) return;
  if (encoding.encoding != Encoding::kWindows1252) {
    report_utf16(migration, findings);
    return;
  }
  for (const Step& step : migration.steps) {
    const ForeignCharacter* const foreign = foreign_in(step, encoding);
    if (foreign == nullptr) continue;
    if (says_its_encoding(step, migration.steps)) return;
    findings.report(foreign->span)
        .message("The server rejects this statement: the byte 0x{:02X} in it is not valid UTF-8.",
                 foreign->byte)
        .help(kSave);
    return;
  }
  if (migration.runner.name == "psql") return;  // sends no comment that stands between statements
  const ForeignCharacter& first = encoding.foreign.front();
  findings.report(first.span)
      .message(
          "The byte 0x{:02X} is not valid UTF-8: the server rejects a message that has it, even "
          "in a comment.",
          first.byte)
      .help(kSave);
}

}  // namespace

extern constinit const Rule not_utf8 = on_migration<check>(kInfo);

}  // namespace unwedge::rules
