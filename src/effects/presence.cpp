// Absence is evidence only where nobody else makes such objects: not the server, not an extension,
// not the platform that the database is a part of, not the runner itself.

#include "effects/presence.h"

#include <algorithm>
#include <array>
#include <string>

#include "effects/builtins.h"
#include "unwedge/serial.h"

namespace unwedge::effects {
namespace {

/// What the runners keep their own records in.
constexpr std::array<std::string_view, 35> kOfRunners{
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "__drizzle_migrations__",
    "__efmigrationshistory",
    "_prisma_migrations",
    "_sqlx_migrations",
    "_yoyo_log",
    "_yoyo_migration",
    "_yoyo_version",
    "alembic_version",
    "applied_migrations",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "bun_migrations",
    "changelog",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "migrations",
    "pgmigrations",
    "play_evolutions",
    "refinery_schema_history",
    "schema_migration",
    "schema_migrations",
    "schema_version",
    "schemaversion",
    "seaql_migrations",
    "sequelizemeta",
    "typeorm_metadata",
    "river_migration",
};

/// Types of extensions that do not come with Postgres, and are often installed by whoever made the
/// database: of PostGIS, pgvector, h3 and the like.
constexpr std::array<std::string_view, 16> kTypesOfExtensions{
    "box2d",   "box3d", "geography",    "geometry", "geometry_dump", "h3index",
    "halfvec", "hll",   "raster",       "semver",   "sparsevec",     "topogeometry",
    "tdigest", "ulid",  "valid_detail", "vector",
};

/// Schemas that a platform or an extension makes and that migrations often "create if not exists".
constexpr std::array<std::string_view, 18> kOfPlatforms{
    "auth",           "cron",        "drizzle",  "extensions", "graphql",
    "graphql_public", "hdb_catalog", "net",      "partman",    "pgbouncer",
    "pgmq",           "pgsodium",    "realtime", "storage",    "supabase_functions",
    "tiger",          "topology",    "vault",
};

template <typename Names>
bool has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string lower(std::string_view name) {
  std::string text(name);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool is_system_schema(std::string_view schema) {
  return schema.starts_with("pg_") || schema == "information_schema";
}

/// True when every object of the schema was made by the migrations that were seen.
bool is_of_history(std::string_view schema, const schema::Catalog& catalog) {
  if (schema == "public") return true;
  if (is_system_schema(schema) || has(kOfPlatforms, schema)) return false;
  return catalog.find_object(ObjectType::kSchema, {.schema = {}, .name = std::string(schema)}) !=
         nullptr;
}

bool all_of_history(const QualifiedName& name, const Prediction& prediction) {
  if (!name.schema.empty()) return is_of_history(name.schema, prediction.catalog());
  return std::ranges::all_of(prediction.session().settings->search_path,
                             [&prediction](const std::string& schema) {
                               return is_of_history(schema, prediction.catalog());
                             });
}

bool was_dropped(const QualifiedName& name, const Prediction& prediction) {
  if (!name.schema.empty()) return prediction.catalog().gone(prediction.resolve(name));
  return std::ranges::any_of(
      prediction.session().settings->search_path, [&](const std::string& schema) {
        return prediction.catalog().gone({.schema = schema, .name = std::string(name.name)});
      });
}

}  // namespace

std::string_view in_words(Presence presence) {
  return presence == Presence::kGone ? "it was dropped or renamed before"
                                     : "no earlier migration creates it";
}

Presence presence_of(const QualifiedName& name, const Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  if (name.empty() || catalog.find(prediction.resolve(name)) != nullptr) return Presence::kThere;
  if (is_system_schema(name.schema) || (name.schema.empty() && name.name.starts_with("pg_"))) {
    return Presence::kUnknown;
  }
  const bool dropped = was_dropped(name, prediction);
  if (!dropped && !catalog.complete()) return Presence::kUnknown;
  if (has(kOfRunners, lower(name.name))) return Presence::kUnknown;
  // The role's or the database's own search path may lead to another schema's.
  if (name.schema.empty() && catalog.is_in_any_schema(name.name)) return Presence::kUnknown;
  if (dropped) return Presence::kGone;
  if (!all_of_history(name, prediction)) return Presence::kUnknown;
  return catalog.may_be_of_extension(ObjectType::kTable, name.name) ? Presence::kUnknown
                                                                    : Presence::kNeverCreated;
}

Presence presence_of(const TypeReference& type, const Prediction& prediction) {
  const schema::Catalog& catalog = prediction.catalog();
  const QualifiedName& name = type.name;
  if (name.empty() || is_system_schema(name.schema)) return Presence::kUnknown;
  const schema::ObjectId id =
      catalog.resolve_type(name, prediction.session().settings->search_path);
  if (catalog.find_type(id) != nullptr || catalog.find(id) != nullptr) return Presence::kThere;
  // The name of an array's type (makeArrayTypeName, catalog/pg_type.c).
  if (name.name.starts_with('_') && name.name.size() > 1) {
    TypeReference element = type;
    element.name.name.remove_prefix(1);
    return presence_of(element, prediction);
  }
  const bool built_in = find_builtin_type(name.name) != nullptr || !serial_type(name).empty() ||
                        has(kTypesOfExtensions, name.name);
  if (built_in || !catalog.complete() || !all_of_history(name, prediction)) {
    return Presence::kUnknown;
  }
  return catalog.may_be_of_extension(ObjectType::kType, name.name) ? Presence::kUnknown
                                                                   : Presence::kNeverCreated;
}

}  // namespace unwedge::effects
