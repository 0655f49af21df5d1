// See marker_text.h.

#include "migration/marker_text.h"

#include "migration/lines.h"

namespace unwedge::migration {
namespace {

/// drizzle's separator stands behind a statement.
constexpr std::string_view kArrow = "-->";

}  // namespace

MarkerText::MarkerText(std::string_view file) {
  const std::string_view head = file.substr(0, kMostBytes);
  const bool has_arrows = head.find(kArrow) != head.npos;
  std::uint32_t end_of_last = 0;
  bool in_comment = false;
  for_each_line(head, {0, static_cast<std::uint32_t>(head.size())}, [&](Span line) {
    const std::string_view words = slice(head, line);
    const bool wanted =
        in_comment || may_be_marker(words) || (has_arrows && words.find(kArrow) != words.npos);
    if (!wanted) return;
    if (words.find("*/") != words.npos) {
      in_comment = false;
    } else if (words.starts_with("/*")) {
      in_comment = true;
    }
    // Lines that do not follow one on the other must not look as if they did.
    if (line.begin > end_of_last + 2) text_ += '\n';
    text_.append(words);
    text_ += '\n';
    end_of_last = line.end;
  });
}

}  // namespace unwedge::migration
