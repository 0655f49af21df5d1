// What ALTER COLUMN … TYPE costs, by the present type and the new one.

#pragma once

#include "effects/prediction.h"
#include "unwedge/schema.h"
#include "unwedge/statement.h"

namespace unwedge::effects {

/// The type as written, under the session's search path.
schema::DataType data_type(const TypeReference& type, const Prediction& prediction);

/// Whether a domain, or a domain over it, restricts its values (DomainHasConstraints,
/// utils/cache/typcache.c).
Answer is_constrained_domain(const TypeReference& type, const Prediction& prediction);

/// A change of one column's type; `column` is null when the present type is not known.
class TypeChange {
 public:
  TypeChange(const schema::Column* column, const AlterColumnType& change,
             const Prediction& prediction);

  /// Whether every row is written anew (ATColumnChangeRequiresRewrite, commands/tablecmds.c).
  [[nodiscard]] Answer rewrites() const { return rewrites_; }
  /// Whether an index on the column is built anew though the rows are not (CheckIndexCompatible,
  /// commands/indexcmds.c).
  [[nodiscard]] Answer rebuilds(const schema::Index& index) const;
  /// Whether foreign keys on the column are verified anew (TryReuseForeignKey).
  [[nodiscard]] Answer verifies_foreign_keys() const;

 private:
  void decide(const AlterColumnType& change, const Prediction& prediction);

  const schema::Column* column_;
  schema::DataType type_;
  std::string_view collation_;
  Answer rewrites_ = Answer::no();
};

}  // namespace unwedge::effects
