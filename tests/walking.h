// A walk over a text's first section, with all that its steps refer to: for tests of the schema,
// the effects and the timeline.

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migration/messages.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "sql/script.h"
#include "timeline/walk.h"
#include "unwedge/schema.h"
#include "unwedge/step.h"

namespace unwedge::walking {

/// `runner`: a runner's name, or empty for the one that the text gives away.
class Walk {
 public:
  explicit Walk(std::string sql, std::string_view runner = {}, int postgres = 15)
      : state_(std::make_unique<State>()) {
    state_->text = std::move(sql);
    const migration::RunnerProfile* profile = migration::find_runner(runner);
    if (profile == nullptr) profile = &migration::recognise_runner(state_->text);
    state_->runner.name = profile->name;
    const migration::Section section =
        migration::sections_of("1.sql", state_->text, *profile).front();
    state_->script = sql::parse_script(state_->text, section.region);
    for (const Statement& statement : state_->script.statements) {
      if (const auto* error = statement.get<SyntaxError>()) {
        throw std::runtime_error(std::string(error->message));
      }
    }
    const std::vector<migration::Message> messages =
        migration::messages_of(state_->text, section, state_->script.statements);
    state_->timeline =
        timeline::walk(section, state_->script.statements, messages,
                       {.postgres = {postgres}, .runner = &state_->runner, .text = state_->text},
                       state_->catalog, [](const Step&) {});
  }

  [[nodiscard]] const Step& operator[](std::size_t index) const {
    return state_->timeline.steps.at(index);
  }
  [[nodiscard]] const Step& last() const { return state_->timeline.steps.back(); }
  [[nodiscard]] std::size_t size() const { return state_->timeline.steps.size(); }
  [[nodiscard]] const std::vector<timeline::TransactionRange>& transactions() const {
    return state_->timeline.transactions;
  }
  /// After the last step.
  [[nodiscard]] const schema::Catalog& catalog() const { return state_->catalog; }
  [[nodiscard]] std::string_view text() const { return state_->text; }

 private:
  struct State {
    std::string text;
    RunnerInfo runner;
    sql::Script script;
    schema::Catalog catalog;
    timeline::Timeline timeline;
  };
  std::unique_ptr<State> state_;
};

}  // namespace unwedge::walking
