// See row_guards.h.

#include "timeline/row_guards.h"

#include <algorithm>

#include "timeline/guards.h"

namespace unwedge::timeline {
namespace {

using sql::BodyBranch;
using sql::BodyNode;
using Kind = BodyNode::Kind;

bool only_reads(const std::optional<Statement>& statement) {
  if (!statement) return true;
  const auto* dml = statement->get<Dml>();
  return dml != nullptr && dml->writes.empty() && calls_only_the_servers(*dml);
}

bool leaves_quietly(const BodyNode& node) {
  if (node.kind == Kind::kReturn || node.kind == Kind::kExit || node.kind == Kind::kContinue) {
    return true;
  }
  return std::any_of(node.branches.begin(), node.branches.end(), [](const BodyBranch& each) {
    return std::any_of(each.statements.begin(), each.statements.end(), leaves_quietly);
  });
}

/// Whether nothing can come after the branch but a failure.
bool raises(const BodyBranch& branch) {
  const std::vector<BodyNode>& statements = branch.statements;
  return !statements.empty() && statements.back().kind == Kind::kRaise &&
         statements.back().raises &&
         std::none_of(statements.begin(), statements.end(), leaves_quietly);
}

}  // namespace

/// Only an index can spare it a look at all of them; and where any row counts, the first one ends
/// it.
bool reads_every_row(const sql::RowQuery& query, const RelationId& id,
                     const schema::Catalog& catalog) {
  const schema::Relation* table = catalog.find(id);
  if (!query.where || table == nullptr) return false;
  if (!table->complete && !catalog.complete()) return false;
  const std::vector<const schema::Relation*> indexes = catalog.indexes_of(id);
  return std::none_of(indexes.begin(), indexes.end(), [&query](const schema::Relation* each) {
    return !each->index || each->index->predicate ||
           any_part(*query.where, [each](const Expression& part) {
             return part.kind == Expression::Kind::kColumn && each->index->mentions(part.name);
           });
  });
}

void RowGuards::note(const BodyNode& node, bool certain) {
  switch (node.kind) {
    case Kind::kSql:
    case Kind::kAssign: {
      const bool is_sql = node.kind == Kind::kSql;
      if (is_sql) found_ = certain ? &node : nullptr;
      if (only_reads(is_sql ? node.statement : node.expression.evaluation)) {
        if (certain) asked_.push_back(&node);
        return;
      }
      break;
    }
    case Kind::kBlock:
    case Kind::kIf:
    case Kind::kCase:
    case Kind::kRaise:
    case Kind::kAssert:
    case Kind::kReturn: return;
    default: break;
  }
  written_ = true;
  found_ = nullptr;
  asked_.clear();
}

std::vector<sql::RowQuery> RowGuards::passed(const BodyBranch& branch) const {
  if (!raises(branch)) return {};
  return without_row(branch.condition.text, false);
}

std::vector<sql::RowQuery> RowGuards::passed(const BodyNode& assertion) const {
  return without_row(assertion.expression.text, true);
}

std::vector<sql::RowQuery> RowGuards::counted(const BodyNode& query) const {
  return without_row("(" + std::string(query.expression.text) + ") = 0", true);
}

std::vector<sql::RowQuery> RowGuards::without_row(std::string_view condition, bool is_true) const {
  return sql::queries_without_row(
      condition, is_true, [this](Name name) { return meaning(name); }, *body_.storage);
}

std::string RowGuards::meaning(Name name) const {
  if (name == "found") {
    return found_ == nullptr ? "" : "EXISTS (" + std::string(found_->expression.text) + ")";
  }
  const sql::BodyVariable* variable = body_.variable(name);
  if (variable == nullptr) return "";
  if (variable->assignments == 0 && !written_) return std::string(variable->value.text);
  const bool holds = variable->assignments == 1 &&
                     std::find(asked_.begin(), asked_.end(), variable->assignment) != asked_.end();
  return holds ? "(" + std::string(variable->assignment->expression.text) + ")" : "";
}

}  // namespace unwedge::timeline
