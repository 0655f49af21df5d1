// Sections of runners that mark them with comments on lines of their own.

#include "migration/sections.h"

#include "migration/lines.h"
#include "migration/pattern.h"

namespace unwedge::migration {
namespace {

class MarkerReader {
 public:
  MarkerReader(std::string_view text, const RunnerProfile& runner)
      : text_(text),
        runner_(runner),
        up_(compiled(runner.markers.up)),
        down_(compiled(runner.markers.down)),
        no_transaction_(compiled(runner.markers.no_transaction)),
        block_begin_(compiled(runner.markers.block_begin)),
        block_end_(compiled(runner.markers.block_end)) {}

  std::vector<Section> read() {
    const Span all{0, static_cast<std::uint32_t>(text_.size())};
    for_each_line(text_, all, [this](Span line) {
      if (text_[line.begin] == '-') marker(line);
    });
    if (!sections_.empty()) sections_.back().region.end = all.end;
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      if (opted_out_[i] || file_opted_out_) {
        sections_[i].mode = runner_.opted_out_mode;
        sections_[i].splitter = runner_.opted_out_splitter;
      }
    }
    return std::move(sections_);
  }

 private:
  void marker(Span line) {
    const bool opts_out = matches_whole(slice(text_, line), no_transaction_);
    if (opts_out && runner_.markers.no_transaction_for_file) file_opted_out_ = true;
    if (matches_whole(slice(text_, line), up_)) {
      begin_section(Direction::kUp, line, opts_out);
    } else if (matches_whole(slice(text_, line), down_)) {
      begin_section(Direction::kDown, line, opts_out);
    } else if (!sections_.empty() && !runner_.markers.block_begin.empty()) {
      if (matches_whole(slice(text_, line), block_begin_))
        sections_.back().blocks.push_back({line.end, line.end});
      if (matches_whole(slice(text_, line), block_end_) && !sections_.back().blocks.empty()) {
        sections_.back().blocks.back().end = line.begin;
      }
    }
  }

  void begin_section(Direction direction, Span line, bool opts_out) {
    if (!sections_.empty()) sections_.back().region.end = line.begin;
    sections_.push_back({.direction = direction,
                         .region = {line.end, line.end},
                         .mode = runner_.mode,
                         .splitter = runner_.splitter,
                         .blocks = {}});
    opted_out_.push_back(opts_out);
  }

  std::string_view text_;
  const RunnerProfile& runner_;
  const RE2& up_;
  const RE2& down_;
  const RE2& no_transaction_;
  const RE2& block_begin_;
  const RE2& block_end_;
  std::vector<Section> sections_;
  std::vector<bool> opted_out_;
  bool file_opted_out_ = false;
};

Direction direction_of_path(std::string_view path, const RunnerProfile& runner) {
  const bool down = !runner.down_path.empty() && matches_part(path, compiled(runner.down_path));
  return down ? Direction::kDown : Direction::kUp;
}

}  // namespace

std::vector<Section> sections_of(std::string_view path, std::string_view text,
                                 const RunnerProfile& runner) {
  std::vector<Section> sections;
  if (!runner.markers.up.empty()) sections = MarkerReader(text, runner).read();
  if (sections.empty()) {
    sections.push_back({.direction = direction_of_path(path, runner),
                        .region = {0, static_cast<std::uint32_t>(text.size())},
                        .mode = runner.mode,
                        .splitter = runner.splitter,
                        .blocks = {}});
  }
  return sections;
}

}  // namespace unwedge::migration
