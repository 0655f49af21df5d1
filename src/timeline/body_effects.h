// What a statement does by where it stands in a body: where it may not run, runs any number of
// times or looks for rows.

#pragma once

#include <string_view>
#include <vector>

#include "sql/row_question.h"
#include "timeline/body_walk.h"
#include "unwedge/effects.h"
#include "unwedge/schema.h"

namespace unwedge::timeline {

inline constexpr std::string_view kMayNotRun = "whether that part of the block runs is not known";

void make_possible(Effects& effects);

/// Of an expression; `no_row` are the queries in it that must not have found a row.
void add_scans(const std::vector<sql::RowQuery>& no_row, const schema::Catalog& catalog,
               BodyStep& step);

/// One row at a time is any number of rows in a loop.
void add_rows_of_loop(const schema::Catalog& catalog, BodyStep& step);

}  // namespace unwedge::timeline
