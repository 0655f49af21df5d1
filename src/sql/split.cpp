// The parts of which a run takes one (\if, {{ if }}) are all kept where they stand between
// statements; inside a statement only the first of them can be.

#include "sql/split.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "sql/lexeme.h"
#include "sql/open_statement.h"
#include "sql/psql.h"

namespace unwedge::sql {
namespace {

/// An \if or {{ if }} that has not ended yet.
struct Group {
  bool inside = false;    ///< a statement had begun before it
  bool taken = false;     ///< a part of it may be run
  bool settled = false;   ///< a part of it is certainly run, or none can be
  bool left_out = false;  ///< the part that is being read is not run
  bool otherwise = false;
  std::uint32_t branch_begin = 0;
  std::size_t choice = 0;
};

class Splitter {
 public:
  Splitter(std::string_view text, Span region, const Dialect& dialect)
      : text_(text), at_(region.begin), end_(region.end), dialect_(dialect), statement_(text) {
    if (dialect.psql && dialect.values != nullptr) known_ = *dialect.values;
  }

  RawScript split() {
    while (at_ < end_) step();
    end_statement(false);
    std::erase_if(script_.choices, [](const Choice& choice) { return choice.branches.empty(); });
    return std::move(script_);
  }

 private:
  void step() {
    const char c = text_[at_];
    // A delimiter may be an empty line.
    if (const Placeholder* placeholder = placeholder_here()) {
      at_ = placeholder->span.end;
      take(*placeholder);
    } else if (is_blank(c)) {
      ++at_;
    } else if (dialect_.psql && c == '\\') {
      psql_command();
    } else if (!(dialect_.psql && c == ':' && variable())) {
      lexeme();
    }
  }

  /// The next placeholder if it is here. Those that were passed by stood in a quote or a comment.
  const Placeholder* placeholder_here() {
    const std::span<const Placeholder> all = dialect_.placeholders;
    while (next_ < all.size() && all[next_].span.begin < at_) ++next_;
    if (next_ == all.size() || all[next_].span.begin != at_) return nullptr;
    const Placeholder& here = all[next_++];
    return here.span.empty() || here.span.end > end_ ? nullptr : &here;
  }

  // -------------------------------------------------------------------------------------------
  // SQL

  void lexeme() {
    Lexeme lexeme = lexeme_at(text_, at_, end_);
    const std::span<const Placeholder> all = dialect_.placeholders;
    const bool is_word = lexeme.kind == LexemeKind::kWord || lexeme.kind == LexemeKind::kNumber;
    if (is_word && next_ < all.size() && all[next_].span.begin > at_) {
      lexeme.span.end = std::min(lexeme.span.end, all[next_].span.begin);
    }
    at_ = lexeme.span.end;
    if (lexeme.kind == LexemeKind::kComment) {
      if (ends_statement(lexeme.span)) end_statement(false);
      return;
    }
    if (dead_ > 0) return;
    if (lexeme.kind == LexemeKind::kOther && text_[lexeme.span.begin] == ';') {
      if (statement_.at_top()) {
        end_statement(true);
      } else {
        statement_.add_inner_semicolon(at_);
      }
      return;
    }
    statement_.add(lexeme);
    if (lexeme.kind == LexemeKind::kQuotedName) mark_name(lexeme.span);
    if (lexeme.kind == LexemeKind::kDollarString) mark_body(lexeme.span);
  }

  [[nodiscard]] bool ends_statement(Span comment) const {
    const std::span<const Placeholder> all = dialect_.placeholders;
    for (std::size_t i = next_; i < all.size() && all[i].span.begin < comment.end; ++i) {
      if (all[i].span.end > comment.begin && ends_statement(all[i])) return true;
    }
    return false;
  }

  [[nodiscard]] bool ends_statement(const Placeholder& placeholder) const {
    using Kind = Placeholder::Kind;
    return placeholder.kind == Kind::kBreak ||
           (placeholder.kind == Kind::kDelimiter && statement_.at_top());
  }

