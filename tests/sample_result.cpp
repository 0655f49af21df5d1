#include "sample_result.h"

#include <utility>

#include "text/fingerprint.h"
#include "text/line_index.h"

namespace unwedge::sample {
namespace {

std::string_view page_of(std::string_view id) {
  if (id != kIndexRule.id) return {};
  return "# index-not-concurrent\n\n`CREATE INDEX` without `CONCURRENTLY` blocks writes\nfor as "
         "long as the build takes.\n\n## Why\n\nIt takes SHARE.\n";
}

lint::Excerpt excerpt_of(std::string_view text, const text::Region& region) {
  return {.line = std::string(text::LineIndex(text).line(region.start.line))};
}

lint::FileResult file_at(std::string path, std::string runner, std::size_t statements) {
  lint::FileResult file;
  file.path = std::move(path);
  file.runner = std::move(runner);
  file.statements = statements;
  return file;
}

lint::FileResult index_file() {
  constexpr std::string_view kText =
      "-- migrate:up\n"
      "ALTER TABLE users ADD COLUMN email text;\n"
      "\n"
      "/* \U0001F418 */ CREATE INDEX users_email_idx\n"
      "  ON users (email);\n";
  lint::FileResult file = file_at("db/migrations/0042_users.sql", "dbmate", 2);
  lint::ReportedFinding finding = finding_on(kText, "CREATE INDEX", kIndexRule);
  finding.message =
      "Building index 'users_email_idx' blocks every write to 'users' until it is done.";
  finding.help =
      "Build it in a migration of its own:\n-- migrate:up transaction:false\n"
      "CREATE INDEX CONCURRENTLY users_email_idx ON users (email);";
  const text::Region lock = region_of(kText, "ALTER TABLE users");
  finding.related.push_back({.region = lock,
                             .message = "'users' has been locked since this statement.",
                             .excerpt = excerpt_of(kText, lock)});
  file.findings.push_back(std::move(finding));
  return file;
}

lint::FileResult oddly_named_file() {
  constexpr std::string_view kText = "ALTER TABLE t\n\tDROP COLUMN \"naïve [x](0)\";\n";
  lint::FileResult file = file_at("db/über uns/[draft] 100%.sql", "unknown", 1);
  lint::ReportedFinding finding = finding_on(kText, "DROP COLUMN", kDropRule);
  finding.message = "Dropping 'naïve [x](0)' of type 'text[]' breaks what still reads it.";
  finding.help = "Stop reading it first.";
  file.findings.push_back(std::move(finding));
  return file;
}

lint::FileResult acknowledged_file() {
  constexpr std::string_view kText = "LOCK a, b;\nDROP INDEX i;\n";
  lint::FileResult file = file_at("/srv/app/acked.sql", "psql", 2);
  lint::ReportedFinding in_file = finding_on(kText, "LOCK", kOneWordRule);
  in_file.message = "Table 'b' is locked after 'a'.";
  in_file.ack = lint::Acknowledgement{
      .reason = "Nothing else runs.", .ticket = "OPS-12", .until = "2027-03-31"};
  lint::ReportedFinding in_config = finding_on(kText, "DROP INDEX", kDropRule);
  in_config.message = "Dropping index 'i' slows reads of 'a'.";
  in_config.ack = lint::Acknowledgement{
      .reason = "It is unused.", .ticket = "", .until = "", .in_source = false};
  file.findings.push_back(std::move(in_file));
  file.findings.push_back(std::move(in_config));
  return file;
}

}  // namespace

text::Region region_of(std::string_view text, std::string_view part) {
  const auto begin = static_cast<std::uint32_t>(text.find(part));
  const auto size = static_cast<std::uint32_t>(part.size());
  return text::LineIndex(text).region({.begin = begin, .end = begin + size});
}

lint::ReportedFinding finding_on(std::string_view text, std::string_view part,
                                 const RuleInfo& rule) {
  lint::ReportedFinding finding;
  finding.rule = &rule;
  finding.severity = rule.severity;
  finding.region = region_of(text, part);
  finding.excerpt = excerpt_of(text, finding.region);
  finding.fingerprint = "0123456789abcdef";
  const std::uint32_t line = finding.region.start.line;
  finding.line_hash = text::LineHashes(text, {&line, 1}).of(line);
  return finding;
}

lint::Result everything() {
  lint::Result result;
  result.rules = {&kDropRule, &kIndexRule};
  lint::FileResult unreadable = file_at("db/latin1.sql", "unknown", 0);
  unreadable.error = "line 3 is not valid UTF-8 (byte 0xE9)";
  result.files = {index_file(), oddly_named_file(), acknowledged_file(),
                  file_at("db/clean.sql", "dbmate", 3), std::move(unreadable)};
  summarise(result);
  return result;
}

void summarise(lint::Result& result) {
  lint::Summary summary{.files = result.files.size()};
  for (const lint::FileResult& file : result.files) {
    if (!file.error.empty()) ++summary.unreadable;
    for (const lint::ReportedFinding& finding : file.findings) {
      if (finding.ack) {
        ++summary.acked;
      } else if (finding.severity == Severity::kError) {
        ++summary.errors;
      } else if (finding.severity == Severity::kWarning) {
        ++summary.warnings;
      } else {
        ++summary.infos;
      }
    }
  }
  result.summary = summary;
}

report::RenderOptions plain_options() {
  report::RenderOptions options;
  options.version = "0.1.0";
  options.grammar = "18.0";
  options.page = page_of;
  return options;
}

}  // namespace unwedge::sample
