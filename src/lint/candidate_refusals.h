// What the server says of a statement when it is not known which runner, or which version of one,
// applies the file: what it says under each that may be.

#pragma once

#include <cstdint>
#include <string_view>

#include "migration/variants.h"
#include "timeline/walk.h"
#include "unwedge/session.h"

namespace unwedge::lint {

struct AnalysedFile;

struct CandidateQuestion {
  std::string_view text;          ///< that the spans are places in
  migration::MigrationFile file;  ///< its own text and path
  std::uint32_t offset = 0;       ///< of its own text in the text
  const AnalysedFile* analysed = nullptr;
  PgVersion postgres;
};

/// For the statements that one candidate lets run and another does not, or that all refuse: by the
/// place where they begin. Empty when nothing is in doubt.
timeline::KnownRefusals candidate_refusals(const CandidateQuestion& question);

}  // namespace unwedge::lint
