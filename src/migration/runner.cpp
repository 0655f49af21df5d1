// The profiles. dbmate: pkg/dbmate/migration.go (markers, options), db.go (Exec inside Begin and
// Commit). goose: internal/sqlparser/parser.go, provider_run.go. sql-migrate:
// sqlparse/sqlparse.go, migrate.go. psql: psqlscan.l.

#include "migration/runner.h"

#include <algorithm>
#include <array>

#include "migration/lines.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

constexpr std::array<RunnerProfile, 4> kRunners{{
    {
        .name = "dbmate",
        .source = "amacneil/dbmate@f3e08f1, measured with 2.36.0",
        .mode = Mode::kTransactionPerSection,
        .opted_out_mode = Mode::kImplicitWholeMessage,
        .splitter = Splitter::kWholeSection,
        .opted_out_splitter = Splitter::kWholeSection,
        .markers = {.up = R"(--\s*migrate:up(?:\s+\S.*|\s*))",
                    .down = R"(--\s*migrate:down(?:\s+\S.*|\s*))",
                    .no_transaction =
                        R"(--\s*migrate:(?:up|down)[ \t]+(?:\S+[ \t]+)*transaction:false(?:\s.*)?)",
                    .literal = "migrate:"},
        .way_out = "-- migrate:up transaction:false",
        .down_way_out = "-- migrate:down transaction:false",
        .way_out_wants_single_statement = true,
    },
    {
        .name = "goose",
        .source = "pressly/goose@520411a",
        .mode = Mode::kTransactionPerFile,
        .opted_out_mode = Mode::kAutocommitPerChunk,
        .splitter = Splitter::kLineChunks,
        .opted_out_splitter = Splitter::kLineChunks,
        .markers = {.up = R"((?i)--[ \t-]*\+goose[ \t]*up[ \t-]*)",
                    .down = R"((?i)--[ \t-]*\+goose[ \t]*down[ \t-]*)",
                    .no_transaction = R"((?i)--[ \t-]*\+goose[ \t]*NO TRANSACTION[ \t-]*)",
                    .no_transaction_for_file = true,
                    .block_begin = R"((?i)--[ \t-]*\+goose[ \t]*StatementBegin[ \t-]*)",
                    .block_end = R"((?i)--[ \t-]*\+goose[ \t]*StatementEnd[ \t-]*)",
                    .literal = "+goose"},
        .way_out = "-- +goose NO TRANSACTION",
    },
    {
        .name = "psql",
        .source = "PostgreSQL 16.2 psqlscan.l, psql 15.18",
        .mode = Mode::kScriptDefined,
        .opted_out_mode = Mode::kScriptDefined,
        .splitter = Splitter::kStatements,
        .opted_out_splitter = Splitter::kStatements,
        .way_out = "",
    },
    {
        .name = "sql-migrate",
        .source = "rubenv/sql-migrate@563a2f0",
        .mode = Mode::kTransactionPerFile,
        .opted_out_mode = Mode::kAutocommitPerChunk,
        .splitter = Splitter::kLineChunks,
        .opted_out_splitter = Splitter::kLineChunks,
        .markers = {.up = R"(-- \+migrate[ ]+Up\b.*)",
                    .down = R"(-- \+migrate[ ]+Down\b.*)",
                    .no_transaction =
                        R"(-- \+migrate[ ]+(?:Up|Down)(?:[ \t]+\S+)*[ \t]+notransaction\b.*)",
                    .block_begin = R"(-- \+migrate[ ]+StatementBegin\b.*)",
                    .block_end = R"(-- \+migrate[ ]+StatementEnd\b.*)",
                    .literal = "+migrate"},
        .way_out = "-- +migrate Up notransaction",
        .down_way_out = "-- +migrate Down notransaction",
    },
}};

constexpr RunnerProfile kUnknown{
    .name = "unknown",
    .source = "",
    .mode = Mode::kUnknown,
    .opted_out_mode = Mode::kUnknown,
    // golang-migrate, sqlx, bun and others; diesel and Hasura; rollback scripts beside a migration
    .down_path = R"(\.down\.sql$|(?:^|/)down\.sql$|\.rollback\.sql$)",
    .way_out = "",
};

bool has_up_marker(std::string_view text, const Markers& markers) {
  if (markers.literal.empty() || text.find(markers.literal) == text.npos) return false;
  const RE2& up = compiled(markers.up);
  bool found = false;
  for_each_line(text, {0, static_cast<std::uint32_t>(text.size())}, [&](Span line) {
    found = found || (text[line.begin] == '-' && matches_whole(slice(text, line), up));
  });
  return found;
}

}  // namespace

std::span<const RunnerProfile> runners() { return kRunners; }

const RunnerProfile* find_runner(std::string_view name) {
  const auto* found =
      std::find_if(kRunners.begin(), kRunners.end(),
                   [name](const RunnerProfile& runner) { return runner.name == name; });
  return found == kRunners.end() ? nullptr : found;
}

const RunnerProfile& unknown_runner() { return kUnknown; }

const RunnerProfile& recognise_runner(std::string_view text) {
  const auto* found = std::find_if(
      kRunners.begin(), kRunners.end(),
      [text](const RunnerProfile& runner) { return has_up_marker(text, runner.markers); });
  return found == kRunners.end() ? kUnknown : *found;
}

}  // namespace unwedge::migration
