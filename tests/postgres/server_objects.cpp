// The server's side of catalog_objects.h. What only some versions have is read through to_jsonb,
// which leaves it out where it is not there.

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "postgres/catalog_objects.h"

namespace unwedge::postgres {
namespace {

/// What users make has oids from 16384 on (FirstNormalObjectId, access/transam.h).
constexpr std::string_view kHelpers = R"(
SET search_path = pg_catalog;
CREATE FUNCTION pg_temp.own(class regclass, object oid, schema oid) RETURNS bool
LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM pg_depend
                     WHERE classid = class AND objid = object AND deptype = 'e')
     AND EXISTS (SELECT FROM pg_namespace WHERE oid = schema AND nspname NOT LIKE 'pg\_%'
                 AND nspname <> 'information_schema') $$;
CREATE FUNCTION pg_temp.own(class regclass, object oid) RETURNS bool LANGUAGE sql STABLE AS $$
  SELECT pg_temp.own(class, object, relnamespace) FROM pg_class WHERE oid = object $$;
CREATE FUNCTION pg_temp.name(relation oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT nspname || '.' || relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE c.oid = relation $$;
CREATE FUNCTION pg_temp.type(type oid, typmod int) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN pg_temp.own('pg_type', named.oid, named.typnamespace)
              THEN (SELECT nspname FROM pg_namespace n WHERE n.oid = named.typnamespace) || '.'
              ELSE '' END
         || named.typname
         || coalesce(substring(format_type(t.oid, typmod) from '\([-0-9, ]+\)'), '')
         || CASE WHEN t.oid <> named.oid THEN '[]' ELSE '' END
  FROM pg_type t JOIN pg_type named
    ON named.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
  WHERE t.oid = type $$;
CREATE FUNCTION pg_temp.columns(keys int2[], relation oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(coalesce(attname, '?'), ',' ORDER BY n)
  FROM unnest(keys) WITH ORDINALITY k(num, n)
  LEFT JOIN pg_attribute ON attrelid = relation AND attnum = num $$;
CREATE FUNCTION pg_temp.sorted_columns(keys int2[], relation oid) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT string_agg(attname, ',' ORDER BY attname::text COLLATE "C")
  FROM pg_attribute WHERE attrelid = relation AND attnum = ANY (keys) AND attnum > 0 $$;
)";

struct Query {
  std::string_view kind;
  std::string_view sql;  ///< yields a name and a JSON object of properties
};

constexpr Query kQueries[] = {
    {"relation", R"(
SELECT pg_temp.name(oid), jsonb_build_object('kind', relkind, 'unlogged',
  relkind = 'r' AND relpersistence = 'u')
FROM pg_class
WHERE relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S') AND relpersistence <> 't'
  AND oid >= 16384 AND pg_temp.own('pg_class', oid))"},

    {"column", R"(
SELECT pg_temp.name(c.oid) || '.' || attname, jsonb_build_object(
  'type', pg_temp.type(atttypid, atttypmod),
  'not null', attnotnull,
  'default', atthasdef AND coalesce(to_jsonb(a)->>'attgenerated', '') = '',
  'identity', attidentity,
  'generated', coalesce(to_jsonb(a)->>'attgenerated', '') <> '',
  'inherited', attinhcount > 0,
  'local', attislocal,
  'collation', CASE WHEN co.collname <> 'default' AND co.oid <> t.typcollation THEN co.collname END)
FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
LEFT JOIN pg_collation co ON co.oid = attcollation
WHERE relkind IN ('r', 'p', 'f') AND relpersistence <> 't' AND attnum > 0 AND NOT attisdropped
  AND c.oid >= 16384 AND pg_temp.own('pg_class', c.oid))"},

    {"view column", R"(
SELECT pg_temp.name(c.oid) || '.' || attname, '{}'
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relkind IN ('v', 'm') AND relpersistence <> 't' AND attnum > 0
  AND c.oid >= 16384 AND pg_temp.own('pg_class', c.oid))"},

    {"constraint", R"(
SELECT pg_temp.name(o.conrelid) || '.' || o.conname, jsonb_build_object(
  'kind', o.contype,
  'valid', o.convalidated,
  'columns', CASE o.contype WHEN 'c' THEN pg_temp.sorted_columns(o.conkey, o.conrelid)
             WHEN 'x' THEN NULL ELSE pg_temp.columns(o.conkey, o.conrelid) END,
  'deferrable', CASE WHEN o.contype <> 'c' THEN o.condeferrable END,
  'references', pg_temp.name(nullif(o.confrelid, 0)),
  'referenced columns', CASE WHEN o.contype = 'f' THEN pg_temp.columns(o.confkey, o.confrelid) END,
  'initially deferred', CASE WHEN o.contype = 'f' THEN o.condeferred END,
  'on delete', CASE WHEN o.contype = 'f' THEN o.confdeltype END,
  'on update', CASE WHEN o.contype = 'f' THEN o.confupdtype END)
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE o.contype IN ('c', 'p', 'u', 'x', 'f') AND relpersistence <> 't'
  AND o.conrelid >= 16384 AND pg_temp.own('pg_class', o.conrelid)
  -- Of a foreign key to a partitioned table there is one more for each partition.
  AND NOT EXISTS (SELECT FROM pg_constraint whole
    WHERE whole.oid = o.conparentid AND o.contype = 'f' AND whole.conrelid = o.conrelid))"},

    {"domain check", R"(
SELECT nspname || '.' || typname || '.' || conname, jsonb_build_object('valid', convalidated)
FROM pg_constraint o JOIN pg_type t ON t.oid = contypid JOIN pg_namespace n ON n.oid = typnamespace
WHERE contype = 'c' AND t.oid >= 16384 AND pg_temp.own('pg_type', t.oid, n.oid))"},

    {"index", R"(
SELECT pg_temp.name(indexrelid), jsonb_build_object(
  'table', pg_temp.name(indrelid),
  'method', amname,
  'columns', pg_temp.columns((indkey::int2[])[0:indnkeyatts - 1], indrelid),
  'including', pg_temp.columns((indkey::int2[])[indnkeyatts:indnatts - 1], indrelid),
  'unique', indisunique,
  'predicate', indpred IS NOT NULL,
  'nulls not distinct', coalesce((to_jsonb(i)->>'indnullsnotdistinct')::bool, false),
  'valid', indisvalid)
FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_am m ON m.oid = relam
JOIN pg_class t ON t.oid = indrelid
WHERE t.relpersistence <> 't' AND indrelid >= 16384 AND pg_temp.own('pg_class', indrelid))"},

    {"child", R"(
SELECT pg_temp.name(inhrelid) || ' of ' || pg_temp.name(inhparent), jsonb_build_object('bound',
  CASE WHEN b = 'DEFAULT' THEN 'default' WHEN b LIKE 'FOR VALUES IN%' THEN 'list'
       WHEN b LIKE 'FOR VALUES FROM%' THEN 'range' WHEN b LIKE 'FOR VALUES WITH%' THEN 'hash' END)
FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid, pg_get_expr(relpartbound, c.oid) b
WHERE inhrelid >= 16384 AND pg_temp.own('pg_class', inhrelid))"},

    {"sequence owner", R"(
SELECT pg_temp.name(objid), jsonb_build_object('column', pg_temp.name(refobjid) || '.' || attname)
FROM pg_depend JOIN pg_class c ON c.oid = objid AND relkind = 'S'
JOIN pg_attribute a ON attrelid = refobjid AND attnum = refobjsubid
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
  AND deptype IN ('a', 'i') AND relpersistence <> 't'
  AND objid >= 16384 AND pg_temp.own('pg_class', objid))"},

    {"view's relation", R"(
SELECT DISTINCT pg_temp.name(ev_class) || ' reads ' || pg_temp.name(t.oid), '{}'
FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> ev_class
JOIN pg_class t ON t.oid = d.refobjid
WHERE rulename = '_RETURN' AND relnamespace <> 'pg_catalog'::regnamespace
  AND ev_class >= 16384 AND pg_temp.own('pg_class', ev_class))"},

    {"trigger", R"(
SELECT pg_temp.name(tgrelid) || '.' || tgname, jsonb_build_object('row level', tgtype & 1 = 1)
FROM pg_trigger WHERE NOT tgisinternal
  AND tgrelid >= 16384 AND pg_temp.own('pg_class', tgrelid))"},

    {"rule", R"(
SELECT pg_temp.name(ev_class) || '.' || rulename, '{}'
FROM pg_rewrite WHERE rulename <> '_RETURN'
  AND ev_class >= 16384 AND pg_temp.own('pg_class', ev_class))"},

    {"policy", R"(
SELECT pg_temp.name(polrelid) || '.' || polname, '{}'
FROM pg_policy WHERE polrelid >= 16384 AND pg_temp.own('pg_class', polrelid))"},

    {"type", R"(
SELECT nspname || '.' || typname, jsonb_build_object('kind', typtype,
  'parts', coalesce(
    (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
    (SELECT string_agg(attname || ' ' || pg_temp.type(atttypid, atttypmod), ',' ORDER BY attnum)
     FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped),
    pg_temp.type(nullif(typbasetype, 0), typtypmod)),
  'not null', typnotnull)
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
WHERE typtype IN ('e', 'd', 'c') AND (c.oid IS NULL OR relkind = 'c')
  AND t.oid >= 16384 AND pg_temp.own('pg_type', t.oid, n.oid))"},

    {"function", R"(
SELECT nspname || '.' || proname || '(' || coalesce((
    SELECT string_agg(pg_temp.type(a, NULL), ',' ORDER BY k)
    FROM unnest(proargtypes::oid[]) WITH ORDINALITY x(a, k)), '') || ')',
  jsonb_build_object('language', lanname, 'volatility', provolatile, 'procedure', prokind = 'p')
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace JOIN pg_language l ON l.oid = prolang
WHERE lanname <> 'internal' AND prokind IN ('f', 'p')
  AND p.oid >= 16384 AND pg_temp.own('pg_proc', p.oid, n.oid))"},

    {"statistics", R"(
SELECT nspname || '.' || stxname, jsonb_build_object('table', pg_temp.name(stxrelid))
FROM pg_statistic_ext JOIN pg_namespace n ON n.oid = stxnamespace
WHERE stxrelid >= 16384 AND pg_temp.own('pg_class', stxrelid))"},

    {"publication", R"(
SELECT pubname || ' of ' || pg_temp.name(prrelid), '{}'
FROM pg_publication_rel JOIN pg_publication p ON p.oid = prpubid)"},

    {"schema", R"(
SELECT nspname, '{}' FROM pg_namespace WHERE nspname <> 'public'
  AND oid >= 16384 AND pg_temp.own('pg_namespace', oid, oid))"},

    {"extension", R"(
SELECT extname, '{}' FROM pg_extension WHERE extname <> 'plpgsql')"},
};

/// Empty: as good as not said.
std::string text_of(const nlohmann::json& value) {
  if (value.is_null() || value == false) return {};
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Objects objects_on(Connection& session) {
  if (const Result prepared = session.exec(std::string(kHelpers)); prepared.error) {
    throw std::runtime_error(to_string(*prepared.error));
  }
  Objects objects;
  for (const Query& query : kQueries) {
    for (const Row& row : session.query(std::string(query.sql))) {
      Properties& properties = objects.all[{std::string(query.kind), row.at(0)}];
      const nlohmann::json said = nlohmann::json::parse(row.at(1));
      for (const auto& [name, value] : said.items()) {
        if (std::string text = text_of(value); !text.empty()) properties[name] = std::move(text);
      }
    }
  }
  return objects;
}

}  // namespace unwedge::postgres
