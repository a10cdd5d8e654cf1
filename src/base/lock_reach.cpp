// SPDX-License-Identifier: Apache-2.0
// File systems by their numbers, mounts by their options.
#include "base/lock_reach.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>

namespace weft {

namespace {

/// Used by one kernel at a time: ext, XFS, btrfs, tmpfs, overlay, ZFS, F2FS, ramfs, bcachefs.
constexpr std::array<std::uint32_t, 9> local{0xef53,     0x58465342, 0x9123683e,
                                             0x01021994, 0x794c7630, 0x2fc12fc1,
                                             0xf2f52010, 0x858458f6, 0xca451a4e};
/// Carry flock() to their servers: NFS, Ceph, GPFS, Lustre.
constexpr std::array<std::uint32_t, 4> carrying{0x6969, 0x00c36400, 0x47504653, 0x0bd00bd0};

template <typename Numbers>
bool holds(const Numbers& numbers, std::uint32_t number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

/// The line of /proc/self/mountinfo of the device that the file is on.
std::string mount_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return "";
  const std::string device =
      std::to_string(major(status.st_dev)) + ":" + std::to_string(minor(status.st_dev));
  std::ifstream in("/proc/self/mountinfo");
  for (std::string line; std::getline(in, line);) {
    // "36 35 98:0 ...": ids of the mount and of its parent, the device.
    const std::size_t second = line.find(' ') + 1;
    const std::size_t third = line.find(' ', second) + 1;
    if (line.compare(third, device.size() + 1, device + ' ') == 0) return line;
  }
  return "";
}

}  // namespace

bool locks_reach_all_hosts(int descriptor) {
  struct statfs status {};
  if (::fstatfs(descriptor, &status) != 0) return false;
  const auto number = static_cast<std::uint32_t>(status.f_type);
  if (holds(local, number)) return true;
  if (!holds(carrying, number)) return false;
  const std::string mount = mount_of(descriptor);
  const std::array<const char*, 4> kept_here{"local_lock=flock", "local_lock=all", "nolock",
                                             "localflock"};
  return !mount.empty() &&
         std::none_of(kept_here.begin(), kept_here.end(),
                      [&](const char* option) { return mount.find(option) != std::string::npos; });
}

}  // namespace weft
