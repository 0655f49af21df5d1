// See presentation.h. The fingerprint is of the rule and of the statement's tokens: it stays the
// same when lines move, when the statement is laid out anew, and when comments change.

#include "lint/presentation.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "lint/places.h"
#include "sql/tokens.h"
#include "text/fingerprint.h"
#include "text/line_index.h"
#include "text/utf8.h"

namespace unwedge::lint {
namespace {

/// FNV-1a, 64 bits: stable across machines and versions.
class Hash {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3ULL; }
  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

std::uint64_t statement_hash(const LocatedFinding& finding, std::string_view text) {
  Hash hash;
  hash.add(finding.rule->id);
  const Span place = finding.statement.empty() ? finding.finding.span : finding.statement;
  for (const sql::Token& token : sql::tokens_of(text, place)) hash.add(slice(text, token.span));
  return hash.value();
}

/// `ordinals` counts the equal ones of this file.
std::string fingerprint(const LocatedFinding& finding, std::string_view text,
                        std::map<std::uint64_t, int>& ordinals) {
  const std::uint64_t hash = statement_hash(finding, text);
  Hash with_ordinal;
  with_ordinal.add(fmt::format("{:016x}:{}", hash, ++ordinals[hash]));
  return fmt::format("{:016x}", with_ordinal.value());
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !text::is_continuation(c); }));
}

Excerpt excerpt_of(const text::LineIndex& index, const text::Position& start) {
  Excerpt excerpt;
  const std::string_view line = index.line(start.line);
  const std::size_t at = std::min<std::size_t>(start.column_bytes - 1, line.size());
  std::size_t begin = 0;
  if (line.size() > Excerpt::kExcerptBytes) {
    // A window that begins a little before the finding.
    constexpr std::size_t kLead = 40;
    begin = at > kLead ? at - kLead : 0;
    while (begin > 0 && text::is_continuation(line[begin])) --begin;
  }
  std::size_t end = std::min(line.size(), begin + Excerpt::kExcerptBytes);
  while (end < line.size() && end > begin && text::is_continuation(line[end])) --end;
  excerpt.line = line.substr(begin, end - begin);
  // Counted from the finding, not from the beginning of what may be a very long line.
  excerpt.cut_columns =
      static_cast<std::uint32_t>(start.column - 1 - code_points(line.substr(begin, at - begin)));
  excerpt.cut_end = end < line.size();
  return excerpt;
}

}  // namespace

std::vector<ReportedFinding> present(std::vector<LocatedFinding> findings, const FileParts& files,
                                     std::size_t file, bool with_fingerprints) {
  std::vector<ReportedFinding> reported;
  if (findings.empty()) return reported;
  std::stable_sort(findings.begin(), findings.end(),
                   [](const LocatedFinding& a, const LocatedFinding& b) {
                     return std::tuple(a.finding.span.begin, a.finding.span.end, a.rule->id) <
                            std::tuple(b.finding.span.begin, b.finding.span.end, b.rule->id);
                   });
  Places places(files);
  std::map<std::uint64_t, int> ordinals;
  std::vector<std::uint32_t> lines;
  reported.reserve(findings.size());
  for (LocatedFinding& located : findings) {
    ReportedFinding& result = reported.emplace_back();
    result.rule = located.rule;
    result.severity = located.finding.severity;
    result.region = places.region(located.finding.span, file);
    result.excerpt = excerpt_of(places.index(file), result.region.start);
    result.message = std::move(located.finding.message);
    result.help = std::move(located.finding.help);
    result.section = located.section;
    result.ack = std::move(located.ack);
    for (Related& related : located.finding.related) {
      // A file may be there several times.
      const std::size_t other = files.part_at(related.span);
      const std::string& path = files.parts[other].file->path;
      ReportedRelated& added = result.related.emplace_back();
      if (path != files.parts[file].file->path) added.path = path;
      added.region = places.region(related.span, other);
      added.message = std::move(related.message);
      added.excerpt = excerpt_of(places.index(other), added.region.start);
    }
    if (with_fingerprints) result.fingerprint = fingerprint(located, files.text, ordinals);
    lines.push_back(places.index(file).line_in_text(result.region.start.line));
  }
  if (!with_fingerprints) return reported;
  const FilePart& own = files.parts[file];
  const text::LineHashes hashes(slice(files.text, own.region), lines,
                                own.file->had_byte_order_mark);
  for (std::size_t i = 0; i < reported.size(); ++i) reported[i].line_hash = hashes.of(lines[i]);
  return reported;
}

}  // namespace unwedge::lint
