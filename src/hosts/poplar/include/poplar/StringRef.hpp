// SPDX-License-Identifier: Apache-2.0
// A reference to text that somebody else owns: how Poplar functions take names.
#pragma once

#include <cstddef>
#include <cstring>
#include <ostream>
#include <string>

namespace poplar {

/// Constant text, valid as long as its owner.
class StringRef {
 public:
  StringRef() : data_(""), size_(0) {}
  StringRef(const std::string& text) : data_(text.data()), size_(text.size()) {}
  StringRef(const char* text, std::size_t size) : data_(text), size_(size) {}
  StringRef(const char* text) : data_(text), size_(std::strlen(text)) {}

  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::size_t length() const { return size_; }
  bool empty() const { return size_ == 0; }
  const char* begin() const { return data_; }
  const char* end() const { return data_ + size_; }
  char operator[](std::size_t i) const { return data_[i]; }
  std::string cloneAsString() const { return std::string(data_, size_); }
  operator std::string() const { return cloneAsString(); }

 private:
  const char* data_;
  std::size_t size_;
};

inline bool operator==(StringRef a, StringRef b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size()) == 0;
}
inline bool operator!=(StringRef a, StringRef b) { return !(a == b); }
inline bool operator<(StringRef a, StringRef b) { return a.cloneAsString() < b.cloneAsString(); }
inline std::string operator+(StringRef a, StringRef b) {
  return a.cloneAsString().append(b.data(), b.size());
}
inline std::ostream& operator<<(std::ostream& out, StringRef text) {
  return out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace poplar
