// Writing, and saying so when it fails.

#include "cli/output.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "text/escape.h"

namespace unwedge::cli {
namespace {

std::string reason_of(int error) {
  return error == 0 ? "the write failed" : std::generic_category().message(error);
}

void write_line(std::ostream& stream, std::string_view line) {
  stream.write(line.data(), static_cast<std::streamsize>(line.size()));
  stream << '\n';
}

}  // namespace

void Messages::error(std::string_view message, std::string_view help) const {
  write_line(*err_, fmt::format("unwedge: {}", text::escaped(message)));
  if (!help.empty()) write_line(*err_, fmt::format("  {}", text::escaped(help)));
  err_->flush();
}

void Messages::error(const config::ConfigError& error) const {
  const std::string place =
      error.line == 0 ? error.file : fmt::format("{}:{}:{}", error.file, error.line, error.column);
  write_line(*err_, fmt::format("{}: {}", text::escaped(place), text::escaped(error.message)));
  if (!error.help.empty()) write_line(*err_, fmt::format("  {}", text::escaped(error.help)));
  err_->flush();
}

void Messages::note(std::string_view message) const {
  if (!quiet_) error(message);
}

ExitStatus write_report(const Environment& environment, std::string_view text) {
  errno = 0;
  environment.out->write(text.data(), static_cast<std::streamsize>(text.size()));
  environment.out->flush();
  if (*environment.out) return ExitStatus::kClean;
  Messages(environment)
      .error(fmt::format("The report could not be written: {}.", reason_of(errno)));
  return ExitStatus::kCouldNotWork;
}

ExitStatus write_report_file(const Environment& environment, const std::string& file,
                             std::string_view text) {
  errno = 0;
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(text.data(), static_cast<std::streamsize>(text.size()));
  stream.close();
  if (stream) return ExitStatus::kClean;
  Messages(environment)
      .error(fmt::format("The report '{}' could not be written: {}.", file, reason_of(errno)));
  return ExitStatus::kCouldNotWork;
}

}  // namespace unwedge::cli
