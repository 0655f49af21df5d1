// lock_page FILE: writes docs/locks.md from the model of effects: what each statement of the file
// locks and does, by server version. FILE is docs/generate/statements.sql.

#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "effects/effects_of.h"
#include "sql/script.h"
#include "timeline/transactions.h"
#include "unwedge/schema.h"

namespace unwedge {
namespace {

constexpr int kOldest = 11;
constexpr int kNewest = 18;
constexpr std::string_view kHeading = "--- ";

constexpr std::string_view kIntroduction =
    R"(# What statements lock and do

For each statement: the locks that it takes on relations that were there before, and the work that grows with their
rows, on servers 11 to 18. Locks last until the transaction ends. Made by scripts/generate from the model that the rules
ask, for the schema at the head of [generate/statements.sql](generate/statements.sql); the tests hold that model against
what live servers were seen to do.

- ACCESS EXCLUSIVE: reads and writes wait. EXCLUSIVE, SHARE ROW EXCLUSIVE, SHARE: writes wait. SHARE UPDATE EXCLUSIVE:
  other DDL and VACUUM wait. The weaker ones make only DDL wait.
- A scan or an index build reads every row, a rewrite writes every row and index anew.
- *perhaps*: it depends on what a file does not tell.
)";

/// What a statement does, in words: locks, work, refusal.
struct Description {
  std::string locks;
  std::string work;
  friend bool operator==(const Description&, const Description&) = default;
};

std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "<br>") + part;
  return text.empty() ? "none" : text;
}

std::string_view perhaps(Certainty certainty) {
  return certainty == Certainty::kPossible ? " *perhaps*" : "";
}

std::string_view in_words(WorkKind kind) {
  switch (kind) {
    case WorkKind::kRewrite: return "rewrite of";
    case WorkKind::kScan: return "scan of";
    case WorkKind::kIndexBuild: return "index build on";
    case WorkKind::kRows: return "any number of rows of";
    case WorkKind::kTruncate: return "new empty file for";
  }
  return "";
}

Description describe(const Effects& effects) {
  std::vector<std::string> locks;
  for (const Lock& lock : effects.locks) {
    if (!lock.existing) continue;
    locks.push_back(fmt::format("{} {}{}", lock.relation.name, to_string(lock.mode),
                                perhaps(lock.certainty)));
  }
  std::vector<std::string> work;
  for (const Work& each : effects.work) {
    if (!each.existing) continue;
    work.push_back(
        fmt::format("{} {}{}", in_words(each.kind), each.relation.name, perhaps(each.certainty)));
  }
  Description description{.locks = listed(locks), .work = listed(work)};
  if (effects.refusal && effects.refusal->sqlstate == "25001") {
    description.work += "<br>refused in a transaction";
  }
  return description;
}

/// The schema before the statements, on a server of one version.
class History {
 public:
  History(const std::vector<Statement>& statements, std::size_t count, int major)
      : major_(major), transactions_(catalog_) {
    for (std::size_t i = 0; i < count; ++i) {
      const Session session = transactions_.before(statements[i]);
      transactions_.after(
          statements[i], effects::effects_of(statements[i], catalog_, session, {major_}), {major_});
    }
    catalog_.settle();
    transactions_.open({.kind = TransactionKind::kExplicit});
  }

  Description describe(const Statement& statement) {
    const Session session = transactions_.before(statement);
    return unwedge::describe(effects::effects_of(statement, catalog_, session, {major_}));
  }

 private:
  int major_;
  schema::Catalog catalog_;
  timeline::Transactions transactions_;
};

class Page {
 public:
  explicit Page(const std::string& text)
      : text_(text),
        script_(sql::parse_script(text_, {0, static_cast<std::uint32_t>(text_.size())})) {}

  std::string render() {
    const std::vector<Statement>& statements = script_.statements;
    std::map<std::size_t, std::string> headings = read_headings();
    const std::size_t first = headings.begin()->first;
    std::vector<History> histories;
    histories.reserve(kNewest - kOldest + 1);
    std::string page(kIntroduction);
    for (int major = kOldest; major <= kNewest; ++major) {
      histories.emplace_back(statements, first, major);
    }
    for (std::size_t i = first; i < statements.size(); ++i) {
      if (headings.contains(i)) {
        page += fmt::format("\n## {}\n\n| statement | versions | locks | work |\n| --- | --- | --- | --- |\n",
                            headings[i]);
      }
      page += rows(statements[i], histories);
    }
    return page;
  }

 private:
  /// The headings by the number of the statement that follows them.
  [[nodiscard]] std::map<std::size_t, std::string> read_headings() const {
    std::map<std::size_t, std::string> headings;
    for (std::size_t at = text_.find(kHeading); at != text_.npos; at = text_.find(kHeading, at + 1)) {
      if (at > 0 && text_[at - 1] != '\n') continue;
      std::size_t next = 0;
      while (next < script_.statements.size() && script_.statements[next].span.begin < at) ++next;
      const std::size_t name = at + kHeading.size();
      headings.emplace(next, text_.substr(name, text_.find('\n', name) - name));
    }
    return headings;
  }

  /// The first version that has the statement: "-- since 12" above it, or the oldest.
  [[nodiscard]] int oldest_with(const Statement& statement) const {
    constexpr std::string_view kSince = "-- since ";
    const std::size_t line = text_.rfind('\n', statement.span.begin);
    if (line == text_.npos || line == 0) return kOldest;
    const std::size_t begin = text_.rfind('\n', line - 1) + 1;
    const std::string above = text_.substr(begin, line - begin);
    return above.starts_with(kSince) ? std::stoi(above.substr(kSince.size())) : kOldest;
  }

  /// One row for each run of versions that agree.
  [[nodiscard]] std::string rows(const Statement& statement,
                                 std::vector<History>& histories) const {
    std::string result;
    std::string sql(slice(text_, statement.span));
    const int oldest = oldest_with(statement);
    int first = oldest;
    Description current =
        histories[static_cast<std::size_t>(oldest - kOldest)].describe(statement);
    for (int major = oldest + 1; major <= kNewest + 1; ++major) {
      const bool last = major > kNewest;
      Description next =
          last ? Description{} : histories[static_cast<std::size_t>(major - kOldest)].describe(statement);
      if (!last && next == current) continue;
      std::string versions = fmt::format("{} to {}", first, major - 1);
      if (first == major - 1) versions = std::to_string(first);
      if (last) versions = first == kOldest ? "all" : fmt::format("since {}", first);
      result += fmt::format("| {}{}{} | {} | {} | {} |\n", sql.empty() ? "" : "`", sql,
                            sql.empty() ? "" : "`", versions, current.locks, current.work);
      sql.clear();
      current = std::move(next);
      first = major;
    }
    return result;
  }

  const std::string& text_;
  sql::Script script_;
};

}  // namespace
}  // namespace unwedge

int main(int argc, char** argv) {
  std::ifstream file(argc > 1 ? argv[1] : "");
  if (!file) {
    std::cerr << "usage: lock_page FILE\n";
    return 2;
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::cout << unwedge::Page(text).render();
  return std::cout ? 0 : 1;
}
