// The supervisor is a grandchild of the test, in a session of its own, so that neither Ctrl-C nor a
// test runner that kills the whole process tree reaches it. A socket pair is the lifeline: the
// kernel closes the test's end whatever way the test ends, and the supervisor then cleans up. If
// the supervisor itself is killed, PR_SET_PDEATHSIG takes the server down (only its folder stays).

#include "postgres/process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace unwedge::postgres {
namespace {

namespace fs = std::filesystem;

constexpr int kPollMilliseconds = 10;
constexpr int kGraceMilliseconds = 5000;
constexpr int kCannotStart = 127;
constexpr char kEndedByte = 'e';
constexpr std::array kIgnoredSignals{SIGINT, SIGTERM, SIGHUP, SIGPIPE};

[[noreturn]] void give_up(const std::string& what) {
  const std::string text = what + ": " + std::strerror(errno) + "\n";
  const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
  static_cast<void>(ignored);
  ::_exit(kCannotStart);
}

/// Becomes the command; runs in a child of the supervisor and never returns.
[[noreturn]] void become(const SupervisedProcess::Command& command, const fs::path& folder,
                         const std::optional<Account>& account, pid_t supervisor) {
  constexpr int kLogMode = 0600;
  for (const int signal : kIgnoredSignals) ::signal(signal, SIG_DFL);
  const int null = ::open("/dev/null", O_RDONLY);
  const int log = ::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, kLogMode);
  if (null < 0 || log < 0) ::_exit(kCannotStart);
  ::dup2(null, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::close_range(STDERR_FILENO + 1, ~0U, 0);
  if (account) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(account->gid) != 0 ||
        ::setuid(account->uid) != 0) {
      give_up("cannot become the user " + account->name);
    }
  }
  if (::chdir(folder.c_str()) != 0) give_up("cannot enter " + folder.string());

  // After setuid, which clears it. The parent may have died before: then nobody would tell us.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != supervisor) ::_exit(kCannotStart);

  std::vector<char*> arguments;  // not const: execve's signature is older than that
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  // Nothing of the developer's environment (PGDATA, PGTZ, LANG, ...) may reach the server.
  std::string path = "PATH=/usr/local/bin:/usr/bin:/bin";
  std::string locale = "LC_ALL=C";
  std::string zone = "TZ=UTC";
  const std::array<char*, 4> environment{path.data(), locale.data(), zone.data(), nullptr};
  ::execve(arguments.front(), arguments.data(), environment.data());
  give_up("cannot run " + command.front() + (account ? " as the user " + account->name : ""));
}

/// Waits until the test is gone or wants us to stop; true when `child` ended before that.
bool wait_for_end(pid_t child, int lifeline, int& status) {
  for (;;) {
    if (::waitpid(child, &status, WNOHANG) == child) return true;
    pollfd watched{.fd = lifeline, .events = POLLIN, .revents = 0};
    if (::poll(&watched, 1, kPollMilliseconds) > 0) return false;
  }
}

void end(pid_t child) {
  ::kill(child, SIGQUIT);
  for (int waited = 0; waited < kGraceMilliseconds; waited += kPollMilliseconds) {
    if (::waitpid(child, nullptr, WNOHANG) == child) return;
    ::poll(nullptr, 0, kPollMilliseconds);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

/// Runs the commands until one fails, the last has ended or we are to stop. Returns only when the
/// folder is no longer needed.
void run_all(const std::vector<SupervisedProcess::Command>& commands, const fs::path& folder,
             const std::optional<Account>& account, int lifeline) {
  const pid_t supervisor = ::getpid();
  for (const SupervisedProcess::Command& command : commands) {
    const pid_t child = ::fork();
    if (child == 0) become(command, folder, account, supervisor);
    if (child < 0) break;
    int status = 0;
    if (!wait_for_end(child, lifeline, status)) {
      end(child);
      return;
    }
    if (status != 0) break;
  }
  // Something failed, or the daemon left: say so, and keep the log until the test has read it.
  ::send(lifeline, &kEndedByte, 1, MSG_NOSIGNAL);
  pollfd watched{.fd = lifeline, .events = POLLIN, .revents = 0};
  while (::poll(&watched, 1, -1) < 0 && errno == EINTR) {
  }
}

void remove_folder(const fs::path& folder) {
  constexpr int kAttempts = 50;  // a backend on its way out may still write a last file
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error && !fs::exists(folder, error)) return;
    ::poll(nullptr, 0, kPollMilliseconds);
  }
}

[[noreturn]] void supervise(const std::vector<SupervisedProcess::Command>& commands,
                            const fs::path& folder, const std::optional<Account>& account,
                            int lifeline) {
  ::setsid();
  // Holding the test's own descriptors would keep alive what it believes closed: pipes to ctest,
  // connections to servers, the lifelines of other supervisors.
  if (lifeline > 0) ::close_range(0, static_cast<unsigned>(lifeline) - 1, 0);
  ::close_range(static_cast<unsigned>(lifeline) + 1, ~0U, 0);
  if (::chdir("/") != 0) ::_exit(1);  // so that no folder of the test is in use any more
  for (const int signal : kIgnoredSignals) ::signal(signal, SIG_IGN);
  run_all(commands, folder, account, lifeline);
  remove_folder(folder);
  ::_exit(0);
}

}  // namespace

std::optional<Account> server_account() {
  if (::geteuid() != 0) return std::nullopt;
  for (const char* const name : {"postgres", "nobody"}) {
    if (const passwd* const entry = ::getpwnam(name)) {
      return Account{.name = name, .uid = entry->pw_uid, .gid = entry->pw_gid};
    }
  }
  throw std::runtime_error("PostgreSQL does not run as root, and there is no user nobody");
}

SupervisedProcess::SupervisedProcess(const std::vector<Command>& commands, fs::path folder,
                                     const std::optional<Account>& account)
    : folder_(std::move(folder)) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  const pid_t middle = ::fork();
  if (middle == 0) {
    if (::fork() == 0) supervise(commands, folder_, account, ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  lifeline_ = ends[0];
  if (middle < 0) {
    ::close(lifeline_);
    throw std::system_error(errno, std::generic_category(), "fork");
  }
  ::waitpid(middle, nullptr, 0);
}

SupervisedProcess::~SupervisedProcess() {
  ::shutdown(lifeline_, SHUT_WR);
  char byte = 0;
  ssize_t count = 0;
  do {  // what ends this is the supervisor's exit
    count = ::recv(lifeline_, &byte, 1, 0);
  } while (count > 0 || (count < 0 && errno == EINTR));
  ::close(lifeline_);
}

bool SupervisedProcess::has_ended() const {
  char byte = 0;
  const ssize_t count = ::recv(lifeline_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count >= 0;  // the byte, or the end of a supervisor that was killed
}

}  // namespace unwedge::postgres
