// What is wrong with a config file, and where.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace unwedge::config {

/// A place in the config, counted from 1 in lines and code points; line 0: the file as a whole.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct ConfigError {
  std::string file;
  std::uint32_t line = 0;  ///< 0: the file as a whole
  std::uint32_t column = 0;
  std::string message;  ///< one sentence
  std::string help;     ///< what to do, imperative; may be empty
};

using ConfigErrors = std::vector<ConfigError>;

/// Gathers everything that is wrong with one file.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string message, std::string help = {});
  /// What is wrong with another file that this one names.
  void add(ConfigErrors errors);
  [[nodiscard]] bool empty() const { return errors_.empty(); }
  [[nodiscard]] std::size_t count() const { return errors_.size(); }
  [[nodiscard]] const std::string& file() const { return file_; }
  /// Everything gathered, in the order of the file.
  [[nodiscard]] ConfigErrors take();

 private:
  std::string file_;
  ConfigErrors errors_;
};

/// A text from the config for a message: in single quotes, cut when it is long.
std::string in_quotes(std::string_view text);

/// "a, b or c".
std::string one_of(const std::vector<std::string_view>& words);

}  // namespace unwedge::config
