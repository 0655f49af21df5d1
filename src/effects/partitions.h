// What attaching, detaching, creating and dropping a partition does to the tables around it.

#pragma once

#include "effects/prediction.h"

namespace unwedge::effects {

void attach_partition(const RelationId& parent, const OtherTable& other, Prediction& prediction);
void detach_partition(const RelationId& parent, const OtherTable& other, Prediction& prediction);

/// CREATE TABLE … PARTITION OF.
void create_partition(const RelationId& parent, const CreateTable& create, Prediction& prediction);

/// What is written to a partition itself is checked against its bound, which is put together from
/// those of all its parents, once in a session.
void read_bound(const RelationId& target, bool writes_rows, Prediction& prediction);

/// The parent and the default partition of a partition that is dropped.
void lock_around_dropped(const schema::Relation& partition, Prediction& prediction);

}  // namespace unwedge::effects
