// SQL that is put together as it runs is not in the file, nor is what a file has that cannot be
// read: nothing is known of its locks, and no other rule has seen it. Said once for a file, so that
// nobody takes silence for consent.

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "unwedge/other_database.h"
#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "not-analysable",
    .summary = "SQL that is put together as it runs cannot be checked",
    .category = Category::kDesign,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

/// The first words of statements that neither change the schema nor many rows.
constexpr std::array<std::string_view, 11> kHarmless{"select", "grant", "revoke",  "comment",
                                                     "set",    "reset", "analyze", "notify",
                                                     "listen", "show",  "explain"};

bool is_harmless(const Execute& execute) {
  const std::string word = first_word(execute);
  return std::find(kHarmless.begin(), kHarmless.end(), word) != kHarmless.end();
}

/// The file that is included and not read.
std::string unread_file(const ClientCommand& include) {
  if (include.why.empty()) return "a file that is not read";
  const std::string name =
      include.argument.empty() ? "a file" : fmt::format("'{}'", include.argument);
  return fmt::format("{}, which is not read because {}", name, include.why);
}

/// What runs there; empty: it is known, or does no harm.
std::string unseen(const Step& step) {
  if (const auto* execute = step.statement().get<Execute>()) {
    return is_harmless(*execute) ? "" : "SQL that is put together as it runs";
  }
  const auto* other = step.statement().get<Other>();
  if (other != nullptr && other->tag == kOtherDatabaseTag) return std::string(other->tag);
  if (const auto* command = step.statement().get<ClientCommand>()) {
    if (command->kind == ClientCommand::Kind::kPlaceholder) return "what is put in its place";
    const bool is_unseen = command->kind == ClientCommand::Kind::kInclude && !command->followed;
    return is_unseen ? unread_file(*command) : "";
  }
  const auto* block = step.statement().get<DoBlock>();
  return block == nullptr || block->language == "plpgsql" ? "" : "code in another language";
}

std::string help(const Step& step) {
  const auto* command = step.statement().get<ClientCommand>();
  if (command == nullptr || command->kind != ClientCommand::Kind::kInclude) {
    return "Look at what it runs with the eyes of a reviewer; where the names are known, write the "
           "statements out.";
  }
  const std::string look = "Look at what is in that file with the eyes of a reviewer";
  if (command->relative || command->argument.empty()) return look + '.';
  return look +
         "; if it lies beside this one, write \\ir, which does not depend on where psql is "
         "started.";
}

void check(const Migration& migration, Findings& findings) {
  const Step* first = nullptr;
  std::size_t others = 0;
  for (const Step& step : migration.steps) {
    if (unseen(step).empty()) continue;
    if (first == nullptr) {
      first = &step;
    } else {
      ++others;
    }
  }
  if (first == nullptr) return;
  const std::string elsewhere = others == 0
                                    ? ""
                                    : fmt::format(", nor that of {} more in this file",
                                                  others == 1 ? "one" : std::to_string(others));
  findings.report(first->statement().keyword_span)
      .message("This runs {}: what it locks and changes is not checked{}.", unseen(*first),
               elsewhere)
      .help("{}", help(*first));
}

}  // namespace

extern constinit const Rule not_analysable = on_migration<check>(kInfo);

}  // namespace unwedge::rules