  void mark_name(Span quoted) {
    const std::span<const Placeholder> all = dialect_.placeholders;
    for (; next_ < all.size() && all[next_].span.begin < quoted.end; ++next_) {
      if (quoted.contains(all[next_].span)) mark_quoted(all[next_]);
    }
  }

  void mark_quoted(const Placeholder& placeholder) {
    if (only_ends(placeholder)) return;
    const auto kind = placeholder.kind == Placeholder::Kind::kValue     ? Mark::Kind::kQuoted
                      : placeholder.kind == Placeholder::Kind::kLeftOut ? Mark::Kind::kLeftOut
                                                                        : Mark::Kind::kNothing;
    statement_.add(Mark{.kind = kind, .span = placeholder.span});
  }

  /// A body in dollar quotes is SQL again: in its own strings and comments nothing is marked.
  void mark_body(Span quoted) {
    const std::span<const Placeholder> all = dialect_.placeholders;
    if (next_ >= all.size() || all[next_].span.begin >= quoted.end) return;
    const auto tag =
        static_cast<std::uint32_t>(text_.find('$', quoted.begin + 1) + 1 - quoted.begin);
    std::uint32_t at = quoted.begin + tag;
    const std::uint32_t end = quoted.end - tag;
    while (at < end) {
      while (next_ < all.size() && all[next_].span.begin < at) ++next_;
      if (next_ < all.size() && all[next_].span.begin == at && all[next_].span.end <= end) {
        mark_quoted(all[next_]);
        at = std::max(all[next_].span.end, at + 1);
      } else if (is_blank(text_[at])) {
        ++at;
      } else {
        std::uint32_t stop = lexeme_at(text_, at, end).span.end;
        const bool is_word = lexeme_at(text_, at, end).kind == LexemeKind::kWord;
        if (is_word && next_ < all.size())
          stop = std::min(stop, std::max(all[next_].span.begin, at + 1));
        at = stop;
      }
    }
  }

  void end_statement(bool has_semicolon) {
    const bool begun = statement_.begun();
    RawStatement raw = statement_.take(has_semicolon);
    if (!begun) return;
    if (raw.has_data && !(has_semicolon && skip_data())) raw.has_data = false;
    script_.statements.push_back(std::move(raw));
  }

  /// To the line after "\.", which ends the rows that begin on the next line.
  bool skip_data() {
    constexpr std::string_view kEnd = "\n\\.";
    const char* const begin = text_.data() + at_;
    const char* const end = text_.data() + end_;
    if (no_data_after_ <= at_) return false;
    const void* line = std::memchr(begin, '\n', static_cast<std::size_t>(end - begin));
    const char* from = static_cast<const char*>(line);
    while (from != nullptr) {
      const void* hit =
          memmem(from, static_cast<std::size_t>(end - from), kEnd.data(), kEnd.size());
      if (hit == nullptr) break;
      const char* after = static_cast<const char*>(hit) + kEnd.size();
      if (after == end || *after == '\n' || *after == '\r') {
        at_ = static_cast<std::uint32_t>(after - text_.data());
        return true;
      }
      from = after;
    }
    no_data_after_ = at_;
    return false;
  }

  // -------------------------------------------------------------------------------------------
  // Placeholders

  void take(const Placeholder& placeholder) {
    using Kind = Placeholder::Kind;
    switch (placeholder.kind) {
      case Kind::kValue:
        if (dead_ == 0) statement_.add(Mark{.kind = Mark::Kind::kValue, .span = placeholder.span});
        return;
      case Kind::kBreak:
      case Kind::kDelimiter:
        if (ends_statement(placeholder)) end_statement(false);
        return;
      case Kind::kLeftOut: mark(Mark::Kind::kLeftOut, placeholder.span); return;
      case Kind::kNothing: break;
      case Kind::kIf: begin_group(placeholder.span.end, placeholder.holds); break;
      case Kind::kElse:
        begin_other(placeholder.span, placeholder.holds, placeholder.otherwise);
        break;
      case Kind::kEnd: end_group(placeholder.span.begin); break;
    }
    mark_nothing(placeholder.span);
    if (!groups_.empty() && groups_.back().left_out) skip_part();
  }

