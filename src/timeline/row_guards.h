// Guards that look at rows: where IF … THEN RAISE EXCEPTION or ASSERT has let a block go on, the
// rows that it asks for are not there. Only what is asked in one of the usual ways counts.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/plpgsql.h"
#include "sql/row_question.h"
#include "unwedge/name.h"
#include "unwedge/schema.h"

namespace unwedge::timeline {

/// Whether every row of the table is looked at before it is known that the query has none.
bool reads_every_row(const sql::RowQuery& query, const RelationId& id,
                     const schema::Catalog& catalog);

class RowGuards {
 public:
  /// The body outlives what the queries refer to.
  explicit RowGuards(sql::Body& body) : body_(body) {}

  /// The next node that runs; `certain`: in any case, and what it does is not undone.
  void note(const sql::BodyNode& node, bool certain);

  /// The queries that had no row if the block goes on behind this branch, or this ASSERT.
  [[nodiscard]] std::vector<sql::RowQuery> passed(const sql::BodyBranch& branch) const;
  [[nodiscard]] std::vector<sql::RowQuery> passed(const sql::BodyNode& assertion) const;
  /// The query, if it is one that counts rows.
  [[nodiscard]] std::vector<sql::RowQuery> counted(const sql::BodyNode& query) const;

 private:
  [[nodiscard]] std::vector<sql::RowQuery> without_row(std::string_view condition,
                                                       bool is_true) const;
  [[nodiscard]] std::string meaning(Name name) const;

  sql::Body& body_;
  /// The queries and assignments that have run since rows were last written.
  std::vector<const sql::BodyNode*> asked_;
  const sql::BodyNode* found_ = nullptr;  ///< what set FOUND last; null: that is not known
  bool written_ = false;                  ///< since the block began
};

}  // namespace unwedge::timeline
