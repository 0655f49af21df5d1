// What each kind of statement does, by subject: one function for each, in the file that is named
// above it. A statement without one touches no relation.

#pragma once

#include "effects/prediction.h"

namespace unwedge::effects {

// alter_table.cpp
void predict(const AlterTable& alter, Prediction& prediction);

// tables.cpp
void predict(const CreateTable& create, Prediction& prediction);
void predict(const CreateTableAs& create, Prediction& prediction);
void predict(const Drop& drop, Prediction& prediction);
void predict(const Rename& rename, Prediction& prediction);
void predict(const SetSchema& set, Prediction& prediction);
void predict(const Truncate& truncate, Prediction& prediction);
void predict(const LockTable& statement, Prediction& prediction);
void predict(const Vacuum& vacuum, Prediction& prediction);
void predict(const Cluster& cluster, Prediction& prediction);

// indexes.cpp
void predict(const CreateIndex& index, Prediction& prediction);
void predict(const Reindex& reindex, Prediction& prediction);

// objects.cpp
void predict(const CreateView& create, Prediction& prediction);
void predict(const RefreshMaterializedView& refresh, Prediction& prediction);
void predict(const CreateTrigger& create, Prediction& prediction);
void predict(const PolicyOrRule& create, Prediction& prediction);
void predict(const AlterSequence& alter, Prediction& prediction);
void predict(const AlterDomain& alter, Prediction& prediction);
void predict(const CreateStatistics& create, Prediction& prediction);
void predict(const PublicationTables& publication, Prediction& prediction);
void predict(const CommentOn& comment, Prediction& prediction);
void predict(const Grant& grant, Prediction& prediction);

// queries.cpp
void predict(const Dml& dml, Prediction& prediction);
void predict(const Call& call, Prediction& prediction);
void predict(const Execute& execute, Prediction& prediction);
void predict(const ClientCommand& command, Prediction& prediction);
void predict(const DoBlock& block, Prediction& prediction);
void predict(const Other& other, Prediction& prediction);

}  // namespace unwedge::effects
