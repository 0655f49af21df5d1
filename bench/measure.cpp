// measure LIST COMMAND [ARGUMENT…]: runs the command, its output thrown away, with the lines of the
// file LIST as further arguments, and prints "<exit status> <wall ms> <CPU ms> <peak KiB>". A
// program of its own because a child's peak memory is never less than that of the process it was
// forked from. A command that wants more than 6 GiB fails: the machine may have other users.

#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

namespace {

constexpr rlim_t kMemoryLimit = 6ULL << 30U;

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<std::string> words(argv + 2, argv + argc);
  std::ifstream list(argv[1]);
  for (std::string line; std::getline(list, line);) words.push_back(line);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child == 0) {
    const int nowhere = open("/dev/null", O_RDWR);
    for (int stream = 0; stream < 3; ++stream) dup2(nowhere, stream);
    const rlimit limit{.rlim_cur = kMemoryLimit, .rlim_max = kMemoryLimit};
    setrlimit(RLIMIT_AS, &limit);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child) return 2;
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  std::printf("%d %.3f %.3f %ld\n",
              WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), wall.count(),
              milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), usage.ru_maxrss);
  return 0;
}
