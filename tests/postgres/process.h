// A daemon that cannot outlive the test, and leaves nothing behind: run by a small supervisor
// process which ends the daemon and removes its folder as soon as the test asks for it or is gone,
// killed or crashed included. Linux only, as are the servers that we test with.

#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace unwedge::postgres {

/// A user to run as instead of root.
struct Account {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// The user for servers, which refuse to run as root: postgres or nobody. Nothing when we are not
/// root ourselves.
std::optional<Account> server_account();

/// Commands that run one after the other, the last of them a daemon.
class SupervisedProcess {
 public:
  using Command = std::vector<std::string>;

  /// Starts the commands with `folder` as working folder, as `account` if there is one; what they
  /// print goes to the file `log` in it. The folder belongs to the supervisor from now on.
  SupervisedProcess(const std::vector<Command>& commands, std::filesystem::path folder,
                    const std::optional<Account>& account);

  /// Ends the daemon at once (SIGQUIT: an immediate shutdown) and waits until the folder is gone.
  ~SupervisedProcess();

  SupervisedProcess(const SupervisedProcess&) = delete;
  SupervisedProcess& operator=(const SupervisedProcess&) = delete;

  /// Whether one of the commands failed or the daemon has ended by itself. The folder with the log
  /// is then still there.
  [[nodiscard]] bool has_ended() const;

 private:
  std::filesystem::path folder_;
  int lifeline_ = -1;  // our end of a socket pair; the supervisor watches for the end of it
};

}  // namespace unwedge::postgres
