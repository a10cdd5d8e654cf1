// SPDX-License-Identifier: Apache-2.0
// Which process on which machine, as a file can tell others; and whether that process lives.
#pragma once

#include <string>

namespace weft {

/// A process that cannot be mistaken for a later one of the same number. Empty: not known.
struct ProcessIdentity {
  std::string host;           ///< for people
  std::string machine;        ///< /etc/machine-id
  std::string boot;           ///< of the kernel that runs it
  std::string pid_namespace;  ///< in which `pid` counts: containers have their own
  std::string pid;
  std::string started;  ///< clock ticks since boot
  std::string since;    ///< when the file was written, for people
};

ProcessIdentity this_process();
std::string to_text(const ProcessIdentity& process);
/// Fields that `text` lacks stay empty.
ProcessIdentity process_from(const std::string& text);

enum class Life { alive, dead, unknown };
/// As far as it can be seen from here.
Life life_of(const ProcessIdentity& process);

/// Both are known to be the same process.
bool same_process(const ProcessIdentity& a, const ProcessIdentity& b);

/// "process 12 on node3 since 2026-11-29 20:38:14 UTC".
std::string describe(const ProcessIdentity& process);

}  // namespace weft
