// SPDX-License-Identifier: Apache-2.0
// The scopes of all threads in one list, newest first.
#include "base/busy.hpp"

#include <mutex>

namespace weft {

struct BusyList {
  static std::mutex& lock() {
    static std::mutex mutex;
    return mutex;
  }
  static Busy*& newest() {
    static Busy* busy = nullptr;
    return busy;
  }
  static void enter(Busy& busy) {
    static std::uint64_t count = 0;
    const std::lock_guard hold(lock());
    busy.number_ = ++count;
    busy.outer_ = newest();
    newest() = &busy;
  }
  static void leave(const Busy& busy) {
    const std::lock_guard hold(lock());
    Busy** link = &newest();
    while (*link != &busy) link = &(*link)->outer_;
    *link = busy.outer_;
  }
  static std::optional<BusyNow> now() {
    const std::lock_guard hold(lock());
    const Busy* busy = newest();
    if (busy == nullptr) return std::nullopt;
    return BusyNow{busy->number_, busy->describe_(busy->object_)};
  }
};

Busy::Busy(Describe describe, const void* object)
    : describe_(describe), object_(object), number_(0), outer_(nullptr) {
  BusyList::enter(*this);
}

Busy::~Busy() { BusyList::leave(*this); }

std::optional<BusyNow> busy_now() { return BusyList::now(); }

}  // namespace weft
