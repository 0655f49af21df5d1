// Writes the schema from the registry and the lists of words. Descriptions are what editors show.

#include "config/config_schema.h"

#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "config/rule_names.h"
#include "config/runner_schema.h"
#include "lint/registry.h"

namespace unwedge::config {
namespace {

using Json = nlohmann::ordered_json;

template <typename Words>
Json words(const Words& all) {
  Json array = Json::array();
  for (std::string_view word : all) array.push_back(word);
  return array;
}

Json rule_property(std::string description) {
  // Beside a $ref of its own, draft 7 ignores the description.
  return {{"description", std::move(description)},
          {"allOf", Json::array({{{"$ref", "#/definitions/level"}}})}};
}

Json rules_properties() {
  Json properties = Json::object();
  properties["all"] = rule_property("Every rule.");
  for (Category category : categories()) {
    properties[std::string(to_string(category))] =
        rule_property(fmt::format("Every rule of the category '{}'.", to_string(category)));
  }
  for (const Rule* rule : lint::builtin_rules()) {
    const RuleInfo& info = rule->info;
    properties[std::string(info.id)] =
        rule_property(fmt::format("{} ({} unless set).", info.summary, to_string(info.severity)));
  }
  for (const Rule* rule : lint::builtin_rules()) {
    for (std::string_view alias : rule->info.aliases) {
      if (alias.empty()) continue;
      properties[std::string(alias)] =
          rule_property(fmt::format("Another name of '{}'.", rule->info.id));
    }
  }
  return properties;
}

Json rule_names() {
  Json names = Json::array();
  for (const Rule* rule : lint::builtin_rules()) {
    if (rule->info.category != Category::kAcks) names.push_back(rule->info.id);
  }
  for (const Rule* rule : lint::builtin_rules()) {
    for (std::string_view alias : rule->info.aliases) {
      if (!alias.empty() && rule->info.category != Category::kAcks) names.push_back(alias);
    }
  }
  return names;
}

Json ack_schema() {
  return {
      {"type", "object"},
      {"additionalProperties", false},
      {"required", {"path", "reason"}},
      {"properties",
       {{"path",
         {{"description", "The file, relative to this config, with forward slashes."},
          {"type", "string"},
          {"pattern", R"(^(?!/)(?!(.*/)?\.\.(/|$))[^*?]*[^*?\s][^*?]*$)"}}},
        {"rules",
         {{"description", "The rules whose findings are accepted. Left out: every rule."},
          {"type", "array"},
          {"minItems", 1},
          {"items", {{"enum", rule_names()}}}}},
        {"reason",
         {{"description", "Why the finding is acceptable."},
          {"type", "string"},
          {"pattern", R"(\S)"}}},
        {"until",
         {{"description", "The last day on which the ack counts, as 2027-03-31."},
          {"type", "string"},
          {"pattern", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}}},
        {"ticket", {{"description", "Where it was decided."}, {"type", {"string", "integer"}}}}}}};
}

/// A name of a runner: of those we know, for editors, or one that the config defines.
Json runner_property(std::string_view description, const Vocabulary& vocabulary) {
  Json names = Json::array();
  for (const migration::RunnerProfile& runner : vocabulary.runners) names.push_back(runner.name);
  Json other = runner_name_schema();
  other["type"] = "string";
  return {{"description", description},
          {"anyOf", Json::array({{{"enum", std::move(names)}}, std::move(other)})}};
}

/// Those whose profile a config may change.
Json known_runners(const Vocabulary& vocabulary) {
  Json properties = Json::object();
  for (const migration::RunnerProfile& runner : vocabulary.runners) {
    properties[runner.name] = {{"$ref", "#/definitions/runner"}};
  }
  return properties;
}

Json migrations_schema(const Vocabulary& vocabulary) {
  Json modes = words(migration::kModeNames);
  modes.erase(0);  // that of a runner which is not known has no name
  return {{"type", "object"},
          {"additionalProperties", false},
          {"required", {"path"}},
          {"anyOf",
           Json::array(
               {{{"required", {"runner"}}}, {{"required", {"mode"}}}, {{"required", {"schema"}}}})},
          {"properties",
           {{"path",
             {{"description",
               "A file, a folder or a pattern with *, ** and ?, relative to this config."},
              {"type", "string"},
              {"pattern", R"(^(?![/!])(?!(.*/)?\.\.(/|$))[^\\]*[^\\\s][^\\]*$)"}}},
            {"runner", runner_property("The tool that applies them.", vocabulary)},
            {"mode",
             {{"description",
               "What the tool is told on its command line or in its configuration, instead of what "
               "it does by default."},
              {"enum", std::move(modes)}}},
            {"schema",
             {{"description",
               "A dump of the schema from which their history starts, relative to this config: "
               "what `pg_dump --schema-only` or the migration tool wrote."},
              {"type", "string"},
              {"pattern", R"(^[^/].*$)"}}}}}};
}

Json tables_schema(std::string_view description) {
  return {{"description", description},
          {"type", {"array", "null"}},
          {"items", {{"type", "string"}, {"pattern", R"(^[^.]+(\.[^.]+)?$)"}}}};
}

}  // namespace

std::string config_schema(const Vocabulary& vocabulary) {
  Json definitions = {{"level",
                       {{"description", "How findings are reported; off: not at all."},
                        // YAML 1.1 reads off as false.
                        {"enum", {"error", "warning", "info", "off", false}}}}};
  definitions.update(runner_definitions());
  const Json schema = {
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "unwedge.yaml"},
      {"description", "How unwedge lints the PostgreSQL migrations in this folder and below."},
      {"type", {"object", "null"}},
      {"additionalProperties", false},
      {"properties",
       {{"preset",
         {{"description", "The rules to start from."},
          {"enum", words(kPresetNames)},
          {"default", kDefaultPreset}}},
        {"rules",
         {{"description",
           "What each rule, or each category of rules, is reported as. A rule's own line wins over "
           "its category's, and a category's over 'all'."},
          {"type", {"object", "null"}},
          {"additionalProperties", false},
          {"properties", rules_properties()}}},
        {"exclude",
         {{"description",
           "Files and folders not to lint, as in .gitignore with *, ** and ?, relative to this "
           "config."},
          {"type", {"array", "null"}},
          {"items", {{"type", "string"}, {"pattern", R"(^[^!\\][^\\]*$)"}}}}},
        {"postgres",
         {{"description", "The major version of the server that the migrations run on."},
          {"type", "integer"},
          {"minimum", kOldestPostgres},
          {"maximum", kNewestPostgres},
          {"default", PgVersion{}.major}}},
        {"fail-on",
         {{"description", "From which severity on a finding makes the exit status 1."},
          {"enum", words(kFailOnNames)},
          {"default", to_string(FailOn::kWarning)}}},
        {"runners",
         {{"description",
           "What other migration tools do with a file, by their names; or what a known one does "
           "differently here, key by key."},
          {"type", {"object", "null"}},
          {"propertyNames", runner_name_schema()},
          {"properties", known_runners(vocabulary)},
          {"additionalProperties", {{"$ref", "#/definitions/new-runner"}}}}},
        {"runner",
         runner_property(
             "The tool that applies the migrations, where it cannot be recognised. 'psql': only "
             "BEGIN and COMMIT in the file count.",
             vocabulary)},
        {"migrations",
         {{"description", "Which tool applies which files. The first entry that matches holds."},
          {"type", {"array", "null"}},
          {"items", migrations_schema(vocabulary)}}},
        {"placeholders",
         {{"description",
           "What other tools put into the files before they are run, besides ${x}, {{x}} and what "
           "the runner has."},
          {"type", {"object", "null"}},
          {"additionalProperties", false},
          {"properties",
           {{"patterns",
             {{"description", "Regular expressions for placeholders: '@@\\w+@@'."},
              {"type", {"array", "null"}},
              {"maxItems", 20},
              {"items", {{"type", "string"}}}}},
            {"values",
             {{"description", "What is put in their place, by their text: '${schema}': app."},
              {"type", {"object", "null"}},
              {"additionalProperties", {{"type", {"string", "number", "boolean"}}}}}}}}}},
        {"tables",
         {{"description",
           "Tables by 'name' or 'schema.name', with * and ?. Findings about the time that work on "
           "the rows of a small table takes are info."},
          {"type", {"object", "null"}},
          {"additionalProperties", false},
          {"properties",
           {{"small", tables_schema("Tables with few rows, whatever 'table-sizes' says.")},
            {"large", tables_schema("Tables that are never taken for small.")}}}}},
        {"table-sizes",
         {{"description",
           "A file with the sizes of the live tables, relative to this config: CSV, or a JSON "
           "array "
           "of objects, with 'schema', 'table', 'rows' and 'bytes'."},
          {"type", "string"},
          {"pattern", R"(\S)"}}},
        {"check-down",
         {{"description",
           "Whether all rules check down, revert and verify sections, not only for what fails."},
          {"type", "boolean"},
          {"default", false}}},
        {"concurrent-runs",
         {{"description",
           "Whether several processes may run the migrations at once, as where each instance of a "
           "service does at its start."},
          {"type", "boolean"},
          {"default", false}}},
        {"acks",
         {{"description",
           "Findings accepted in files that must not be changed any more; in other files write "
           "'-- migration-unsafe-ack(rule): reason'."},
          {"type", {"array", "null"}},
          {"items", ack_schema()}}}}},
      {"definitions", std::move(definitions)}};
  return schema.dump(2) + "\n";
}

}  // namespace unwedge::config
