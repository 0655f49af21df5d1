// Takes over a file's bytes only when they are what the parser and every report can live with.

#include "text/source_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "text/line_index.h"
#include "text/utf8.h"

namespace unwedge::text {
namespace {

using namespace std::string_view_literals;

constexpr std::uintmax_t kMaxBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kTooLarge = "it is larger than 4 GiB";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// What a byte order mark says of the encoding, when it is not UTF-8.
std::string_view foreign_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (bytes.starts_with("\xFF\xFE"sv)) return "UTF-16 (little-endian)";
  if (bytes.starts_with("\xFE\xFF"sv)) return "UTF-16 (big-endian)";
  return {};
}

std::uint32_t line_of(std::string_view bytes, std::size_t offset) {
  return LineIndex(bytes.substr(0, offset)).line_count();
}

/// What is wrong with the text; "" when nothing is.
std::string fault_in(std::string_view text) {
  const std::size_t nul = text.find('\0');
  const std::size_t valid = valid_utf8_prefix(text.substr(0, nul));
  if (valid < std::min(nul, text.size())) {
    return fmt::format("line {} is not valid UTF-8 (byte 0x{:02X})", line_of(text, valid),
                       static_cast<unsigned char>(text[valid]));
  }
  if (nul == std::string_view::npos) return {};
  // ASCII in UTF-16 has a NUL in every second place.
  const bool wide = nul <= 1 && text.size() > nul + 2 && text[nul + 2] == '\0';
  return fmt::format("line {} has a NUL byte (0x00){}", line_of(text, nul),
                     wide ? ", as if it were UTF-16; save it as UTF-8" : "");
}

}  // namespace

tl::expected<SourceFile, std::string> source_from_bytes(std::string path, std::string bytes) {
  if (bytes.size() > kMaxBytes) return tl::unexpected(std::string(kTooLarge));
  const std::string_view encoding = foreign_encoding(bytes);
  if (!encoding.empty()) {
    return tl::unexpected(fmt::format("it is {}; save it as UTF-8", encoding));
  }

  SourceFile file{.path = std::move(path), .contents = std::move(bytes)};
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (file.contents.starts_with(kByteOrderMark)) {
    file.contents.erase(0, kByteOrderMark.size());
    file.had_byte_order_mark = true;
  }
  std::string fault = fault_in(file.contents);
  if (!fault.empty()) return tl::unexpected(std::move(fault));
  return file;
}

tl::expected<SourceFile, std::string> read_source(const std::filesystem::path& file,
                                                  std::string path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    if (!error) error = std::make_error_code(std::errc::no_such_file_or_directory);
    return tl::unexpected(error.message());
  }
  if (std::filesystem::is_directory(status)) {
    return tl::unexpected(std::string("it is a directory"));
  }
  if (!std::filesystem::is_regular_file(status)) {
    return tl::unexpected(std::string("it is not a regular file"));
  }
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) return tl::unexpected(error.message());
  if (size > kMaxBytes) return tl::unexpected(std::string(kTooLarge));

  const std::unique_ptr<std::FILE, CloseFile> stream(std::fopen(file.c_str(), "rb"));
  if (stream == nullptr) return tl::unexpected(std::generic_category().message(errno));
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(size));
  // Until its end rather than to the size: it may be growing, or be of a kind that says 0.
  std::array<char, std::size_t{64} * 1024> buffer;  // NOLINT(*-member-init): filled by fread
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stream.get())) {
    bytes.append(buffer.data(), count);
    if (bytes.size() > kMaxBytes) return tl::unexpected(std::string(kTooLarge));
  }
  if (std::ferror(stream.get()) != 0) {
    return tl::unexpected(std::generic_category().message(errno));
  }
  return source_from_bytes(std::move(path), std::move(bytes));
}

}  // namespace unwedge::text
