// The sixteen colours that every terminal lets its user choose, and OSC 8 hyperlinks.

#include "report/style.h"

namespace unwedge::report {
namespace {

std::string_view sequence(Role role) {
  switch (role) {
    case Role::kPlain: return {};
    case Role::kPlace:
    case Role::kMessage: return "\x1b[1m";
    case Role::kError: return "\x1b[1;31m";
    case Role::kWarning: return "\x1b[1;33m";
    case Role::kInfo: return "\x1b[1;34m";
    case Role::kNote: return "\x1b[1;36m";
    case Role::kHelp: return "\x1b[1;32m";
    case Role::kGutter: return "\x1b[34m";
    case Role::kFaint: return "\x1b[2m";
  }
  return {};
}

}  // namespace

Role role_of(Severity severity) {
  switch (severity) {
    case Severity::kError: return Role::kError;
    case Severity::kWarning: return Role::kWarning;
    case Severity::kInfo: return Role::kInfo;
  }
  return Role::kPlain;
}

void Style::paint(std::string& out, Role role, std::string_view text) const {
  const std::string_view start = colour_ && !text.empty() ? sequence(role) : std::string_view();
  out += start;
  out += text;
  if (!start.empty()) out += "\x1b[0m";
}

void Style::paint_link(std::string& out, Role role, std::string_view text,
                       std::string_view url) const {
  if (!hyperlinks_) return paint(out, role, text);
  out.append("\x1b]8;;").append(url).append("\x1b\\");
  paint(out, role, text);
  out += "\x1b]8;;\x1b\\";
}

}  // namespace unwedge::report
