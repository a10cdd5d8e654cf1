// SPDX-License-Identifier: Apache-2.0
// Whether a lock that was got proves that no process anywhere holds it.
#pragma once

namespace weft {

/// Whether flock() on this open file excludes processes of all hosts that see the file: on file
/// systems of one kernel, and on network file systems known to carry locks and mounted so.
bool locks_reach_all_hosts(int descriptor);

}  // namespace weft
