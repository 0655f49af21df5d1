// One function for each type that a field of a profile can have.

#include "config/runner_schema.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/runner_keys.h"

namespace unwedge::config {
namespace {

using Json = nlohmann::ordered_json;

Json reference(std::string_view definition) {
  return {{"$ref", "#/definitions/" + std::string(definition)}};
}

template <typename Struct>
Json map_schema(Struct value);

Json type_of(const RunnerKey& key, const std::string& /*field*/) {
  // Without quotes, 7.4 is a number.
  if (key.form == Form::kVersion) {
    return {{"type", {"string", "number"}}, {"pattern", R"(^[0-9]+(\.[0-9]+)*$)"}};
  }
  return {{"type", "string"}, {"pattern", R"(\S)"}};
}

Json type_of(const RunnerKey& /*key*/, bool /*field*/) { return {{"type", "boolean"}}; }

Json type_of(const RunnerKey& /*key*/, const migration::FileSign& /*field*/) {
  return reference("file-sign");
}

Json type_of(const RunnerKey& /*key*/, const migration::Condition& field) {
  Json schema = map_schema(field);
  schema["minProperties"] = 1;
  schema["dependencies"] = {{"at-least", {"package"}}, {"below", {"package"}}};
  return schema;
}

template <typename Enum>
requires std::is_enum_v<Enum> Json type_of(const RunnerKey& /*key*/, Enum field) {
  Json words = Json::array();
  for (std::string_view word : words_of(field)) {
    if (!word.empty()) words.push_back(word);
  }
  return {{"enum", std::move(words)}};
}

template <typename Struct>
requires std::is_aggregate_v<Struct> Json type_of(const RunnerKey& /*key*/, const Struct& field) {
  return map_schema(field);
}

template <typename T>
Json type_of(const RunnerKey& key, const std::vector<T>& /*field*/) {
  return {{"type", "array"}, {"items", type_of(key, T{})}};
}

template <typename Struct>
Json map_schema(Struct value) {
  Json properties = Json::object();
  Json required = Json::array();
  each_key(value, [&](const RunnerKey& key, const auto& field, const auto&... /*start*/) {
    Json property = {{"description", key.about}};
    Json type = type_of(key, field);
    // Beside a $ref of its own, draft 7 ignores the description.
    if (type.contains("$ref")) type = {{"allOf", Json::array({std::move(type)})}};
    property.update(type);
    properties[std::string(key.name)] = std::move(property);
    if (key.required) required.push_back(key.name);
  });
  Json schema = {
      {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

/// A new runner says how it runs, unless its files are no migrations.
Json new_runner() {
  const Json no_migrations = {
      {"required", {"sections"}},
      {"properties",
       {{"sections", {{"required", {"kind"}}, {"properties", {{"kind", {{"const", "none"}}}}}}}}}};
  const Json says_how = {{"required", {"transaction"}},
                         {"properties", {{"transaction", {{"required", {"mode", "split"}}}}}}};
  return {{"allOf", Json::array({reference("runner"),
                                 {{"anyOf", Json::array({no_migrations, says_how})}}})}};
}

}  // namespace

Json runner_definitions() {
  Json runner = map_schema(migration::RunnerProfile{});
  runner["properties"].erase("name");
  const Json name = {{"description", "The file's name."}, {"type", "string"}, {"pattern", R"(\S)"}};
  return {{"runner", std::move(runner)},
          {"new-runner", new_runner()},
          {"file-sign",
           {{"description", "A file's name, or a map that says more of the file."},
            {"anyOf", Json::array({name, map_schema(migration::FileSign{})})}}}};
}

Json runner_name_schema() {
  return {{"pattern", "^[a-z0-9]+([-_.][a-z0-9]+)*$"}, {"not", {{"const", "unknown"}}}};
}

}  // namespace unwedge::config
