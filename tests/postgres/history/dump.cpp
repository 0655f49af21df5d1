// See dump.h.

#include "postgres/history/dump.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "lint/analysis.h"
#include "lint/included_files.h"
#include "postgres/installation.h"
#include "text/source_file.h"
#include "timeline/walk.h"

namespace unwedge::postgres {
namespace {

std::string output_of(const std::string& command) {
  const auto close = [](std::FILE* pipe) { pclose(pipe); };
  const std::unique_ptr<std::FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), size);
  }
  return output;
}

}  // namespace

std::optional<std::string> dump_of(const Database& database) {
  for (const Installation& installation : find_installations()) {
    const std::filesystem::path program = installation.bin / "pg_dump";
    if (installation.major != database.server().major() || !std::filesystem::exists(program)) {
      continue;
    }
    const auto sockets = database.connect().query("SHOW unix_socket_directories");
    return output_of(fmt::format("'{}' --schema-only -h '{}' -p 5432 -U postgres '{}'",
                                 program.string(), sockets.at(0).at(0), database.name()));
  }
  return std::nullopt;
}

schema::Catalog replay_dump(const std::string& dump, lint::Options options) {
  options.runner = "psql";
  const auto file = text::source_from_bytes("structure.sql", dump);
  if (!file) throw std::runtime_error(file.error());
  const lint::IncludedFiles files({.file = &*file, .options = &options});
  const lint::AnalysedFile analysed = lint::analyse(files.parts(), 0, options);
  schema::Catalog catalog;
  catalog.set_complete(true);
  const auto runs = lint::runs_of(analysed, migration::Direction::kUp);
  timeline::replay(runs, {.postgres = options.postgres, .text = file->contents}, catalog);
  catalog.settle();
  return catalog;
}

}  // namespace unwedge::postgres