  void mark_nothing(Span span) { mark(Mark::Kind::kNothing, span); }

  void mark(Mark::Kind kind, Span span) {
    if (statement_.begun()) statement_.add(Mark{.kind = kind, .span = span});
  }

  /// To the placeholder that ends this part of the template: what is in it need not be SQL.
  void skip_part() {
    const std::span<const Placeholder> all = dialect_.placeholders;
    int depth = 0;
    for (; next_ < all.size(); ++next_) {
      const Placeholder& here = all[next_];
      if (here.span.begin < at_) continue;
      if (here.kind == Placeholder::Kind::kIf) ++depth;
      const bool ends =
          here.kind == Placeholder::Kind::kEnd || here.kind == Placeholder::Kind::kElse;
      if (depth == 0 && ends) break;
      if (here.kind == Placeholder::Kind::kEnd) --depth;
    }
    at_ = next_ < all.size() ? std::min(all[next_].span.begin, end_) : end_;
  }

  // -------------------------------------------------------------------------------------------
  // Parts of which a run takes one

  void begin_group(std::uint32_t at, std::optional<bool> truth) {
    script_.choices.emplace_back();
    groups_.push_back(
        {.inside = statement_.begun(), .settled = dead_ > 0, .choice = script_.choices.size() - 1});
    begin_branch(at, truth);
  }

  void begin_branch(std::uint32_t at, std::optional<bool> truth) {
    Group& group = groups_.back();
    const bool one_is_kept = group.inside && group.taken;
    group.left_out = group.settled || one_is_kept || truth == false;
    group.settled = group.settled || (!group.left_out && truth == true);
    group.taken = group.taken || !group.left_out;
    group.branch_begin = at;
    if (group.left_out) ++dead_;
  }

  void end_branch(std::uint32_t at) {
    Group& group = groups_.back();
    if (group.left_out) {
      --dead_;
      mark_nothing({group.branch_begin, at});
    } else if (!group.inside) {
      script_.choices[group.choice].branches.push_back({group.branch_begin, at});
    }
    // What began in one part and goes on behind the other cannot be read with both.
    group.inside = group.inside || statement_.begun();
  }

  void begin_other(Span tag, std::optional<bool> truth, bool otherwise) {
    if (groups_.empty()) return;
    end_branch(tag.begin);
    if (otherwise) script_.choices[groups_.back().choice].exhaustive = true;
    begin_branch(tag.end, truth);
  }

  void end_group(std::uint32_t at) {
    if (groups_.empty()) return;
    end_branch(at);
    Choice& choice = script_.choices[groups_.back().choice];
    if (groups_.back().settled) choice.exhaustive = true;
    if (choice.exhaustive && choice.branches.size() == 1) choice.branches.clear();  // no choice
    groups_.pop_back();
  }

  // -------------------------------------------------------------------------------------------
  // psql

  bool variable() {
    const Mark variable = psql_variable_at(text_, at_, end_);
    if (variable.span.empty()) {
      // A cast or an assignment is no variable with an empty name.
      const bool doubled = at_ + 1 < end_ && text_[at_ + 1] == ':';
      if (!doubled) return false;
      if (dead_ == 0) statement_.add(Lexeme{.span = {at_, at_ + 2}});
      at_ += 2;
      return true;
    }
    at_ = variable.span.end;
    if (dead_ == 0) statement_.add(variable);
    return true;
  }

