// See source.h.

#include "cli/source.h"

#include <array>
#include <istream>
#include <utility>

namespace unwedge::cli {
namespace {

/// As much as positions can count.
constexpr std::size_t kLargestStdin = 0xFFFFFFFFU;

tl::expected<text::SourceFile, std::string> read_stdin(std::istream& in, const std::string& name) {
  std::string bytes;
  std::array<char, 65536> buffer{};
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kLargestStdin) return tl::unexpected<std::string>("it is too large");
  }
  if (in.bad()) return tl::unexpected<std::string>("standard input cannot be read");
  return text::source_from_bytes(name, std::move(bytes));
}

}  // namespace

tl::expected<text::SourceFile, std::string> read_source(const FoundFile& file,
                                                        const Environment& environment) {
  if (!file.refusal.empty()) return tl::unexpected(file.refusal);
  tl::expected<text::SourceFile, std::string> source =
      file.is_stdin ? read_stdin(*environment.in, file.shown)
                    : text::read_source(file.path, file.shown);
  // Without a name, standard input is in no folder.
  if (source && !(file.is_stdin && file.place.filename() == "-")) source->place = file.place;
  return source;
}

}  // namespace unwedge::cli
