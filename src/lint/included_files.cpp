// See included_files.h. psql looks for the file of \i in the folder that it was started in, and for
// that of \ir in the folder of the file that has the command (process_file, psql/command.c); dots
// in a path count before links do (canonicalize_path).

#include "lint/included_files.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sql/psql.h"

namespace unwedge::lint {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMissing = "there is no such file";

/// Whether there may be such a command in the text.
bool may_include(std::string_view text) { return text.find("\\i") != text.npos; }

bool is_below(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

struct FoundFile {
  fs::path place;
  fs::path real;  ///< links followed
};

/// The file of that name in the first of the folders that has it; otherwise why it is not read.
tl::expected<FoundFile, std::string> find_file(std::string_view name,
                                               const std::vector<fs::path>& folders,
                                               const fs::path& root) {
  std::string why(kMissing);
  for (const fs::path& folder : folders) {
    FoundFile found{.place = (folder / fs::path(name)).lexically_normal(), .real = {}};
    std::error_code error;
    const fs::path real_root = fs::canonical(root, error);
    found.real = fs::weakly_canonical(found.place, error);
    const bool is_inside = !error && is_below(found.place, root) && is_below(found.real, real_root);
    const fs::file_status status = is_inside ? fs::status(found.real, error) : fs::file_status();
    if (fs::is_regular_file(status)) return found;
    if (!is_inside) {
      why = "it lies outside the repository";
    } else if (fs::exists(status)) {
      why = "it is no regular file";
    }
  }
  return tl::unexpected(std::move(why));
}

/// The folders that a name may be seen from. Where psql is started is not known: it is taken to be
/// where the config is, the repository's root, or where the file is that it is given.
std::vector<fs::path> bases(const fs::path& first_file, const fs::path& root,
                            const Options& options) {
  std::vector<fs::path> folders;
  if (!options.config_folder.empty() && options.config_folder != root) {
    folders.push_back(options.config_folder);
  }
  folders.push_back(root);
  folders.push_back(first_file.parent_path());
  return folders;
}

/// As the including file's is written.
std::string shown_path(const text::SourceFile& including, const fs::path& place) {
  const fs::path way = place.lexically_relative(including.place.parent_path());
  return (fs::path(including.path).parent_path() / way).lexically_normal().generic_string();
}

fs::path real_path(const fs::path& place) {
  std::error_code error;
  fs::path real = fs::canonical(place, error);
  return error ? place : real;
}

bool stands_in(const std::vector<sql::Choice>& choices, Span command) {
  return std::any_of(choices.begin(), choices.end(), [command](const sql::Choice& choice) {
    return std::any_of(choice.branches.begin(), choice.branches.end(),
                       [command](Span branch) { return branch.contains(command); });
  });
}

}  // namespace

IncludedFiles::IncludedFiles(std::span<const OwnFile> files) {
  for (const OwnFile& each : files) add(*each.file);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const text::SourceFile& file = *files[i].file;
    if (!may_include(file.contents)) continue;
    Run run{.options = files[i].options, .values = files[i].options->placeholders.values};
    const std::size_t first = parts_.parts.size();
    follow({.part = i, .real = real_path(file.place)}, run);
    const sql::PlaceholderValues& values = values_.emplace_back(std::move(run.values));
    parts_.parts[i].values = &values;
    for (std::size_t part = first; part < parts_.parts.size(); ++part) {
      parts_.parts[part].values = &values;
    }
  }
  join();
}

void IncludedFiles::add(const text::SourceFile& file) {
  if (!parts_.parts.empty()) ++size_;
  const auto begin = static_cast<std::uint32_t>(size_);
  size_ += file.contents.size();
  parts_.parts.push_back({.file = &file, .region = {begin, static_cast<std::uint32_t>(size_)}});
}

void IncludedFiles::join() {
  if (parts_.parts.size() == 1) {
    parts_.text = parts_.parts.front().file->contents;
    return;
  }
  joined_.reserve(size_);
  for (const FilePart& part : parts_.parts) {
    if (&part != &parts_.parts.front()) joined_ += '\n';
    joined_ += part.file->contents;
  }
  parts_.text = joined_;
}