  void psql_command() {
    const PsqlCommand command = psql_command_at(text_, at_, end_);
    at_ = command.span.end;
    switch (command.action) {
      case PsqlAction::kIf: begin_group(at_, truth_of(command)); break;
      case PsqlAction::kElif: begin_other(command.span, truth_of(command), false); break;
      case PsqlAction::kElse: begin_other(command.span, std::nullopt, true); break;
      case PsqlAction::kEndif: end_group(command.span.begin); break;
      default:
        if (dead_ == 0) obey(command);
        return;
    }
    mark_nothing(command.span);
  }

  [[nodiscard]] std::optional<bool> truth_of(const PsqlCommand& command) const {
    return psql_truth(text_, command.arguments, known_);
  }

  void obey(const PsqlCommand& command) {
    switch (command.action) {
      case PsqlAction::kSemicolon:
      case PsqlAction::kSend: end_statement(true); return;
      case PsqlAction::kSendAndRun:
        end_statement(true);
        add(command);
        return;
      case PsqlAction::kConnect:
      case PsqlAction::kInclude:
        if (statement_.begun()) break;
        add(command);
        return;
      case PsqlAction::kCopy: {
        if (statement_.begun()) break;
        RawStatement copy = psql_copy(text_, command);
        if (copy.has_data) copy.has_data = skip_data();
        script_.statements.push_back(std::move(copy));
        return;
      }
      case PsqlAction::kFolder:
        if (!script_.changes_folder) script_.changes_folder = command.span.begin;
        break;
      case PsqlAction::kSet:
        set(command.arguments);
        if (!sets_autocommit(command.arguments) || statement_.begun() || !groups_.empty()) break;
        add(command);
        return;
      case PsqlAction::kUnset: forget(command.arguments); break;
      case PsqlAction::kReset: statement_ = OpenStatement(text_); return;
      case PsqlAction::kQuit:
        if (!groups_.empty()) break;
        statement_ = OpenStatement(text_);
        at_ = end_;
        return;
      default: break;
    }
    mark_nothing(command.span);
  }

  void add(const PsqlCommand& command) {
    script_.statements.push_back({.kind = RawStatement::Kind::kCommand, .span = command.span});
  }

  [[nodiscard]] bool sets_autocommit(Span arguments) const {
    return next_argument(text_, arguments, known_) == "AUTOCOMMIT";
  }

  /// A value counts as known if the script sets it once, whatever parts of it run.
  void set(Span arguments) {
    const std::string name = next_argument(text_, arguments, known_);
    if (name.empty()) return;
    const std::string value = next_argument(text_, arguments, known_);
    const bool again = !set_.insert(name).second;
    const bool is_joined = slice(text_, arguments).find_first_not_of(" \t") != std::string::npos;
    if (again || is_joined || !groups_.empty() || value.empty()) {
      forget_name(name);
      return;
    }
    for (PlaceholderValues* values : {&script_.variables, &known_}) {
      const auto [plain, as_name, is_set] = psql_variable_forms(name);
      (*values)[plain] = (*values)[as_name] = value;
      (*values)[is_set] = "true";
    }
  }

  void forget(Span arguments) {
    const std::string name = next_argument(text_, arguments, known_);
    set_.insert(name);
    forget_name(name);
  }

  void forget_name(const std::string& name) {
    script_.forgotten.insert(name);
    for (const std::string& form : psql_variable_forms(name)) {
      script_.variables.erase(form);
      known_.erase(form);
    }
  }

  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t end_;
  const Dialect& dialect_;
  OpenStatement statement_;
  RawScript script_;
  std::size_t next_ = 0;  ///< of the placeholders
  std::vector<Group> groups_;
  int dead_ = 0;  ///< of the groups, those whose present part is left out
  std::set<std::string> set_;
  PlaceholderValues known_;  ///< of variables: those of the dialect, too
  std::uint32_t no_data_after_ = UINT32_MAX;
};

}  // namespace

RawScript split_script(std::string_view text, Span region, const Dialect& dialect) {
  return Splitter(text, region, dialect).split();
}

}  // namespace unwedge::sql
