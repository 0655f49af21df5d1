// A file whose bytes are not UTF-8. The server verifies every message against the client's encoding
// (pg_client_to_server in mb/mbutils.c), comments included; runners that decode the file themselves
// fail earlier, or put U+FFFD in place of what they cannot read.

#include <algorithm>
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

void report_utf16(const FileEncoding& encoding, Findings& findings) {
  findings.report(encoding.first)
      .message("The file is UTF-16 ({}-endian): the server rejects its first byte, 0x{:02X}, as an "
               "invalid byte sequence.",
               encoding.encoding == Encoding::kUtf16LittleEndian ? "little" : "big", encoding.byte)
      .help(kSave);
}

bool says_its_encoding(const Step& step) {
  return step.session().settings->value("client_encoding").has_value();
}

/// The statement that has the first such byte; the end where it is in a comment between two.
auto find_rejected(const Migration& migration) {
  return std::find_if(migration.steps.begin(), migration.steps.end(), [&migration](const Step& step) {
    return step.span().contains(migration.encoding.first);
  });
}

void check(const Migration& migration, Findings& findings) {
  const FileEncoding& encoding = migration.encoding;
  if (encoding.encoding == Encoding::kUtf8) return;
  if (encoding.encoding != Encoding::kWindows1252) {
    report_utf16(encoding, findings);
    return;
  }
  const auto rejected = find_rejected(migration);
  if (rejected != migration.steps.end()) {
    if (says_its_encoding(*rejected)) return;
    findings.report(encoding.first)
        .message("The server rejects this statement: the byte 0x{:02X} in it is not valid UTF-8.",
                 encoding.byte)
        .help(kSave);
    return;
  }
  if (migration.runner.name == "psql") return;  // sends no comment that stands between statements
  findings.report(encoding.first)
      .message("The byte 0x{:02X} is not valid UTF-8: the server rejects a message that has it, even "
               "in a comment.",
               encoding.byte)
      .help(kSave);
}

}  // namespace

extern constinit const Rule not_utf8 = on_migration<check>(kInfo);

}  // namespace unwedge::rules
