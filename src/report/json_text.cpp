// JSON's own escapes cover ASCII controls only. The rest can be replaced in the finished document:
// outside of strings it is ASCII.

#include "report/json_text.h"

#include <iterator>

#include <fmt/format.h>

#include "text/escape.h"
#include "text/utf8.h"

namespace unwedge::report {

std::string to_text(const Json& document) {
  const std::string raw = document.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(raw.size() + 1);
  std::size_t copied = 0;
  for (std::size_t i = 0; i < raw.size();) {
    const auto byte = static_cast<unsigned char>(raw[i]);
    if (byte < 0x7F) {
      ++i;
      continue;
    }
    const text::Character character = text::character_at(raw, i);
    if (text::is_deceptive(character.code_point)) {
      out.append(raw, copied, i - copied);
      fmt::format_to(std::back_inserter(out), "\\u{:04x}",
                     static_cast<unsigned>(character.code_point));
      copied = i + character.size;
    }
    i += character.size;
  }
  out.append(raw, copied);
  out += '\n';
  return out;
}

}  // namespace unwedge::report
