// Takes over a file's bytes so that the parser and every report can live with them.

#include "text/source_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "text/data_filter.h"
#include "text/decode.h"
#include "text/line_index.h"
#include "text/utf8.h"

namespace unwedge::text {
namespace {

using namespace std::string_view_literals;

constexpr std::uintmax_t kMaxBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::string_view kTooLarge = "it is larger than 4 GiB";

/// From this size on the data of COPY is left out.
constexpr std::uintmax_t kLargeBytes = std::uintmax_t{1} << 20U;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// What the first bytes say of a file that is no text for us; "" when they say nothing.
std::string_view foreign_format(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv)) {
    return "it is UTF-32; save it as UTF-8";
  }
  if (bytes.starts_with("PGDMP"sv)) {
    return "it is an archive of pg_dump, not SQL; pg_restore --file turns it into SQL";
  }
  return {};
}

Span character_span(std::string_view text, std::size_t offset) {
  const std::size_t size = offset < text.size() ? character_at(text, offset).size : 0;
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(offset + size)};
}

void decode_utf16(SourceFile& file, Encoding encoding) {
  const auto byte = static_cast<std::uint8_t>(file.contents.front());
  file.contents = utf8_from_utf16(file.contents, encoding);
  file.encoding = {.encoding = encoding,
                   .foreign = {{.span = character_span(file.contents, 0), .byte = byte}}};
}

/// Reads every byte that belongs to no character of UTF-8 as Windows-1252: right for a file that is
/// in it, and for one that somebody pasted such bytes into.
void decode_windows_1252(SourceFile& file) {
  const std::string bytes = std::exchange(file.contents, {});
  const std::string_view rest(bytes);
  std::string& out = file.contents;
  out.reserve(bytes.size() + bytes.size() / 8);
  auto elision = file.elisions.begin();
  bool has_line = false;  // the line has a character in the list
  file.encoding.encoding = Encoding::kWindows1252;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const std::size_t valid = valid_utf8_prefix(rest.substr(at));
    for (; elision != file.elisions.end() && elision->at <= at + valid; ++elision) {
      elision->at += static_cast<std::uint32_t>(out.size() - at);
    }
    out.append(bytes, at, valid);
    at += valid;
    if (at == bytes.size()) break;
    const std::size_t place = out.size();
    append_utf8(out, from_windows_1252(bytes[at]));
    has_line = has_line && rest.substr(at - valid, valid).find_first_of("\r\n") == rest.npos;
    if (has_line) continue;
    has_line = true;
    file.encoding.foreign.push_back(
        {.span = character_span(out, place), .byte = static_cast<std::uint8_t>(bytes[at])});
  }
}

std::string nul_in(std::string_view text, std::span<const Elision> elisions) {
  const std::size_t nul = text.find('\0');
  if (nul == text.npos) return {};
  const LineIndex index(text, elisions);
  return fmt::format("line {} has a NUL byte (0x00)",
                     index.position(static_cast<std::uint32_t>(nul)).line);
}

tl::expected<SourceFile, std::string> source_from(SourceFile file) {
  std::string& contents = file.contents;
  if (contents.size() > kMaxBytes) return tl::unexpected(std::string(kTooLarge));
  const std::string_view format = foreign_format(contents);
  if (!format.empty()) return tl::unexpected(std::string(format));

  if (const std::optional<Encoding> utf16 = utf16_of(contents)) {
    decode_utf16(file, *utf16);
  } else if (contents.starts_with(kByteOrderMark)) {
    contents.erase(0, kByteOrderMark.size());
    constexpr auto kSize = static_cast<std::uint32_t>(kByteOrderMark.size());
    for (Elision& elision : file.elisions) elision.at -= kSize;
    file.had_byte_order_mark = true;
  }
  std::string fault = nul_in(contents, file.elisions);
  if (!fault.empty()) return tl::unexpected(std::move(fault));
  if (valid_utf8_prefix(contents) < contents.size()) decode_windows_1252(file);
  if (contents.size() > kMaxBytes) return tl::unexpected(std::string(kTooLarge));
  return file;
}

/// Passes all bytes of the file on. False: it cannot be read, errno says why.
template <typename Take>
bool read_all(std::FILE* file, const Take& take) {
  std::array<char, std::size_t{64} * 1024> buffer;  // NOLINT(*-member-init): filled by fread
  // Until its end rather than to its size: it may be growing, or be of a kind that says 0.
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file)) {
    if (!take(std::string_view(buffer.data(), count))) return true;
  }
  return std::ferror(file) == 0;
}

bool read_whole(std::FILE* file, std::uintmax_t size, std::string& contents) {
  contents.reserve(static_cast<std::size_t>(std::min(size, kMaxBytes)));
  return read_all(file, [&contents](std::string_view bytes) {
    contents.append(bytes);
    return contents.size() <= kMaxBytes;
  });
}

/// Without the data of COPY.
bool read_without_data(std::FILE* file, std::uintmax_t size, SourceFile& source) {
  DataFilter filter(static_cast<std::size_t>(std::min(size, kMaxBytes)));
  const auto take = [&filter](std::string_view bytes) {
    filter.add(bytes);
    return filter.size() <= kMaxBytes;
  };
  if (!read_all(file, take)) return false;
  if (filter.lacks_end()) {
    return std::fseek(file, 0, SEEK_SET) == 0 && read_whole(file, size, source.contents);
  }
  source.contents = filter.take_text();
  source.elisions = filter.take_elisions();
  return true;
}

}  // namespace

tl::expected<SourceFile, std::string> source_from_bytes(std::string path, std::string bytes) {
  return source_from({.path = std::move(path), .contents = std::move(bytes)});
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

  const std::unique_ptr<std::FILE, CloseFile> stream(std::fopen(file.c_str(), "rb"));
  if (stream == nullptr) return tl::unexpected(std::generic_category().message(errno));
  SourceFile source{.path = std::move(path)};
  const bool read = size < kLargeBytes ? read_whole(stream.get(), size, source.contents)
                                       : read_without_data(stream.get(), size, source);
  if (!read) return tl::unexpected(std::generic_category().message(errno));
  return source_from(std::move(source));
}

}  // namespace unwedge::text
