// The architecture, read off the #include lines: the direction of dependencies between folders, who
// may use which library, and that nothing below the command line prints or ends the process.

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "linting.h"

namespace unwedge {
namespace {

namespace fs = std::filesystem;

/// A folder may include from itself and from those before it.
constexpr std::array<std::string_view, 10> kFolders{
    "text", "sql", "migration", "schema", "effects", "timeline", "lint", "report", "config", "cli"};

std::size_t rank_of(std::string_view folder) {
  const auto* found = std::find(kFolders.begin(), kFolders.end(), folder);
  return static_cast<std::size_t>(found - kFolders.begin());
}

struct Source {
  fs::path path;
  std::string folder;  ///< "sql"; "" for src/main.cpp
  std::vector<std::string> quoted_includes;
  std::vector<std::string> angled_includes;
  std::string code;  ///< without comments, strings and #include lines
};

/// The code with comments, strings and characters blanked out.
std::string without_comments_and_strings(std::string_view text) {
  std::string code;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = text.find('\n', i);
    } else if (text.substr(i, 2) == "/*") {
      end = text.find("*/", i + 2);
      if (end != text.npos) end += 2;
    } else if (text.substr(i, 2) == "R\"") {
      const std::size_t open = text.find('(', i);
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      end = text.find(close, open);
      if (end != text.npos) end += close.size();
    } else if (text[i] == '"' ||
               (text[i] == '\'' &&
                (i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0))) {
      const char quote = text[i];
      while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2U : 1U;
      ++end;
    } else {
      code.push_back(text[i]);
      i = end;
      continue;
    }
    code.push_back(' ');
    i = std::min(end, text.size());
  }
  return code;
}

Source read_source(const fs::path& file, std::string folder) {
  Source source{.path = file, .folder = std::move(folder)};
  const std::string text = linting::read_file(file);
  std::string kept;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (!line.starts_with("#include")) {
      kept.append(line).append("\n");
      continue;
    }
    const std::size_t open = line.find_first_of("<\"");
    const std::size_t close = line.find_last_of(">\"");
    const std::string name(line.substr(open + 1, close - open - 1));
    (line[open] == '<' ? source.angled_includes : source.quoted_includes).push_back(name);
  }
  source.code = without_comments_and_strings(kept);
  return source;
}

bool is_code(const fs::path& file) {
  return file.extension() == ".h" || file.extension() == ".cpp" || file.extension() == ".c";
}

std::vector<Source> sources_below(std::string_view root, bool folder_from_path) {
  std::vector<Source> sources;
  const fs::path top = linting::in_repository(root);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(top)) {
    if (!entry.is_regular_file() || !is_code(entry.path())) continue;
    const fs::path below = entry.path().lexically_relative(top);
    std::string folder;
    if (folder_from_path && below.has_parent_path()) folder = below.begin()->string();
    sources.push_back(read_source(entry.path(), std::move(folder)));
  }
  REQUIRE(!sources.empty());
  return sources;
}

const std::vector<Source>& library_sources() {
  static const std::vector<Source> sources = sources_below("src", true);
  return sources;
}

