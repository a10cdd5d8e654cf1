// SPDX-License-Identifier: Apache-2.0
// A member that takes another value for the length of a scope.
#pragma once

namespace weft::csl {

/// Sets `member` and sets it back at the end of the scope, by exception too.
template <class T>
class Restore {
 public:
  Restore(T& member, T value) : member_(member), before_(member) { member_ = value; }
  ~Restore() { member_ = before_; }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

 private:
  T& member_;
  T before_;
};

}  // namespace weft::csl
