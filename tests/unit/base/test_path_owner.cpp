// SPDX-License-Identifier: Apache-2.0
// One owner a path: the living one stays, the dead one is taken over, what cannot be seen is told.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>

#include "base/error.hpp"
#include "base/path_owner.hpp"
#include "base/process_identity.hpp"

namespace weft {
namespace {

namespace fs = std::filesystem;

int no_locks(int /*descriptor*/, int /*operation*/) {
  errno = ENOLCK;
  return -1;
}

/// With locks, and as on a file system that has none.
class PathOwners : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("weft-owner-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    if (!GetParam()) set_lock_function(no_locks);
  }
  void TearDown() override {
    set_lock_function(flock_);
    fs::remove_all(folder_);
  }

  std::string path() const { return (folder_ / "t.h5").string(); }
  std::string lock() const { return path() + ".lock"; }
  std::string refusal() const {
    try {
      own_path(path());
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::system);
      return error.what();
    }
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  /// A process that owns the path until it is killed.
  pid_t other_owner() const {
    int ready[2];
    EXPECT_EQ(pipe(ready), 0);
    const pid_t child = fork();
    if (child == 0) {
      const auto owner = own_path(path());
      if (write(ready[1], "x", 1) == 1) pause();
      _exit(1);
    }
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
  }
  static void end(pid_t process) {
    kill(process, SIGKILL);
    waitpid(process, nullptr, 0);
  }
  void leave(const ProcessIdentity& process) const { std::ofstream(lock()) << to_text(process); }

  fs::path folder_;
  LockFunction flock_ = usual_lock_function();
};

TEST_P(PathOwners, OneProcessOwnsItOnceAndLeavesNothing) {
  {
    const auto one = own_path(path());
    EXPECT_EQ(own_path(path()), one);
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(fs::exists(lock()));
  }
  EXPECT_EQ(files(), 0U);
}

TEST_P(PathOwners, ALivingOwnerStaysAndAKilledOneIsTakenOver) {
  const pid_t other = other_owner();
  const std::string said = refusal();
  EXPECT_NE(said.find("cannot write " + path() + ": another run is writing it: process " +
                      std::to_string(other)),
            std::string::npos)
      << said;
  EXPECT_EQ(files(), 1U);
  kill(other, SIGKILL);
  siginfo_t ended{};
  waitid(P_PID, static_cast<id_t>(other), &ended, WEXITED | WNOWAIT);
  EXPECT_TRUE(fs::exists(lock()));
  EXPECT_EQ(refusal(), "");  // though nobody has asked how it ended
  waitpid(other, nullptr, 0);
  EXPECT_EQ(files(), 0U);
}

TEST_P(PathOwners, ANumberThatWasGivenToAnotherProcessIsNoOwner) {
  ProcessIdentity before = this_process();
  before.started = "1";
  leave(before);
  EXPECT_EQ(refusal(), "");
}

TEST_P(PathOwners, AMachineThatWasStartedAgainHasNoOwners) {
  ProcessIdentity before = this_process();
  if (before.machine.empty()) GTEST_SKIP() << "this machine has no /etc/machine-id";
  before.boot = "another boot";
  leave(before);
  EXPECT_EQ(refusal(), "");
}

TEST_P(PathOwners, AnotherHostIsDeadOnlyWhereLocksReachIt) {
  ProcessIdentity elsewhere = this_process();
  elsewhere.host = "node17";
  elsewhere.machine = "another machine";
  elsewhere.boot = "another boot";
  leave(elsewhere);
  const std::string said = refusal();
  if (GetParam() && said.empty()) return;  // a file system of one kernel, and the lock was free
  EXPECT_NE(said.find("on node17"), std::string::npos) << said;
  EXPECT_NE(said.find("if not, remove " + lock()), std::string::npos) << said;
  EXPECT_TRUE(fs::exists(lock()));
}

TEST_P(PathOwners, OfManyThatTakeOverOneWins) {
  constexpr int contenders = 8;
  end(other_owner());
  int results[2];
  int wait[2];  // nobody lets go before all have tried
  ASSERT_EQ(pipe(results), 0);
  ASSERT_EQ(pipe(wait), 0);
  for (int i = 0; i < contenders; ++i) {
    if (fork() != 0) continue;
    close(wait[1]);
    std::shared_ptr<const PathOwner> owner;
    try {
      owner = own_path(path());
    } catch (const Error&) {
    }
    char byte = owner ? '1' : '0';
    if (write(results[1], &byte, 1) == 1) byte = static_cast<char>(read(wait[0], &byte, 1));
    _exit(0);
  }
  int winners = 0;
  for (int i = 0; i < contenders; ++i) {
    char byte = 0;
    ASSERT_EQ(read(results[0], &byte, 1), 1);
    winners += byte == '1' ? 1 : 0;
  }
  EXPECT_EQ(winners, 1);
  close(wait[1]);
  for (int i = 0; i < contenders; ++i) ::wait(nullptr);
  for (const int descriptor : {results[0], results[1], wait[0]}) close(descriptor);
}

INSTANTIATE_TEST_SUITE_P(, PathOwners, testing::Bool(), [](const auto& instance) {
  return instance.param ? "locks" : "no_locks";
});

}  // namespace
}  // namespace weft