/// <vector>, <cstdint>; not <unistd.h>.
bool is_standard(std::string_view header) {
  return std::all_of(header.begin(), header.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

/// True when the word stands in the code and not as part of a longer one.
bool has_word(std::string_view code, std::string_view word) {
  const auto is_part = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t at = code.find(word); at != code.npos; at = code.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool begins = at == 0 || !is_part(code[at - 1]);
    const bool ends = end >= code.size() || !is_part(code[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// True when a function of that name is called, member functions not counted.
bool calls(std::string_view code, std::string_view name) {
  const std::string call = std::string(name) + "(";
  for (std::size_t at = code.find(call); at != code.npos; at = code.find(call, at + 1)) {
    const char before = at == 0 ? ' ' : code[at - 1];
    const bool longer = std::isalnum(static_cast<unsigned char>(before)) != 0 || before == '_';
    if (!longer && before != '.' && before != '>') return true;
  }
  return false;
}

TEST_CASE("includes: folders depend on those before them") {
  for (const Source& source : library_sources()) {
    INFO(source.path.string());
    const bool known = source.folder.empty() || rank_of(source.folder) < kFolders.size();
    CHECK(known);
    for (const std::string& header : source.quoted_includes) {
      INFO(header);
      const std::string folder = header.substr(0, header.find('/'));
      const std::size_t rank = rank_of(folder);
      if (rank == kFolders.size() || source.folder.empty()) continue;
      CHECK(rank <= rank_of(source.folder));
    }
  }
}

TEST_CASE("includes: what is in quotes is ours, but for Postgres's headers in src/sql") {
  for (const Source& source : library_sources()) {
    INFO(source.path.string());
    if (source.folder == "sql") continue;
    for (const std::string& header : source.quoted_includes) {
      INFO(header);
      const std::string folder = header.substr(0, header.find('/'));
      const bool ours = folder == "unwedge" || rank_of(folder) < kFolders.size();
      CHECK(ours);
    }
  }
}

TEST_CASE("includes: each library has its place") {
  struct Place {
    std::string_view prefix;
    std::vector<std::string_view> folders;
  };
  const std::vector<Place> places{
      {"yaml-cpp/", {"config"}},
      {"CLI/", {"cli"}},
      {"re2/", {"migration", "config"}},
      {"nlohmann/", {"report", "config", "cli", "migration"}},
      {"iostream", {"cli"}},
  };
  const auto begins = [](const std::string& header) {
    return [&header](const Place& place) { return header.starts_with(place.prefix); };
  };
  for (const Source& source : library_sources()) {
    INFO(source.path.string());
    for (const std::string& header : source.angled_includes) {
      INFO(header);
      const auto place = std::find_if(places.begin(), places.end(), begins(header));
      if (place != places.end()) {
        const auto& folders = place->folders;
        CHECK(std::find(folders.begin(), folders.end(), source.folder) != folders.end());
        continue;
      }
      const bool common = is_standard(header) || header.starts_with("fmt/") ||
                          header == "tl/expected.hpp" || source.folder == "cli" ||
                          // Seen by C, too.
                          source.path.extension() == ".c" ||
                          source.path.filename() == "pg_scanner.h";
      CHECK(common);
    }
  }
}

TEST_CASE("includes: a rule sees include/unwedge, which sees only itself") {
  std::vector<Source> sources = sources_below("rules", false);
  for (Source& source : sources_below("include", false)) sources.push_back(std::move(source));
  for (const Source& source : sources) {
    INFO(source.path.string());
    for (const std::string& header : source.quoted_includes) {
      INFO(header);
      CHECK(header.starts_with("unwedge/"));
    }
    const bool is_rule = source.path.extension() == ".cpp";
    for (const std::string& header : source.angled_includes) {
      INFO(header);
      const bool allowed = is_standard(header) || (!is_rule && header == "fmt/core.h");
      CHECK(allowed);
    }
  }
}

TEST_CASE("includes: nothing below the command line prints or ends the process") {
  constexpr std::array<std::string_view, 10> kCalls{"exit",      "_exit",  "quick_exit", "abort",
                                                    "terminate", "printf", "fprintf",    "puts",
                                                    "putchar",   "perror"};
  constexpr std::array<std::string_view, 6> kWords{"cout",   "cerr",   "clog",
                                                   "stdout", "stderr", "getenv"};
  std::vector<Source> sources = sources_below("rules", false);
  for (Source& source : sources_below("include", false)) sources.push_back(std::move(source));
  for (const Source& source : library_sources()) {
    if (!source.folder.empty() && source.folder != "cli") sources.push_back(source);
  }
  for (const Source& source : sources) {
    INFO(source.path.string());
    for (const std::string_view name : kCalls) {
      INFO(name);
      CHECK_FALSE(calls(source.code, name));
    }
    for (const std::string_view word : kWords) {
      INFO(word);
      CHECK_FALSE(has_word(source.code, word));
    }
  }
}

TEST_CASE("includes: the checks see what they look for") {
  CHECK(calls("  std::exit(1);", "exit"));
  CHECK(calls("exit(1);", "exit"));
  CHECK_FALSE(calls("app.exit(error);", "exit"));
  CHECK_FALSE(calls("on_exit(error);", "exit"));
  CHECK(has_word("std::cerr << 1", "cerr"));
  CHECK_FALSE(has_word("my_cerr << 1", "cerr"));
  CHECK(without_comments_and_strings("a; // exit(1)\nb = \"exit(\\\"1)\" + 'x'; /* abort( */ c") ==
        "a;  \nb =   +  ;   c");
  CHECK(without_comments_and_strings("x = R\"(exit(\")\"; y") == "x =  ; y");
  CHECK(is_standard("string_view"));
  CHECK_FALSE(is_standard("unistd.h"));
}

}  // namespace
}  // namespace unwedge
