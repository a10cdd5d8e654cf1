// SPDX-License-Identifier: Apache-2.0
// Stored bytes cut short and with flipped bits: what a full disk or a bad one leaves behind.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace weft::test {

/// How a reader took bytes: "" when it did, else the error's words; a test failure for anything
/// that is not an Error.
template <typename Read>
std::string reading(const Read& read, std::span<const std::byte> bytes) {
  try {
    read(bytes);
    return "";
  } catch (const Error& error) {
    EXPECT_NE(error.category(), Category::internal) << error.what();
    EXPECT_NE(std::string(error.what()), "");
    return error.what();
  } catch (const std::bad_alloc&) {
    ADD_FAILURE() << "asked for memory by a number in bad bytes";
    return "bad_alloc";
  }
}

/// All lengths below that of `bytes`, or about `most` of them: each must be an Error.
template <typename Read>
void expect_no_part_is_read(const Read& read, std::span<const std::byte> bytes,
                            std::size_t most = 4096) {
  const std::size_t step = bytes.size() / most + 1;
  for (std::size_t n = 0; n < bytes.size(); n += step) {
    ASSERT_NE(reading(read, bytes.first(n)), "") << n << " of " << bytes.size() << " bytes";
  }
  if (!bytes.empty()) {
    ASSERT_NE(reading(read, bytes.first(bytes.size() - 1)), "");
  }
}

/// `count` times a bit flipped, seeded: calls body(how it was read, the byte changed).
template <typename Read, typename Body>
void flip_bits(const Read& read, std::vector<std::byte> bytes, std::size_t count,
               const Body& body) {
  std::mt19937 random(20);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = random() % bytes.size();
    const std::byte bit{static_cast<unsigned char>(1U << (random() % 8))};
    bytes[at] ^= bit;
    body(reading(read, bytes), at);
    bytes[at] ^= bit;
  }
}

}  // namespace weft::test
