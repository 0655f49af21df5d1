// See placeholders.h. A pattern is looked for in the text as it is: whether what it finds stands in
// a string or a comment is for those to say who read the SQL.

#include "migration/placeholders.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "migration/delimiters.h"
#include "migration/pattern.h"
#include "migration/template_tags.h"

namespace unwedge::migration {
namespace {

using sql::Placeholder;

/// A group is the placeholder, where it is not all that matches.
constexpr std::string_view kCommonPattern =
    R"((?s:\{\{.{1,1000}?\}\}|\{%.{1,1000}?%\}|\{#.{0,1000}?#\}))"
    R"(|\$\{[^{}\r\n]{1,200}\}|\$%[^%\r\n]{1,100}%\$)"
    R"(|[\s(,](/\*[^*\r\n]{1,100}\*/)\.["A-Za-z_])";

/// Cheaper to look for than the pattern; without one of them nothing matches it.
constexpr std::array<std::string_view, 6> kCommonSigns = {"{{", "{%", "{#", "${", "$%", "*/."};

class Finder {
 public:
  Finder(std::string_view text, const Section& section)
      : text_(text), region_(section.region), own_text_(slice(text, section.region)) {}

  void add_common() {
    const bool has_sign = std::any_of(
        kCommonSigns.begin(), kCommonSigns.end(),
        [this](std::string_view sign) { return own_text_.find(sign) != own_text_.npos; });
    if (has_sign) add(kCommonPattern, {0, region_.size()}, Placeholder::Kind::kValue);
  }

  void add(const PlaceholderRule& rule) {
    const auto kind = rule.nothing ? Placeholder::Kind::kLeftOut : Placeholder::Kind::kValue;
    if (rule.from.empty()) {
      add(rule.pattern, {0, region_.size()}, kind);
      return;
    }
    for (std::uint32_t at = 0; at < region_.size();) {
      const std::optional<Span> from = find(rule.from, at);
      if (!from) return;
      const std::optional<Span> to =
          rule.to.empty() ? std::nullopt : find(rule.to, std::max(from->end, at + 1));
      const std::uint32_t end = to ? to->begin : region_.size();
      add(rule.pattern, {from->end, end}, kind);
      at = std::max(end, from->end) + 1;
    }
  }

  void add(std::string_view pattern, Span part, Placeholder::Kind kind) {
    const RE2& expression = compiled(pattern);
    std::array<re2::StringPiece, 2> groups;
    const int group_count = std::min(expression.NumberOfCapturingGroups() + 1, 2);
    for (std::size_t at = part.begin; at < part.end;) {
      if (!expression.Match(own_text_, at, part.end, RE2::UNANCHORED, groups.data(), group_count)) {
        return;
      }
      const auto end_of_match =
          static_cast<std::size_t>(groups[0].data() + groups[0].size() - own_text_.data());
      const bool has_group = group_count == 2 && groups[1].data() != nullptr && !groups[1].empty();
      const re2::StringPiece& found = groups.at(has_group ? 1 : 0);
      const auto begin =
          region_.begin + static_cast<std::uint32_t>(found.data() - own_text_.data());
      add({begin, begin + static_cast<std::uint32_t>(found.size())}, kind);
      at = std::max(end_of_match - (has_group ? 1 : 0), at + 1);
    }
  }

  void add(Span span, Placeholder::Kind kind) {
    if (!span.empty() && region_.contains(span)) found_.push_back({.span = span, .kind = kind});
  }

  void add_separator(std::string_view separator) {
    if (separator.empty()) return;
    for (std::size_t at = own_text_.find(separator); at != own_text_.npos;
         at = own_text_.find(separator, at + separator.size())) {
      const std::uint32_t begin = region_.begin + static_cast<std::uint32_t>(at);
      add({begin, begin + static_cast<std::uint32_t>(separator.size())}, Placeholder::Kind::kBreak);
    }
  }

  /// By place, each byte in one of them at most; the tags of templates are read.
  std::vector<Placeholder> take() {
    std::stable_sort(found_.begin(), found_.end(), [](const Placeholder& a, const Placeholder& b) {
      return a.span.begin < b.span.begin;
    });
    std::vector<Placeholder> placeholders;
    TemplateTags tags;
    for (const Placeholder& each : found_) {
      if (!placeholders.empty() && each.span.begin < placeholders.back().span.end) continue;
      const std::string_view words = slice(text_, each.span);
      const bool is_tag = each.kind == Placeholder::Kind::kValue && words.size() >= 4 &&
                          words.starts_with('{') && words.ends_with('}');
      placeholders.push_back(is_tag ? tags.read(text_, each.span) : each);
    }
    return placeholders;
  }

 private:
  [[nodiscard]] std::optional<Span> find(std::string_view pattern, std::uint32_t at) const {
    std::optional<Span> found =
        find_part(own_text_.substr(std::min<std::size_t>(at, own_text_.size())), pattern);
    if (found) *found = {found->begin + at, found->end + at};
    return found;
  }

  std::string_view text_;
  Span region_;
  std::string_view own_text_;
  std::vector<Placeholder> found_;
};

}  // namespace

std::vector<Placeholder> placeholders_of(std::string_view text, const Section& section,
                                         const RunnerProfile& runner,
                                         const PlaceholderSettings& settings) {
  Finder finder(text, section);
  finder.add_common();
  for (const PlaceholderRule& rule : runner.placeholders) finder.add(rule);
  const Span all{0, section.region.size()};
  for (const std::string& pattern : settings.patterns) {
    finder.add(pattern, all, Placeholder::Kind::kValue);
  }
  const TransactionRules& rules = runner.transaction;
  if (!rules.statement_end.empty()) {
    finder.add(rules.statement_end, all, Placeholder::Kind::kBreak);
  }
  for (const DelimitedPart& part : delimited_parts(text, section, runner)) {
    for (const Span& end : part.ends) finder.add(end, Placeholder::Kind::kDelimiter);
  }
  if (section.splitter == Splitter::kSeparator) finder.add_separator(rules.separator);
  for (const Span& block : section.blocks) {
    // The lines before and after it are comments, which end what stands before them.
    if (block.begin > section.region.begin) {
      finder.add({block.begin - 1, block.begin}, Placeholder::Kind::kBreak);
    }
    const std::size_t line_end = std::min<std::size_t>(text.find('\n', block.end), text.size());
    finder.add({block.end, static_cast<std::uint32_t>(line_end)}, Placeholder::Kind::kBreak);
  }
  return finder.take();
}

}  // namespace unwedge::migration
