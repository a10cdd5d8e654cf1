// SPDX-License-Identifier: Apache-2.0
// A child process by posix_spawn, which is safe where MPI is, a pipe, and a clock.
#include "cli/advise/host_python.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <optional>
#include <thread>

#include "base/counted.hpp"
#include "base/number_text.hpp"

extern char** environ;

namespace weft::cli::advising {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_bytes = std::size_t{1} << 16U;
constexpr std::size_t longest_line = 400;
constexpr const char* interpreter = "python3";

/// Both ends of a pipe, closed at its end.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_writer();
    if (ends_[0] >= 0) ::close(ends_[0]);
  }
  bool is_open() const { return ends_[0] >= 0; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

/// A child in a process group of its own, which has ended when this has.
class Child {
 public:
  Child(const std::vector<std::string>& words, int output) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    for (const int one : {SIGINT, SIGTERM, SIGALRM, SIGPIPE}) sigaddset(&signals, one);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<std::string> copies = words;
    std::vector<char*> pointers;
    for (std::string& one : copies) pointers.push_back(one.data());
    pointers.push_back(nullptr);
    error_ =
        posix_spawnp(&process_, pointers.front(), &actions, &attributes, pointers.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (error_ != 0) return;
    ::kill(-process_, SIGKILL);  // before it is waited for: its group's number is its own till then
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  int error() const { return error_; }
  /// Its status once it has ended, as a shell has it; nothing where it has not at `end`.
  std::optional<int> wait_until(Clock::time_point end) const {
    while (true) {
      siginfo_t ended{};
      const auto process = static_cast<id_t>(process_);
      if (::waitid(P_PID, process, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) {
        if (errno != EINTR) return 127;
      } else if (ended.si_pid == process_) {
        return ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
      }
      if (Clock::now() >= end) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

 private:
  pid_t process_ = -1;
  int error_ = 0;
};

enum class Read { whole, late, too_much };

Read read_until(Clock::time_point end, int from, std::string& text) {
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return Read::late;
    pollfd one{from, POLLIN, 0};
    const int most = static_cast<int>(std::min<std::int64_t>(left.count(), 1000));
    const int ready = ::poll(&one, 1, most);
    if (ready < 0 && errno != EINTR) return Read::late;
    if (ready <= 0) continue;
    char buffer[4096];
    const ssize_t count = ::read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return Read::whole;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > most_bytes) return Read::too_much;
  }
}

/// In front of each script: where weft is killed, this ends by itself; and the folder that weft
/// runs in is none of Python's.
std::string with_limit(const std::string& script, double most_seconds) {
  const auto seconds = static_cast<std::int64_t>(std::ceil(most_seconds)) + 1;
  return "import signal, sys\nsignal.alarm(" + std::to_string(seconds) +
         ")\nsys.path = [p for p in sys.path if p]\n" + script;
}

PythonAnswer without(const std::string& why) { return {"", why}; }

}  // namespace

PythonAnswer ask_python(const std::string& script, const std::vector<std::string>& arguments,
                        double most_seconds) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(most_seconds));
  const std::string name = interpreter;
  Pipe pipe;
  if (!pipe.is_open()) return without("there is no pipe to " + name);
  std::vector<std::string> words{name, "-c", with_limit(script, most_seconds)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  Child child(words, pipe.writer());
  pipe.close_writer();
  if (child.error() == ENOENT) return without("there is no " + name + " on the PATH");
  if (child.error() != 0) return without(name + " does not start: " + std::strerror(child.error()));
  PythonAnswer answer;
  constexpr int digits = 3;
  const std::string late = name + " took longer than " + general(most_seconds, digits) + " s";
  switch (read_until(end, pipe.reader(), answer.text)) {
    case Read::late:
      return without(late);
    case Read::too_much:
      return without(name + " printed more than " + counted(most_bytes, "byte"));
    case Read::whole:
      break;
  }
  const std::optional<int> status = child.wait_until(end);
  if (!status) return without(late);
  if (*status != 0) return without(name + " ended with " + std::to_string(*status));
  return answer;
}

std::string answer_line(const PythonAnswer& answer, const std::string& key) {
  std::size_t begin = 0;
  while (begin < answer.text.size()) {
    const std::size_t end = std::min(answer.text.find('\n', begin), answer.text.size());
    std::string line = answer.text.substr(begin, end - begin);
    if (line.starts_with(key + " ")) {
      line.erase(0, key.size() + 1);
      const auto is_odd = [](char letter) { return letter < ' ' || letter > '~'; };
      std::replace_if(line.begin(), line.end(), is_odd, '?');
      return line.substr(0, longest_line);
    }
    begin = end + 1;
  }
  return "";
}

}  // namespace weft::cli::advising
