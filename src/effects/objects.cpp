// Statements about views, sequences, triggers and other objects that are not tables, as far as they
// lock relations.

#include "effects/predict.h"

namespace unwedge::effects {
namespace {

constexpr Doubt kReplacesUnknown = "whether it is there already is not known";

/// GRANT and REVOKE on a table locked nothing.
constexpr int kGrantLocks = 18;

void read(const std::vector<QualifiedName>& relations, Prediction& prediction) {
  for (const QualifiedName& relation : relations) prediction.lock(relation, LockMode::kAccessShare);
}

}  // namespace

// commands/view.c, DefineVirtualRelation
void predict(const CreateView& create, Prediction& prediction) {
  const RelationId view = prediction.resolve(create.view);
  if (create.or_replace) {
    const bool known = prediction.find(view) != nullptr;
    prediction.lock(view, LockMode::kAccessExclusive, known ? Doubt() : kReplacesUnknown);
  }
  read(create.reads, prediction);
}

// commands/matview.c, ExecRefreshMatView
void predict(const RefreshMaterializedView& refresh, Prediction& prediction) {
  const RelationId view = prediction.resolve(refresh.view);
  prediction.lock(view, refresh.concurrently ? LockMode::kExclusive : LockMode::kAccessExclusive);
  prediction.lock_indexes(
      view, refresh.concurrently ? LockMode::kRowExclusive : LockMode::kAccessExclusive);
  if (!refresh.with_no_data) {
    if (const schema::Relation* known = prediction.find(view)) {
      for (const RelationId& source : known->reads) {
        prediction.query(source, LockMode::kAccessShare);
        prediction.work_on_family(WorkKind::kScan, source);
      }
    }
  }
  if (refresh.with_no_data) {
    prediction.work(WorkKind::kTruncate, view);
    return;
  }
  // CONCURRENTLY compares the new rows with the present ones instead.
  prediction.work(refresh.concurrently ? WorkKind::kScan : WorkKind::kRewrite, view);
}

// commands/trigger.c, CreateTriggerFiringOn
void predict(const CreateTrigger& create, Prediction& prediction) {
  const RelationId table = prediction.resolve(create.table);
  prediction.lock(table, LockMode::kShareRowExclusive);
  if (is_partitioned(prediction.find(table)) && create.row_level) {
    prediction.lock_descendants(table, LockMode::kShareRowExclusive);
  }
  prediction.lock(create.constraint_from, LockMode::kAccessShare);
}

// commands/policy.c; rewrite/rewriteDefine.c
void predict(const PolicyOrRule& create, Prediction& prediction) {
  prediction.lock(create.table, LockMode::kAccessExclusive);
  read(create.reads, prediction);
}

// commands/sequence.c, AlterSequence: nextval() waits for it
void predict(const AlterSequence& alter, Prediction& prediction) {
  prediction.lock(alter.sequence, LockMode::kShareRowExclusive);
  prediction.lock(alter.owner_table, LockMode::kAccessShare);
}

// commands/typecmds.c, validateDomainCheckConstraint and validateDomainNotNullConstraint: every
// table with a column of the domain is read under SHARE, which is kept
void predict(const AlterDomain& alter, Prediction& prediction) {
  using Kind = AlterDomain::Kind;
  const bool adds =
      alter.kind == Kind::kAddConstraint && alter.constraint && !alter.constraint->not_valid;
  if (!adds && alter.kind != Kind::kSetNotNull && alter.kind != Kind::kValidateConstraint) return;
  const auto domain =
      prediction.catalog().resolve_type(alter.domain, prediction.session().settings->search_path);
  for (const schema::ColumnPlace& place : prediction.catalog().columns_of_type(domain)) {
    if (is_partitioned(place.relation)) continue;
    prediction.lock(place.relation->id, LockMode::kShare);
    prediction.work(WorkKind::kScan, place.relation->id);
  }
}

// commands/statscmds.c, CreateStatistics
void predict(const CreateStatistics& create, Prediction& prediction) {
  for (const QualifiedName& table : create.tables) {
    prediction.lock(table, LockMode::kShareUpdateExclusive);
  }
}

// commands/publicationcmds.c, OpenTableList: with the tables that inherit, but not with partitions
void predict(const PublicationTables& publication, Prediction& prediction) {
  for (const QualifiedName& name : publication.tables) {
    const RelationId table = prediction.resolve(name);
    prediction.lock(table, LockMode::kShareUpdateExclusive);
    if (is_partitioned(prediction.find(table))) continue;
    prediction.lock_descendants(table, LockMode::kShareUpdateExclusive);
  }
}

// commands/comment.c, commands/seclabel.c: on the object itself; on a part of a table ACCESS SHARE
void predict(const CommentOn& comment, Prediction& prediction) {
  if (is_relation(comment.object_type) || comment.object_type == ObjectType::kColumn) {
    prediction.lock(comment.object, LockMode::kShareUpdateExclusive);
  } else if (is_part_of_table(comment.object_type)) {
    prediction.lock(comment.object, LockMode::kAccessShare);
  }
}

// catalog/aclchk.c, ExecGrant_Relation
void predict(const Grant& grant, Prediction& prediction) {
  if (!prediction.since(kGrantLocks) || !is_relation(grant.object_type)) return;
  for (const QualifiedName& object : grant.objects) {
    prediction.lock(object, LockMode::kAccessShare);
  }
}

}  // namespace unwedge::effects
