// The data in a dump: the rows that psql sends after COPY … FROM stdin, up to a line with \. alone,
// and long runs of INSERT. It is nearly all of a large dump and says nothing about its statements,
// so it is left out while the file is being read: a dump costs the memory of the rest.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/insert_run.h"
#include "text/line_index.h"

namespace unwedge::text {

/// Takes a file's bytes piece by piece. Of each COPY's data a few lines at the beginning stay, so
/// that what remains is a complete COPY with its data; of a run of INSERT statements that differ in
/// their constants only, the first ones. The first line that is not valid UTF-8 stays, too.
class DataFilter {
 public:
  /// At least so many bytes of each COPY's data stay.
  static constexpr std::size_t kKeptBytes = 4096;
  /// About so many bytes of each run of INSERT stay.
  static constexpr std::size_t kKeptInsertBytes = std::size_t{64} * 1024;

  explicit DataFilter(std::size_t expected_bytes) { text_.reserve(expected_bytes); }

  void add(std::string_view bytes);

  [[nodiscard]] std::size_t size() const { return text_.size(); }
  /// True when the file ended before data whose beginning was left out: it may not be data at all.
  [[nodiscard]] bool lacks_end() const { return state_ == State::kDropping; }
  std::string take_text() { return std::move(text_); }
  std::vector<Elision> take_elisions() { return std::move(elisions_); }

 private:
  enum class State : std::uint8_t {
    kSql,
    kString,
    kEscapeString,  ///< E'…', in which a backslash hides a quote
    kIdentifier,
    kBlockComment,
    kDollarString,
    kLine,      ///< to the end of the line: a comment or a command of psql
    kCopy,      ///< behind the semicolon of COPY … FROM stdin: the data begins with the next line
    kKeeping,   ///< in data that stays
    kDropping,  ///< in data that does not
  };

  void scan(std::size_t end);
  void scan_sql(std::size_t end);
  void scan_string(std::size_t end);
  void scan_block_comment(std::size_t end);
  void begin_dollar_string(std::size_t end);
  void end_statement();
  /// To the end of the line, or as far as there is text.
  bool skip_line(std::size_t end);
  std::size_t scan_data(std::size_t end);
  [[nodiscard]] bool is_end_of_data() const;
  std::size_t drop_data(std::size_t begin);
  void follow_run(std::size_t begin, std::string_view statement);
  std::size_t drop_inserts();
  void add_elision(std::size_t at, std::string_view lines, std::uint32_t statements);

  static constexpr std::size_t kNone = std::string::npos;

  struct Inserts {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::uint32_t statements = 0;
  };

  std::string text_;
  std::vector<Elision> elisions_;
  State state_ = State::kSql;
  std::size_t at_ = 0;             ///< all before it has been looked at
  std::size_t statement_ = kNone;  ///< where the current statement begins
  std::size_t data_ = 0;           ///< where the data begins
  std::string dollar_;             ///< "$tag$"
  unsigned comments_ = 0;          ///< block comments nest
  int parentheses_ = 0;
  bool is_utf8_ = true;
  InsertRun run_;
  std::size_t run_bytes_ = 0;     ///< of the run so far
  std::size_t run_end_ = kNone;   ///< the end of its last line; kNone: no line ends behind it
  std::vector<Inserts> inserts_;  ///< to be dropped
};

}  // namespace unwedge::text
