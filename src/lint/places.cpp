// See places.h.

#include "lint/places.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "text/utf8.h"

namespace unwedge::lint {
namespace {

/// A finding's own span may be empty, at the head of the file say: formats want a character.
Span visible(Span span, std::string_view text) {
  if (!span.empty() || text.empty()) return span;
  const auto last = static_cast<std::uint32_t>(text.size() - 1);
  Span one{std::min(span.begin, last), std::min(span.begin, last) + 1};
  while (one.end < text.size() && text::is_continuation(text[one.end])) ++one.end;
  return one;
}

}  // namespace

const text::LineIndex& Places::index(std::size_t file) {
  std::unique_ptr<text::LineIndex>& index = indexes_[file];
  if (index == nullptr) {
    const FilePart& part = files_.parts[file];
    index = std::make_unique<text::LineIndex>(slice(files_.text, part.region), part.file->elisions);
  }
  return *index;
}

text::Region Places::region(Span span, std::size_t file) {
  const Span part = files_.parts[file].region;
  const Span own{span.begin - part.begin, span.end - part.begin};
  return index(file).region(visible(own, slice(files_.text, part)));
}

}  // namespace unwedge::lint
