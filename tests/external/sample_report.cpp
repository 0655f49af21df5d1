// sample_report FORMAT: prints the sample of tests/sample_result.cpp, acknowledged findings
// included, in one format; for validators that others wrote.

#include <cstdio>
#include <optional>
#include <span>

#include "report/report.h"
#include "sample_result.h"

int main(int argc, char** argv) {
  using namespace unwedge;
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  const std::optional<report::Format> format =
      arguments.size() == 2 ? report::parse_format(arguments[1]) : std::nullopt;
  if (!format) {
    std::fputs("usage: sample_report FORMAT\n", stderr);
    return 2;
  }
  report::RenderOptions options = sample::plain_options();
  options.show_acked = true;
  const std::string report = report::render(*format, sample::everything(), options);
  return std::fwrite(report.data(), 1, report.size(), stdout) == report.size() ? 0 : 1;
}
