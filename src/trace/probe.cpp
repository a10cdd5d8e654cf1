// SPDX-License-Identifier: Apache-2.0
// What happens to the child becomes an answer here.
#include "trace/probe.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string_view>

#include "base/error.hpp"

namespace weft::trace {
namespace {

constexpr rlim_t cpu_seconds = 5;
constexpr rlim_t bytes_max = rlim_t{8} << 30U;
constexpr int unreadable = 2;
constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";

void limit_child() {
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL, SIGXCPU}) {
    std::signal(number, SIG_DFL);
  }
#if !defined(__SANITIZE_ADDRESS__)
  const rlimit memory{bytes_max, bytes_max};
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit processor{cpu_seconds, cpu_seconds + 1};
  ::setrlimit(RLIMIT_CPU, &processor);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

/// The child's whole life: whatever it meets, it ends by itself.
[[noreturn]] void look_and_end(const std::string& path, const std::function<int(hid_t)>& look) {
  limit_child();
  int answer = unreadable;
  try {
    const Id file = open_for_reading({Category::input, path}, path);
    answer = look(file.get()) == 0 ? 0 : 1;
  } catch (...) {
    // The caller opens the file itself and reports what is wrong with it.
  }
  ::_exit(answer);
}

}  // namespace

bool is_hdf5(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, signature.size()> found{};
  for (std::streamoff at = 0; at < (std::streamoff{1} << 24U); at = at == 0 ? 512 : 2 * at) {
    if (!in.seekg(at).read(found.data(), found.size())) return false;
    if (std::string_view(found.data(), found.size()) == signature) return true;
  }
  return false;
}

ProbeEnd probe(const std::string& path, const std::function<int(hid_t)>& look) {
  const pid_t child = ::fork();
  if (child < 0) fail(Category::system, "cannot start a process to check '" + path + "'");
  if (child == 0) look_and_end(path, look);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(Category::system, "lost the process that checks '" + path + "'");
  }
  if (WIFSIGNALED(status)) {
    return WTERMSIG(status) == SIGXCPU ? ProbeEnd::endless : ProbeEnd::crashed;
  }
  switch (WEXITSTATUS(status)) {
    case 0:
      return ProbeEnd::yes;
    case 1:
      return ProbeEnd::no;
    case unreadable:
      return ProbeEnd::unreadable;
    default:
      return ProbeEnd::crashed;
  }
}

Id open_for_reading(const Hdf5Check& check, const std::string& path) {
  const Id access = check.id(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "access list");
  // Reading needs no lock, and shared file systems often have none.
  check.ok(H5Pset_file_locking(access.get(), false, true), "locking");
  return check.id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose,
                  "is truncated or broken");
}

}  // namespace weft::trace
