// What tests of rules, fixtures and acknowledgements need: files of the repository, and the linter
// with settings that do not depend on the day or the machine.

#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lint/options.h"
#include "lint/result.h"

namespace unwedge::linting {

/// A file or folder of the repository.
std::filesystem::path in_repository(std::string_view path);

std::string read_file(const std::filesystem::path& file);

/// The folders in a folder, by name.
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// The files in a folder whose names begin and end so, by name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view prefix, std::string_view suffix);

/// The recommended preset, on a fixed day: 2026-11-20.
lint::Options default_options();

/// The settings for this file: those of the unwedge.yaml beside it, or the default ones. A config
/// that is not valid is an exception.
lint::Options options_for(const std::filesystem::path& file);

/// Lints a text that must be valid UTF-8 as a file of that name.
lint::FileResult lint_text(std::string_view sql, const lint::Options& options = default_options(),
                           std::string name = "test.sql");

/// The rules of the findings that are not acknowledged, by place.
std::vector<std::string_view> rule_ids(const lint::FileResult& file);

/// The text report, as for a pipe.
std::string text_report(const lint::Result& result);
/// Of this one file.
std::string text_report(lint::FileResult file);

}  // namespace unwedge::linting
