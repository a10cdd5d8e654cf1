// SPDX-License-Identifier: Apache-2.0
// Linux tells in /proc.
#include "base/process_memory.hpp"

#include <unistd.h>

#include <fstream>
#include <limits>
#include <locale>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace weft {

namespace {

constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

/// Value of a line "key  number kB", in bytes.
std::uint64_t value_of(const char* path, const std::string& wanted) {
  std::ifstream file(path);
  file.imbue(std::locale::classic());
  std::string key;
  while (file >> key) {
    std::uint64_t kibibytes = 0;
    if (key == wanted && file >> kibibytes) return kibibytes * 1024;
    file.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return unknown;
}

}  // namespace

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  file.imbue(std::locale::classic());
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  if (!(file >> all >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t peak_resident_bytes() {
  const std::uint64_t peak = value_of("/proc/self/status", "VmHWM:");
  return peak == unknown ? 0 : peak;
}

std::uint64_t resident_bytes_at_start() {
  static const std::uint64_t bytes = resident_bytes();
  return bytes;
}

void release_freed_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

std::uint64_t free_node_bytes() { return value_of("/proc/meminfo", "MemAvailable:"); }

}  // namespace weft
