// What surrounds a statement of a body of PL/pgSQL: parts that may not run, loops, and blocks whose
// handlers take what fails in them. With each goes the state of the schema before it, to which the
// schema may have to go back.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sql/plpgsql.h"
#include "unwedge/refusal.h"
#include "unwedge/schema.h"
#include "unwedge/span.h"
#include "unwedge/step.h"

namespace unwedge::timeline {

struct Frame {
  bool possible = false;
  bool guarded = false;
  bool unbounded_loop = false;
  bool handler = false;                    ///< what it handles has been undone
  const sql::BodyNode* handled = nullptr;  ///< the block whose handlers take what fails
  /// Those of its handlers that have something to take.
  std::vector<const sql::BodyBranch*> reached{};
  schema::Catalog::Mark mark = 0;  ///< the schema before it
};

class Frames {
 public:
  explicit Frames(schema::Catalog& catalog) : catalog_(&catalog) {}

  [[nodiscard]] InBlock place(Span block) const;
  [[nodiscard]] std::size_t size() const { return frames_.size(); }
  Frame& innermost() { return frames_.back(); }
  /// Whether it is in a block with handlers: in a savepoint.
  [[nodiscard]] bool are_handled() const;
  /// Whether a failure goes to the handlers of one of them.
  [[nodiscard]] bool are_reached() const;

  void enter(Frame frame);
  /// Nothing, where it says what is so in any case.
  void enter_rest(Frame rest);
  /// `goes_on`: what comes behind it may run after it.
  void leave(bool goes_on = true);
  void leave_to(std::size_t size);

  /// What a failure of the statement comes to.
  enum class Fate : std::uint8_t {
    kStands,
    kPassedOver,  ///< the statement does not run: the block has looked first
    kForgiven,    ///< a handler takes it, if it fails
    kCaught,      ///< it fails, and a handler takes it
  };
  Fate fate_of(const Refusal& refusal);
  /// The same as far as handlers go.
  Fate fate_by_handlers(const Refusal& refusal);
  /// RAISE goes to the innermost block with a handler for it. False: there is none. An empty
  /// condition is not known: any of them may take it.
  bool take_raise(Name condition);

  /// A COMMIT ends what could be undone: what may not have happened is doubtful from here on.
  void before_commit();
  void after_commit();

 private:
  schema::Catalog* catalog_;
  std::vector<Frame> frames_;
};

/// The schema shows that the statement has nothing to do: what it makes is there, what it takes
/// away or changes is not.
bool is_repetition(const Refusal& refusal);

}  // namespace unwedge::timeline
