// Colours and links of the text report, by what a piece of text is rather than how it looks.

#pragma once

#include <string>
#include <string_view>

#include "unwedge/finding.h"

namespace unwedge::report {

enum class Role : std::uint8_t {
  kPlain,
  kPlace,  ///< path, line and column
  kMessage,
  kError,
  kWarning,
  kInfo,
  kNote,
  kHelp,
  kGutter,
  kFaint,
};

Role role_of(Severity severity);

class Style {
 public:
  Style(bool colour, bool hyperlinks) : colour_(colour), hyperlinks_(hyperlinks) {}

  /// Adds text, which must be safe to show, in the colour of its role.
  void paint(std::string& out, Role role, std::string_view text) const;
  /// Adds text that links to a URL where the terminal can do that.
  void paint_link(std::string& out, Role role, std::string_view text, std::string_view url) const;

 private:
  bool colour_;
  bool hyperlinks_;
};

}  // namespace unwedge::report
