// The directive that accepts findings, as it is written in comments:
//
//     -- migration-unsafe-ack: <reason>
//     -- migration-unsafe-ack(rule-a, rule-b, until=2027-03-31, ticket=OPS-12): <reason>
//
// This is the reading alone; what a directive covers and whether it holds is for lint/acks.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unwedge/span.h"

namespace unwedge::migration {

inline constexpr std::string_view kAckKeyword = "migration-unsafe-ack";

struct AckDirective {
  Span span;                       ///< from the keyword to the end of the reason
  Span comment;                    ///< the comment that it stands in
  std::vector<std::string> rules;  ///< as written; empty: every rule
  std::string reason;              ///< without blanks at its ends; may be empty
  std::string until;               ///< as written; empty: for ever
  std::string ticket;
  std::vector<std::string> unknown_items;  ///< what stands in the parentheses and is none of these
  bool well_formed = true;  ///< false: the parenthesis is not closed or the colon is missing
};

/// The directives in the comments of text[region], in order. A comment holds at most one per line;
/// the keyword must be the first word of its line.
std::vector<AckDirective> ack_directives(std::string_view text, Span region);

}  // namespace unwedge::migration