/// The commands of a part, in their order, and those of what they include.
void IncludedFiles::follow(const Place& place, Run& run) {
  const text::SourceFile& file = *parts_.parts[place.part].file;
  const std::string_view text = file.contents;
  const sql::RawScript script =
      sql::split_script(text, {0, static_cast<std::uint32_t>(text.size())},
                        {.psql = true, .placeholders = {}, .values = &run.values});
  learn(script, place.conditional, run);
  const std::uint32_t begin = parts_.parts[place.part].region.begin;
  for (const sql::RawStatement& each : script.statements) {
    if (each.kind != sql::RawStatement::Kind::kCommand) continue;
    const sql::PsqlCommand command = sql::psql_command_at(text, each.span.begin, each.span.end);
    if (command.action != sql::PsqlAction::kInclude) continue;
    if (script.changes_folder && *script.changes_folder < each.span.begin)
      run.changed_folder = true;
    const std::string_view word = slice(text, command.name);
    Span arguments = command.arguments;
    std::string name = sql::next_argument(text, arguments, run.values);
    while (name.ends_with(';')) name.pop_back();  // as psql does
    auto read_file = read(name, word == "ir" || word == "include_relative", place, run);
    Inclusion& inclusion = parts_.inclusions[begin + each.span.begin];
    if (!read_file) {
      inclusion.why = std::move(read_file).error();
      continue;
    }
    inclusion.part = parts_.parts.size();
    const text::SourceFile& included = files_.emplace_back(std::move(*read_file));
    add(included);
    parts_.parts.back().included_by = {begin + each.span.begin, begin + each.span.end};
    follow({.part = inclusion.part,
            .depth = place.depth + 1,
            .conditional = place.conditional || stands_in(script.choices, each.span),
            .real = real_path(included.place),
            .parent = &place},
           run);
  }
  if (script.changes_folder) run.changed_folder = true;
}

tl::expected<text::SourceFile, std::string> IncludedFiles::read(std::string_view name,
                                                                bool relative, const Place& place,
                                                                Run& run) {
  const text::SourceFile& including = *parts_.parts[place.part].file;
  const Options& options = *run.options;
  if (including.place.empty() || options.detector == nullptr) {
    return tl::unexpected<std::string>("it is not known in which folder this file lies");
  }
  if (name.empty()) return tl::unexpected<std::string>("its name is not known before it runs");
  if (run.changed_folder) {
    return tl::unexpected<std::string>("it is not known to which folder \\cd has gone");
  }
  if (place.depth >= kMostDepth) {
    return tl::unexpected(fmt::format("files are included {} levels deep already", kMostDepth));
  }
  const fs::path folder = including.place.parent_path();
  const fs::path& root = options.detector->surroundings().folder(folder).root().path();
  const auto folders = relative ? std::vector<fs::path>{folder}
                                : bases(parts_.parts.front().file->place, root, options);
  auto found = find_file(name, folders, root);
  if (!found) {
    const bool anywhere = !relative && found.error() == kMissing;
    return tl::unexpected(found.error() +
                          (anywhere ? " here or at the root of the repository" : ""));
  }
  for (const Place* open = &place; open != nullptr; open = open->parent) {
    if (open->real == found->real) return tl::unexpected<std::string>("it would include itself");
  }
  std::error_code error;
  run.bytes += fs::file_size(found->real, error);
  const std::string_view too_much = "there is too much to read";
  if (error || ++run.files > kMostFiles || run.bytes > kMostBytes) {
    return tl::unexpected(std::string(too_much));
  }
  auto file = text::read_source(found->real, shown_path(including, found->place));
  if (!file) return tl::unexpected(fmt::format("it cannot be read ({})", file.error()));
  if (size_ + file->contents.size() >= std::numeric_limits<std::uint32_t>::max()) {
    return tl::unexpected(std::string(too_much));
  }
  file->place = found->place;
  return file;
}

/// What the config says stands. A variable that is set to one thing in one file and to another in
/// the next, or perhaps not at all, is not known.
void IncludedFiles::learn(const sql::RawScript& script, bool conditional, Run& run) {
  const sql::PlaceholderValues& settled = run.options->placeholders.values;
  const auto forget = [&](const std::string& form) {
    if (settled.contains(form)) return;
    run.forgotten.insert(form);
    run.values.erase(form);
  };
  for (const auto& [form, value] : script.variables) {
    const auto known = run.values.find(form);
    const bool differs = known != run.values.end() && known->second != value;
    if (conditional || differs || run.forgotten.contains(form)) {
      forget(form);
    } else {
      run.values.emplace(form, value);
    }
  }
  for (const std::string& name : script.forgotten) {
    for (const std::string& form : sql::psql_variable_forms(name)) forget(form);
  }
}

}  // namespace unwedge::lint
