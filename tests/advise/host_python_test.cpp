// SPDX-License-Identifier: Apache-2.0
// The user's Python, and programs of its name that do something else.
#include "cli/advise/host_python.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace weft::cli::advising {
namespace {

/// A PATH on which python3 is a script of the test; the old one comes back at its end.
class PythonIs {
 public:
  explicit PythonIs(const std::string& script, int mode = 0700) {
    folder_ =
        std::filesystem::temp_directory_path() / ("weft-python-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    if (!script.empty()) {
      std::ofstream(folder_ / "python3") << "#!/bin/sh\n" << script << "\n";
      ::chmod((folder_ / "python3").c_str(), static_cast<mode_t>(mode));
    }
    old_ = std::getenv("PATH");
    ::setenv("PATH", folder_.c_str(), 1);
  }
  PythonIs(const PythonIs&) = delete;
  PythonIs& operator=(const PythonIs&) = delete;
  ~PythonIs() {
    ::setenv("PATH", old_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }
  std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
  std::string old_;
};

constexpr double soon = 0.2;
constexpr double never = 600;

TEST(HostPython, AnswersByLines) {
  const PythonAnswer answer =
      ask_python("print('args', *sys.argv[1:])\nprint('more', '\\x1b[1m')", {"a b", "'\"$x"}, 60);
  ASSERT_TRUE(answer.has()) << answer.why_not;
  EXPECT_EQ(answer_line(answer, "args"), "a b '\"$x");
  EXPECT_EQ(answer_line(answer, "more"), "?[1m");
  EXPECT_EQ(answer_line(answer, "arg"), "");
}

TEST(HostPython, ReadsNothingOfTheFolderThatItStandsIn) {
  const auto back = std::filesystem::current_path();
  const auto folder =
      std::filesystem::temp_directory_path() / ("weft-python-cwd-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "not_of_python.py") << "print('found me')\n";
  std::filesystem::current_path(folder);
  const PythonAnswer answer = ask_python("import not_of_python", {}, 60);
  std::filesystem::current_path(back);
  std::filesystem::remove_all(folder);
  EXPECT_EQ(answer.why_not, "python3 ended with 1");
}

TEST(HostPython, HasAShellsStatus) {
  const PythonIs fake("echo an answer; exit 3");
  const PythonAnswer answer = ask_python("", {}, never);
  EXPECT_EQ(answer.why_not, "python3 ended with 3");
  EXPECT_EQ(answer.text, "");
}

TEST(HostPython, MayBeAbsent) {
  const PythonIs none("");
  EXPECT_EQ(ask_python("", {}, never).why_not, "there is no python3 on the PATH");
}

TEST(HostPython, MayBeNoProgram) {
  const PythonIs text("echo", 0600);
  const std::string why = ask_python("", {}, never).why_not;
  EXPECT_TRUE(why.starts_with("python3 does not start: ")) << why;
}

/// The process whose number a file has is gone: killed, and perhaps not yet waited for by whoever
/// has it now.
bool is_gone(const std::string& path) {
  pid_t process = 0;
  std::ifstream(path) >> process;
  if (process <= 0) return false;
  for (int i = 0; i < 2000; ++i) {
    std::ifstream status("/proc/" + std::to_string(process) + "/stat");
    std::string number, name, state;
    if (!(status >> number >> name >> state) || state == "Z") return true;
    ::usleep(1000);
  }
  return false;
}

TEST(HostPython, IsEndedWithAllThatItStarted) {
  const PythonIs fake("/bin/sleep 600 & echo $! > \"$0.child\"; echo $$ > \"$0.own\"; wait");
  EXPECT_EQ(ask_python("", {}, soon).why_not, "python3 took longer than 0.2 s");
  EXPECT_TRUE(is_gone(fake.path("python3.own")));
  EXPECT_TRUE(is_gone(fake.path("python3.child")));
}

TEST(HostPython, IsEndedWhenItHasClosedItsOutput) {
  const PythonIs fake("exec >&-; exec /bin/sleep 600");
  EXPECT_EQ(ask_python("", {}, soon).why_not, "python3 took longer than 0.2 s");
}

// Its output stays open, in the hands of what it left behind.
TEST(HostPython, IsNotWaitedForBehindItsEnd) {
  const PythonIs fake("/bin/sleep 600 & echo done; exit 0");
  EXPECT_EQ(ask_python("", {}, soon).why_not, "python3 took longer than 0.2 s");
}

TEST(HostPython, IsStoppedWhenItPrintsWithoutEnd) {
  const PythonIs fake("while :; do echo junk junk junk junk junk junk junk junk junk; done");
  EXPECT_EQ(ask_python("", {}, never).why_not, "python3 printed more than 65536 bytes");
}

}  // namespace
}  // namespace weft::cli::advising
