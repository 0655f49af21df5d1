// See file_results.h. An included file's acknowledgements count wherever it is included, and those
// of a file that includes it count for all that the command runs.

#include "lint/file_results.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "lint/acks.h"
#include "lint/active_rules.h"
#include "lint/fallback.h"
#include "lint/presentation.h"
#include "migration/directives.h"

namespace unwedge::lint {
namespace {

constexpr std::string_view kUnusedAck = "ack-unused";

/// What is counted, and looked at for acknowledgements, of one part.
struct PartLayout {
  FileLayout layout;
  std::size_t statements = 0;
  std::size_t unanalysed = 0;
};

/// By the numbers of the parts: the file, and what it includes.
std::map<std::size_t, PartLayout> layouts_of(const AnalysedFile& file, std::size_t number,
                                             const FileParts& parts) {
  std::map<std::size_t, PartLayout> layouts;
  layouts[number].layout = {
      .parts = &parts, .region = file.region, .sections = {}, .statements = {}};
  for (const AnalysedSection& section : file.sections) {
    layouts[number].layout.sections.push_back(section.section.region);
    for (const IncludedScript& included : section.included) {
      layouts[included.part].layout = {.parts = &parts,
                                       .region = included.region,
                                       .sections = {included.region},
                                       .statements = {}};
    }
    for (const Statement& statement : section.script.statements) {
      PartLayout& part = layouts[section.included.empty() ? number : parts.part_at(statement.span)];
      part.layout.statements.push_back(statement.span);
      ++part.statements;
      if (statement.get<SyntaxError>() != nullptr) ++part.unanalysed;
    }
  }
  for (auto& [part, layout] : layouts) {
    for (const text::Elision& elision : parts.parts[part].file->elisions) {
      layout.statements += elision.statements;
    }
  }
  return layouts;
}

/// Those of the config for this file, which another includes.
std::vector<ConfiguredAck> configured_acks(const text::SourceFile& file, const Options& options) {
  std::vector<ConfiguredAck> acks;
  if (options.all_acks == nullptr || options.all_acks->empty()) return acks;
  const std::string path = file.place.lexically_relative(options.config_folder).generic_string();
  std::copy_if(options.all_acks->begin(), options.all_acks->end(), std::back_inserter(acks),
               [&path](const ConfiguredAck& ack) { return ack.path == path; });
  return acks;
}

/// What the config says of a rule comes last: it may raise what a rule lowered.
void apply_settings(const Options& options, std::vector<LocatedFinding>& findings) {
  std::erase_if(findings, [&options](const LocatedFinding& finding) {
    return !is_enabled(*finding.rule, options);
  });
  for (LocatedFinding& finding : findings) {
    const auto setting = options.rules.find(finding.rule->id);
    if (setting == options.rules.end() || !setting->second.severity) continue;
    finding.finding.severity = *setting->second.severity;
  }
}

// -----------------------------------------------------------------------------------------------
// The same file in several places

auto place_of(const ReportedFinding& finding) {
  const text::Region& region = finding.region;
  return std::tuple(region.start.line, region.start.column, region.end.line, region.end.column,
                    finding.rule->id);
}

using Results = std::vector<const FileResult*>;

/// Better ones come first.
auto rank_of(const ReportedFinding& finding) {
  return std::tuple(finding.ack.has_value(), -static_cast<int>(finding.severity));
}

bool is_unused_ack(const ReportedFinding& finding) { return finding.rule->id == kUnusedAck; }

/// An acknowledgement is unused only if it is so wherever the file is run.
bool is_everywhere(const ReportedFinding& unused, const Results& results) {
  return std::all_of(results.begin(), results.end(), [&](const FileResult* result) {
    return std::any_of(
        result->findings.begin(), result->findings.end(), [&](const ReportedFinding& other) {
          return place_of(other) == place_of(unused) && other.message == unused.message;
        });
  });
}

/// The findings of all results of one file, those that several of them have from one alone.
std::vector<ReportedFinding> merged(const Results& results) {
  using Best = std::pair<const FileResult*, decltype(rank_of(std::declval<ReportedFinding>()))>;
  std::map<decltype(place_of(std::declval<ReportedFinding>())), Best> best;
  for (const FileResult* result : results) {
    for (const ReportedFinding& finding : result->findings) {
      const Best found(result, rank_of(finding));
      const auto [known, is_new] = best.emplace(place_of(finding), found);
      if (!is_new && found.second < known->second.second) known->second = found;
    }
  }
  std::vector<ReportedFinding> findings;
  for (const FileResult* result : results) {
    for (const ReportedFinding& finding : result->findings) {
      if (best.at(place_of(finding)).first != result) continue;
      if (is_unused_ack(finding) && !is_everywhere(finding, results)) continue;
      findings.push_back(finding);
    }
  }
  std::stable_sort(
      findings.begin(), findings.end(),
      [](const ReportedFinding& a, const ReportedFinding& b) { return place_of(a) < place_of(b); });
  return findings;
}

}  // namespace

FileResult file_result(const AnalysedFile& file, std::size_t number, const FileParts& parts,
                       const Options& options, std::vector<LocatedFinding> findings) {
  drop_covered(options, findings);
  const std::map<std::size_t, PartLayout> layouts = layouts_of(file, number, parts);
  for (const auto& [part, layout] : layouts) {
    apply_acks(migration::ack_directives(parts.text, layout.layout.region),
               part == number ? options.acks : configured_acks(*parts.parts[part].file, options),
               layout.layout, options.today, findings);
  }
  apply_settings(options, findings);
  std::map<std::size_t, std::vector<LocatedFinding>> by_part;
  for (LocatedFinding& each : findings) {
    const std::size_t part = layouts.size() == 1 ? number : parts.part_at(each.finding.span);
    by_part[part].push_back(std::move(each));
  }
  FileResult own;
  for (const auto& [part, layout] : layouts) {
    FileResult& result = part == number ? own : own.included.emplace_back();
    result.path = parts.parts[part].file->path;
    result.runner = file.recognised.runner->name;
    result.statements = layout.statements;
    result.unanalysed = layout.unanalysed;
    if (part != number) result.included_by = file.file->path;
    result.findings = present(std::move(by_part[part]), parts, part, options.fingerprints);
  }
  return own;
}

void place_included(std::vector<FileResult>& files) {
  const bool any = std::any_of(files.begin(), files.end(),
                               [](const FileResult& file) { return !file.included.empty(); });
  if (!any) return;
  std::map<std::string, std::vector<FileResult*>> results;  // by path; of each its own comes first
  for (FileResult& file : files) results[file.path].push_back(&file);
  for (FileResult& file : files) {
    for (FileResult& included : file.included) results[included.path].push_back(&included);
  }
  for (auto& [path, all] : results) {
    if (all.size() > 1) all.front()->findings = merged(Results(all.begin(), all.end()));
  }
  std::vector<FileResult> placed;
  for (FileResult& file : files) {
    std::vector<FileResult> others = std::exchange(file.included, {});
    placed.push_back(std::move(file));
    for (FileResult& other : others) {
      if (results.at(other.path).front() == &other) placed.push_back(std::move(other));
    }
  }
  files = std::move(placed);
}

}  // namespace unwedge::lint
