// Sections by markers on lines of their own, or by the file's path.

#include "migration/sections.h"

#include <utility>

#include "migration/lines.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

class MarkerReader {
 public:
  MarkerReader(std::string_view text, const RunnerProfile& runner)
      : text_(text), runner_(runner), rules_(runner.sections) {}

  std::vector<Section> read() {
    const Span all{0, static_cast<std::uint32_t>(text_.size())};
    if (rules_.starts_up) begin(Direction::kUp, {0, 0}, {});
    for_each_marker_line(text_, all, [this](Span line) { marker(line); });
    end(all.end);
    // What stands before the first marker is a section only if there is something in it.
    if (rules_.starts_up && sections_.size() > 1 && is_blank(sections_.front().region)) {
      sections_.erase(sections_.begin());
    }
    return std::move(sections_);
  }

  [[nodiscard]] bool has_markers() const { return has_markers_; }

 private:
  [[nodiscard]] bool is_blank(Span region) const {
    bool blank = true;
    for_each_line(text_, region, [&](Span line) {
      const std::string_view words = slice(text_, line);
      blank = blank && (may_be_marker(words) || words.find_first_not_of(" \t") == words.npos);
    });
    return blank;
  }

  void marker(Span line) {
    const std::string_view words = slice(text_, line);
    if (!ended_ && matches_beginning(words, rules_.up)) {
      begin(Direction::kUp, line, first_group(words, rules_.up));
    } else if (!ended_ && matches_beginning(words, rules_.down)) {
      begin(Direction::kDown, line, first_group(words, rules_.down));
      ended_ = rules_.first_down_ends;
    } else if (open_ && matches_beginning(words, rules_.block_begin)) {
      sections_.back().blocks.push_back({line.end, line.end});
    } else if (open_ && !sections_.back().blocks.empty() &&
               matches_beginning(words, rules_.block_end)) {
      sections_.back().blocks.back().end = line.begin;
    }
  }

  void begin(Direction direction, Span line, std::string_view name) {
    end(line.begin);
    has_markers_ = has_markers_ || !line.empty();
    open_ = !matches_beginning(slice(text_, line), rules_.other_database);
    if (!open_) return;
    sections_.push_back({.direction = direction,
                         .region = {line.end, line.end},
                         .marker = line,
                         .name = trimmed(name),
                         .mode = runner_.transaction.mode,
                         .splitter = runner_.transaction.splitter,
                         .opt_out = {},
                         .blocks = {}});
  }

  void end(std::uint32_t at) {
    if (open_) sections_.back().region.end = at;
    open_ = false;
  }

  std::string_view text_;
  const RunnerProfile& runner_;
  const SectionRules& rules_;
  std::vector<Section> sections_;
  bool has_markers_ = false;
  bool open_ = false;   ///< the last section has not ended yet
  bool ended_ = false;  ///< no marker counts any more
};

}  // namespace

Direction direction_of(std::string_view path, const SectionRules& rules) {
  if (rules.kind == SectionKind::kInFile) return Direction::kUp;
  if (matches_part(path, rules.down)) return Direction::kDown;
  if (matches_part(path, rules.verify)) return Direction::kVerify;
  return Direction::kUp;
}

std::vector<Section> sections_of(std::string_view path, std::string_view text,
                                 const RunnerProfile& runner) {
  const SectionRules& rules = runner.sections;
  std::vector<Section> sections;
  if (rules.kind == SectionKind::kNone) return sections;
  if (rules.kind == SectionKind::kInFile) {
    MarkerReader reader(text, runner);
    sections = reader.read();
    // Without any marker the file is run as a whole: Liquibase's plain .sql files.
    if (!sections.empty() || reader.has_markers()) return sections;
  } else if (matches_part(path, rules.other_database)) {
    return sections;
  }
  sections.push_back({.direction = direction_of(path, rules),
                      .region = {0, static_cast<std::uint32_t>(text.size())},
                      .marker = {},
                      .name = {},
                      .mode = runner.transaction.mode,
                      .splitter = runner.transaction.splitter,
                      .opt_out = {},
                      .blocks = {}});
  return sections;
}

}  // namespace unwedge::migration
