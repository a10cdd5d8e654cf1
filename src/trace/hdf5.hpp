// SPDX-License-Identifier: Apache-2.0
// HDF5 identifiers that close themselves, and HDF5 failures as weft errors; internal to trace.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

#include "base/error.hpp"

namespace weft::trace {

/// Owns one HDF5 identifier.
class Id {
 public:
  using Closer = herr_t (*)(hid_t);
  Id() = default;
  Id(hid_t id, Closer closer) : id_(id), closer_(closer) {}
  Id(Id&& other) noexcept : id_(std::exchange(other.id_, -1)), closer_(other.closer_) {}
  Id& operator=(Id&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = std::exchange(other.id_, -1);
      closer_ = other.closer_;
    }
    return *this;
  }
  ~Id() { reset(); }
  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  /// Forgets the identifier without closing it.
  hid_t release() { return std::exchange(id_, -1); }
  void reset() {
    if (id_ >= 0 && closer_ != nullptr) closer_(id_);
    id_ = -1;
  }

 private:
  hid_t id_ = -1;
  Closer closer_ = nullptr;
};

/// Brings HDF5 up with its own printing turned off. Cheap to call again.
void start_hdf5();

/// Attribute of datasets of characters that are text (format 1.2), its value their encoding.
inline constexpr const char* text_attribute_name = "_Encoding";

/// Whose fault a failing HDF5 call is and in which file: turns return values into errors.
struct Hdf5Check {
  Category category = Category::system;
  std::string subject;  ///< begins the message: "cannot write trace 'a.h5'"

  /// With the innermost entry of HDF5's error stack. Where the operating system refused ("No space
  /// left on device"), its words are enough.
  [[noreturn]] void fault(const std::string& what) const;
  Id id(hid_t value, Id::Closer closer, const std::string& what) const {
    if (value < 0) fault(what);
    return Id(value, closer);
  }
  void ok(herr_t status, const std::string& what) const {
    if (status < 0) fault(what);
  }
};

}  // namespace weft::trace
