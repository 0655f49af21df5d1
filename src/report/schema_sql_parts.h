// The parts of statements that schema_sql.cpp puts together.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unwedge/schema.h"

namespace unwedge::report {

std::string sql_name(const RelationId& id);
std::string sql_names(std::span<const std::string> names);  ///< "a, b"
std::string sql_literal(std::string_view text);
/// "integer", "numeric(10, 2)[]", "app.mood".
std::string sql_type(const schema::DataType& type);
/// "FROM (1) TO (10)"; nothing when a value is not kept.
std::optional<std::string> sql_bound(const schema::Bound& bound);
/// "lower(email) text_pattern_ops DESC"; nothing when its expression is not kept.
std::optional<std::string> sql_index_part(const schema::IndexPart& part);
std::optional<std::string> sql_index_parts(const std::vector<schema::IndexPart>& parts);

/// "CONSTRAINT a CHECK (…)", with what follows it; nothing when its expression is not kept.
std::optional<std::string> sql_check(const schema::Check& check);
std::string sql_foreign_key(const schema::ForeignKey& key);
/// `index`: the one behind it, if it is known; nothing for an exclusion, whose operators are not
/// kept.
std::optional<std::string> sql_key(const schema::Key& key, const schema::Index* index);

}  // namespace unwedge::report
