// See subprocess.h. Both pipes are read as they fill: a program that waits for one of them to be
// emptied would never end otherwise.

#include "cli/subprocess.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <sys/types.h>
#include <sys/wait.h>

namespace unwedge::cli {
namespace {

std::string reason(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe)

/// The two ends of a pipe, closed when it goes.
class Pipe {
 public:
  Pipe() { open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  Pipe(Pipe&&) = delete;
  Pipe& operator=(Pipe&&) = delete;

  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_end(std::size_t end) {
    if (ends_.at(end) >= 0) ::close(ends_.at(end));
    ends_.at(end) = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
  bool open_ = false;
};

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  FileActions(FileActions&&) = delete;
  FileActions& operator=(FileActions&&) = delete;

  posix_spawn_file_actions_t* get() { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::string_view name_of(std::string_view variable) {
  return variable.substr(0, variable.find('='));
}

std::vector<std::string> environment_of(const Program& program) {
  std::vector<std::string> all = program.set;
  for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view name = name_of(*variable);
    const bool is_replaced =
        std::any_of(program.set.begin(), program.set.end(),
                    [&](const std::string& each) { return name_of(each) == name; });
    const bool is_unset =
        std::find(program.unset.begin(), program.unset.end(), name) != program.unset.end();
    if (!is_replaced && !is_unset) all.emplace_back(*variable);
  }
  return all;
}

/// As the functions of C want it.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// Appends what there is to read; false at the end.
bool read_some(int file, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(file, buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && errno == EINTR);
}

void read_to_end(const Pipe& out, const Pipe& err, ProgramResult& result) {
  std::array<pollfd, 2> waiting{{{.fd = out.reading(), .events = POLLIN, .revents = 0},
                                 {.fd = err.reading(), .events = POLLIN, .revents = 0}}};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    // poll() passes over what is below zero.
    if (waiting[0].revents != 0 && !read_some(waiting[0].fd, result.out)) waiting[0].fd = -1;
    if (waiting[1].revents != 0 && !read_some(waiting[1].fd, result.err)) waiting[1].fd = -1;
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

tl::expected<ProgramResult, std::string> run_program(const Program& program) {
  Pipe out;
  Pipe err;
  if (!out.open() || !err.open()) return tl::unexpected(reason(errno));
  FileActions actions;
  ::posix_spawn_file_actions_addopen(actions.get(), STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(actions.get(), out.writing(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(actions.get(), err.writing(), STDERR_FILENO);

  std::vector<std::string> arguments = program.arguments;
  std::vector<std::string> environment = environment_of(program);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, arguments.front().c_str(), actions.get(), nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
  if (error != 0) return tl::unexpected(reason(error));
  out.close_end(1);
  err.close_end(1);
  ProgramResult result;
  read_to_end(out, err, result);
  result.status = wait_for(child);
  return result;
}

}  // namespace unwedge::cli
