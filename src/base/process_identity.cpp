// SPDX-License-Identifier: Apache-2.0
// Reads what the kernel tells of processes.
#include "base/process_identity.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <utility>

namespace weft {

namespace {

using Field = std::pair<const char*, std::string ProcessIdentity::*>;
constexpr std::array<Field, 7> fields{{{"host", &ProcessIdentity::host},
                                       {"machine", &ProcessIdentity::machine},
                                       {"boot", &ProcessIdentity::boot},
                                       {"pid_namespace", &ProcessIdentity::pid_namespace},
                                       {"pid", &ProcessIdentity::pid},
                                       {"started", &ProcessIdentity::started},
                                       {"since", &ProcessIdentity::since}}};

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

/// Field 22 of /proc/<pid>/stat; the name before it, in parentheses, may hold anything. Empty for a
/// process that is gone, and for one that has ended and waits to be asked how.
std::string start_of(const std::string& pid) {
  const std::string stat = first_line("/proc/" + pid + "/stat");
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return "";
  std::size_t at = name_end + 2;
  if (at >= stat.size() || stat[at] == 'Z' || stat[at] == 'X') return "";
  constexpr int words_between = 19;
  for (int i = 0; i < words_between && at != 0; ++i) at = stat.find(' ', at) + 1;
  return at == 0 ? "" : stat.substr(at, stat.find(' ', at) - at);
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  std::array<char, 40> text{};
  if (::gmtime_r(&seconds, &parts) == nullptr) return "";
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text.data();
}

bool same(const std::string& a, const std::string& b) { return !a.empty() && a == b; }

}  // namespace

ProcessIdentity this_process() {
  std::error_code ignored;
  ProcessIdentity out;
  out.host = host_name();
  out.machine = first_line("/etc/machine-id");
  out.boot = first_line("/proc/sys/kernel/random/boot_id");
  out.pid_namespace = std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
  out.pid = std::to_string(::getpid());
  out.started = start_of(out.pid);
  out.since = now();
  return out;
}

std::string to_text(const ProcessIdentity& process) {
  std::string out;
  for (const auto& [name, member] : fields) {
    out += std::string(name) + " = " + process.*member + "\n";
  }
  return out;
}

ProcessIdentity process_from(const std::string& text) {
  ProcessIdentity out;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    for (const auto& [name, member] : fields) {
      const std::string key = std::string(name) + " = ";
      if (line.starts_with(key)) out.*member = line.substr(key.size());
    }
    begin = end + 1;
  }
  return out;
}

Life life_of(const ProcessIdentity& process) {
  const ProcessIdentity here = this_process();
  if (same(process.boot, here.boot)) {
    if (!same(process.pid_namespace, here.pid_namespace) || process.started.empty()) {
      return Life::unknown;
    }
    return start_of(process.pid) == process.started ? Life::alive : Life::dead;
  }
  const bool restarted = same(process.machine, here.machine) && !process.boot.empty();
  return restarted ? Life::dead : Life::unknown;
}

bool same_process(const ProcessIdentity& a, const ProcessIdentity& b) {
  return same(a.boot, b.boot) && same(a.pid_namespace, b.pid_namespace) && same(a.pid, b.pid) &&
         same(a.started, b.started);
}

std::string describe(const ProcessIdentity& process) {
  if (process.pid.empty()) return "an unknown process";
  return "process " + process.pid + (process.host.empty() ? "" : " on " + process.host) +
         (process.since.empty() ? "" : " since " + process.since);
}

}  // namespace weft
