// The fields are those of the design: one object per file, with its sections and their steps.

#include <string_view>
#include <utility>

#include "report/explain_report.h"
#include "report/json_text.h"

namespace unwedge::report {
namespace {

using lint::ExplainedSection;
using lint::ExplainedStep;
using lint::Explanation;

Json position(const text::Position& place) {
  return {{"line", place.line}, {"column", place.column}};
}

Json span(const text::Region& region) {
  return {{"start", position(region.start)}, {"end", position(region.end)}};
}

Json string_or_null(std::string_view text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string_view to_string(migration::Direction direction) {
  switch (direction) {
    case migration::Direction::kUp: return "up";
    case migration::Direction::kDown: return "down";
    case migration::Direction::kVerify: return "verify";
  }
  return "";
}

std::string_view to_string(TransactionKind kind) {
  switch (kind) {
    case TransactionKind::kNone: return "none";
    case TransactionKind::kExplicit: return "explicit";
    case TransactionKind::kRunner: return "runner";
    case TransactionKind::kImplicit: return "implicit";
    case TransactionKind::kPipeline: return "pipeline";
    case TransactionKind::kAssumed: return "assumed";
    case TransactionKind::kDo: return "do";
  }
  return "";
}

std::string_view to_string(Certainty certainty) {
  return certainty == Certainty::kCertain ? "certain" : "possible";
}

std::string_view blocks(LockMode mode) {
  if (blocks_reads(mode)) return "reads and writes";
  if (blocks_writes(mode)) return "writes";
  return mode >= LockMode::kShareUpdateExclusive ? "DDL" : "";
}

/// Always with its schema: "public.orders".
std::string name(const RelationId& relation) {
  return relation.schema.empty() ? relation.name : relation.schema + "." + relation.name;
}

Json refusal(const std::optional<Refusal>& refusal) {
  if (!refusal) return nullptr;
  return {{"sqlstate", refusal->sqlstate},
          {"message", refusal->message},
          {"certainty", to_string(refusal->certainty)},
          {"under", refusal->under}};
}

Json step(const ExplainedStep& step) {
  Json locks = Json::array();
  Json created = Json::array();
  for (const Lock& lock : step.locks) {
    const std::string relation = name(lock.relation);
    if (!lock.existing) {
      created.push_back(relation);
      continue;
    }
    locks.push_back({{"relation", relation},
                     {"mode", unwedge::to_string(lock.mode)},
                     {"blocks", string_or_null(blocks(lock.mode))},
                     {"certainty", to_string(lock.certainty)},
                     {"reason", string_or_null(lock.reason)}});
  }
  Json work = Json::array();
  for (const Work& each : step.work) {
    if (!each.existing) continue;
    work.push_back({{"kind", unwedge::to_string(each.kind)},
                    {"relation", name(each.relation)},
                    {"certainty", to_string(each.certainty)},
                    {"reason", string_or_null(each.reason)}});
  }
  Json held = Json::array();
  for (const lint::ExplainedHold& each : step.held) {
    held.push_back({{"relation", name(each.relation)},
                    {"mode", unwedge::to_string(each.mode)},
                    {"blocks", string_or_null(blocks(each.mode))},
                    {"takenBy", span(each.taken_by)},
                    {"takenByFile", string_or_null(each.path)}});
  }
  const bool alone = step.transaction.kind == TransactionKind::kNone;
  return {{"span", span(step.region)},
          {"sql", step.sql},
          {"message", step.message},
          {"transaction", alone ? Json(nullptr) : Json(step.transaction.number)},
          {"transactionKind", to_string(step.transaction.kind)},
          {"locks", std::move(locks)},
          {"work", std::move(work)},
          {"held", std::move(held)},
          {"new", std::move(created)},
          {"inBlock", step.in_block},
          {"file", string_or_null(step.path)},
          {"notFollowed", string_or_null(step.not_followed)},
          {"refusal", refusal(step.refusal)}};
}

Json section(const ExplainedSection& section) {
  Json steps = Json::array();
  for (const ExplainedStep& each : section.steps) steps.push_back(step(each));
  return {{"direction", to_string(section.direction)},
          {"name", string_or_null(section.name)},
          {"span", span(section.region)},
          {"mode", migration::to_string(section.mode)},
          {"optedOut", section.opted_out},
          {"refusedByRunner", section.refused_by_runner},
          {"steps", std::move(steps)}};
}

Json file(const Explanation& file) {
  Json sections = Json::array();
  for (const ExplainedSection& each : file.sections) sections.push_back(section(each));
  return {{"path", file.path},
          {"runner", file.runner},
          {"recognisedBy", string_or_null(file.recognised_by)},
          {"candidates", file.candidates},
          {"error", string_or_null(file.error)},
          {"sections", std::move(sections)}};
}

}  // namespace

std::string explain_as_json(std::span<const Explanation> files, const ExplainOptions& options) {
  Json all = Json::array();
  for (const Explanation& each : files) all.push_back(file(each));
  return to_text({{"version", 1}, {"postgres", options.postgres}, {"files", std::move(all)}});
}

}  // namespace unwedge::report
