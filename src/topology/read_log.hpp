// SPDX-License-Identifier: Apache-2.0
// Which entries of a table were looked up; private to this room.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace weft::topology {

/// A flag an entry. Marking is safe from any thread; a copy starts with nothing marked.
class ReadLog {
 public:
  ReadLog() = default;
  explicit ReadLog(std::size_t size)
      : size_(size), read_(std::make_unique<std::atomic<bool>[]>(size)) {}
  ReadLog(const ReadLog& other) : ReadLog(other.size_) {}
  ReadLog(ReadLog&&) noexcept = default;
  ReadLog& operator=(const ReadLog& other) {
    if (this != &other) *this = ReadLog(other.size_);
    return *this;
  }
  ReadLog& operator=(ReadLog&&) noexcept = default;
  ~ReadLog() = default;

  void mark(std::size_t index) const { read_[index].store(true, std::memory_order_relaxed); }
  bool has(std::size_t index) const { return read_[index].load(std::memory_order_relaxed); }

 private:
  std::size_t size_ = 0;
  std::unique_ptr<std::atomic<bool>[]> read_;
};

}  // namespace weft::topology
