// What one migration of a change set makes and a later one drops is work, and locks, for nothing:
// neither has been applied anywhere, so neither need be.

#include <map>
#include <string>
#include <string_view>

#include "unwedge/rule.h"

namespace unwedge::rules {
namespace {

constexpr RuleInfo kInfo{
    .id = "created-then-dropped",
    .summary = "one migration creates what another of the same change set drops",
    .category = Category::kHistory,
    .kind = Kind::kPolicy,
    .severity = Severity::kInfo,
    .since = "0.1.0",
};

struct Creation {
  const Migration* migration = nullptr;
  Span place;
};

class Search {
 public:
  explicit Search(Findings& findings) : findings_(findings) {}

  /// With OR REPLACE or IF NOT EXISTS it may have been there before the change set.
  void look_at(const Migration& migration) {
    for (const Step& step : migration.steps) {
      const Statement& statement = step.statement();
      if (const auto* table = statement.get<CreateTable>()) {
        if (table->persistence != Persistence::kTemporary && !table->if_not_exists) {
          create(relation(table->table), migration, statement.keyword_span);
        }
      } else if (const auto* index = statement.get<CreateIndex>()) {
        if (!index->name.empty() && !index->if_not_exists) {
          create(relation({.schema = index->table.schema, .name = index->name, .span = {}}),
                 migration, statement.keyword_span);
        }
      } else if (const auto* view = statement.get<CreateView>()) {
        if (!view->or_replace) create(relation(view->view), migration, statement.keyword_span);
      } else if (const auto* drop = statement.get<Drop>()) {
        look_at(*drop, migration, statement.keyword_span);
      } else if (const auto* alter = statement.get<AlterTable>()) {
        look_at(*alter, migration);
      }
    }
  }

 private:
  static std::string relation(const QualifiedName& name) { return fmt::format("'{}'", name); }
  static std::string column(const QualifiedName& table, Name name) {
    return fmt::format("column '{}' of '{}'", name, table);
  }

  void look_at(const Drop& drop, const Migration& migration, Span place) {
    switch (drop.object_type) {
      case ObjectType::kTable:
      case ObjectType::kIndex:
      case ObjectType::kView: break;
      default: return;
    }
    for (const QualifiedName& object : drop.objects) this->drop(relation(object), migration, place);
  }

  void look_at(const AlterTable& alter, const Migration& migration) {
    for (const AlterAction& action : alter.actions) {
      if (const auto* added = action.get<AddColumn>()) {
        if (added->if_not_exists) continue;
        create(column(alter.table, added->column.name), migration, action.span);
      } else if (action.kind == AlterKind::kDropColumn) {
        drop(column(alter.table, action.name), migration, action.span);
      }
    }
  }

  void create(const std::string& what, const Migration& migration, Span place) {
    created_.insert_or_assign(what, Creation{.migration = &migration, .place = place});
  }

  void drop(const std::string& what, const Migration& migration, Span place) {
    const auto found = created_.find(what);
    if (found == created_.end()) return;
    const Creation creation = found->second;
    created_.erase(found);
    if (creation.migration == &migration) return;
    findings_.report(place)
        .message("This drops {}, which another migration of this change set creates.", what)
        .help("Leave both out.")
        .related(creation.place, "It is created here.");
  }

  Findings& findings_;
  std::map<std::string, Creation> created_;  ///< by what a message calls it
};

void check(const History& history, Findings& findings) {
  Search search(findings);
  for (const Migration& migration : history.migrations) search.look_at(migration);
}

}  // namespace

extern constinit const Rule created_then_dropped = on_history<check>(kInfo);

}  // namespace unwedge::rules
