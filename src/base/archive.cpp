// SPDX-License-Identifier: Apache-2.0
// Sealed bytes: a signature, a checksum of all that follows, a head of texts and numbers, the
// content.
#include "base/archive.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/build_info.hpp"
#include "base/bytes.hpp"
#include "base/mix.hpp"

namespace weft {

namespace {

// As PNG's: a transfer as text, or one that cuts the high bit, shows at once.
constexpr std::array<unsigned char, 8> signature{0x89, 'w', 'e', 'f', 't', '\r', '\n', 0x1a};
constexpr std::size_t before_sum = sizeof signature;

/// Not cryptographic. Changing one word always changes it.
std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t sum = mix(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += sizeof sum) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
    sum = mix(sum ^ word);
  }
  return sum;
}

std::string in_version(std::uint32_t version) { return "version " + std::to_string(version); }

}  // namespace

std::vector<std::byte> seal(const StoredForm& form, std::span<const std::byte> content) {
  ByteWriter rest;
  rest.text(std::string(form.name));
  rest.value(form.version);
  rest.text(version());
  rest.values(content);
  const std::uint64_t sum = checksum(rest.bytes());
  std::vector<std::byte> bytes(before_sum + sizeof sum + rest.bytes().size());
  std::memcpy(bytes.data(), signature.data(), before_sum);
  std::memcpy(bytes.data() + before_sum, &sum, sizeof sum);
  std::memcpy(bytes.data() + before_sum + sizeof sum, rest.bytes().data(), rest.bytes().size());
  return bytes;
}

std::span<const std::byte> unseal(const StoredForm& form, std::span<const std::byte> bytes,
                                  const std::string& what) {
  if (bytes.size() < before_sum || std::memcmp(bytes.data(), signature.data(), before_sum) != 0) {
    fail(Category::input, what + ": is no " + std::string(form.name) + " of weft");
  }
  ByteReader in(bytes.subspan(before_sum), what);
  const auto sum = in.value<std::uint64_t>();
  const std::string name = in.text();
  const auto number = in.value<std::uint32_t>();
  const std::string writer = in.text();
  if (name != form.name) {
    in.refuse("is no " + std::string(form.name) + ": weft wrote something else into it");
  }
  if (number != form.version) {
    in.refuse("was written by weft " + writer + " in " + in_version(number) + " of a " + name +
              "; this weft (" + version() + ") reads " + in_version(form.version) +
              " only: make it again");
  }
  const std::uint64_t size = in.count();
  if (size < in.left()) in.refuse("holds more than expected");
  if (checksum(bytes.subspan(before_sum + sizeof sum)) != sum) {
    in.refuse("is damaged: its bytes are not those that weft " + writer + " wrote");
  }
  return bytes.last(size);
}

}  // namespace weft
