// SPDX-License-Identifier: Apache-2.0
// What the process is inside of that may never come back, and the wish that it comes back soon.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

namespace weft {

/// Set while the run should be looked up from: a signal came, or its wall time is over. What runs
/// long returns early where it can.
inline std::atomic<bool> attention_wanted{false};

/// A scope in which code that is not weft's own runs, such as a codelet. Scopes may nest and stand
/// in several threads.
class Busy {
 public:
  /// What runs, in words, as of now; called by another thread while the scope lives, with `object`.
  using Describe = std::string (*)(const void* object);
  Busy(Describe describe, const void* object);
  ~Busy();
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  friend struct BusyList;
  Describe describe_;
  const void* object_;
  std::uint64_t number_;  ///< counts all scopes of the process
  Busy* outer_;
};

/// The scope that was entered last and not left.
struct BusyNow {
  std::uint64_t number = 0;
  std::string what;
  friend bool operator==(const BusyNow&, const BusyNow&) = default;
};
std::optional<BusyNow> busy_now();

}  // namespace weft
