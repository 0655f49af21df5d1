// A walk over a text's sections for the direction of the first one, with all that its steps refer
// to: for tests of the schema, the effects and the timeline.

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "migration/detection.h"
#include "migration/messages.h"
#include "migration/runner.h"
#include "migration/sections.h"
#include "migration/variants.h"
#include "sql/script.h"
#include "timeline/walk.h"
#include "unwedge/schema.h"
#include "unwedge/step.h"

namespace unwedge::walking {

class Walk {
 public:
  /// `runner`: a runner's name, or empty for the one that the text gives away.
  explicit Walk(std::string sql, std::string_view runner = {}, int postgres = 15)
      : state_(std::make_unique<State>()) {
    const migration::RunnerProfile* named = migration::find_runner(runner);
    const migration::RunnerProfile& profile =
        named != nullptr ? *named : migration::recognise_by_content(sql);
    state_->text = std::move(sql);
    run(profile, postgres);
  }

  Walk(std::string sql, const migration::RunnerProfile& runner, int postgres = 15)
      : state_(std::make_unique<State>()) {
    state_->text = std::move(sql);
    run(runner, postgres);
  }

  [[nodiscard]] const Step& operator[](std::size_t index) const {
    return state_->timeline.steps.at(index);
  }
  [[nodiscard]] const Step& last() const { return state_->timeline.steps.back(); }
  [[nodiscard]] std::size_t size() const { return state_->timeline.steps.size(); }
  [[nodiscard]] const std::vector<timeline::TransactionRange>& transactions() const {
    return state_->timeline.transactions;
  }
  [[nodiscard]] const std::vector<timeline::SectionRange>& sections() const {
    return state_->timeline.sections;
  }
  /// After the last step.
  [[nodiscard]] const schema::Catalog& catalog() const { return state_->catalog; }
  [[nodiscard]] std::string_view text() const { return state_->text; }

 private:
  struct Part {
    sql::Script script;
    migration::Delivery delivery;
  };
  struct State {
    std::string text;
    RunnerInfo runner;
    std::vector<migration::Section> sections;
    std::vector<Part> parts;
    schema::Catalog catalog;
    timeline::Timeline timeline;
  };

  void run(const migration::RunnerProfile& profile, int postgres) {
    const std::string_view text = state_->text;
    state_->runner = {.name = profile.name, .known = profile.known()};
    state_->sections = migration::sections_of("1.sql", text, profile);
    migration::resolve_variants({.path = "1.sql", .text = text}, profile, state_->sections);
    std::erase_if(state_->sections,
                  [direction = state_->sections.front().direction](const auto& section) {
                    return section.direction != direction;
                  });
    for (const migration::Section& section : state_->sections) add(section, profile);

    std::vector<timeline::SectionRun> runs;
    for (std::size_t i = 0; i < state_->parts.size(); ++i) {
      runs.push_back({.section = &state_->sections[i],
                      .delivery = &state_->parts[i].delivery,
                      .statements = &state_->parts[i].script.statements,
                      .runner = &state_->runner,
                      .begins_file = i == 0,
                      .reopens = profile.transaction.reopens,
                      .resets_settings = profile.session.resets_settings});
    }
    state_->timeline = timeline::walk(runs, {.postgres = {postgres}, .text = text}, state_->catalog,
                                      [](const Step&) {});
  }

  void add(const migration::Section& section, const migration::RunnerProfile& profile) {
    Part& part = state_->parts.emplace_back();
    part.script = sql::parse_script(state_->text, section.region);
    for (const Statement& statement : part.script.statements) {
      if (const auto* error = statement.get<SyntaxError>()) {
        throw std::runtime_error(std::string(error->message));
      }
    }
    part.delivery = migration::delivery_of(state_->text, section, profile, part.script.statements);
  }

  std::unique_ptr<State> state_;
};

}  // namespace unwedge::walking
