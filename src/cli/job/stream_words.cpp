// SPDX-License-Identifier: Apache-2.0
// Items of a stream as words, and back.
#include "cli/job/stream_words.hpp"

#include <cstring>

namespace weft::cli {

namespace {
constexpr std::size_t word_bytes = sizeof(std::uint32_t);
}

std::vector<std::byte> to_words(const TileData& data, std::uint64_t tiles, std::uint64_t first,
                                std::uint64_t count) {
  const std::size_t size = trace::size_bytes(data.type);
  std::vector<std::byte> words(tiles * count * data.elements * word_bytes);
  std::byte* to = words.data();
  for (std::uint64_t tile = 0; tile < tiles; ++tile) {
    for (std::uint64_t item = first; item < first + count; ++item) {
      const std::byte* from = data.bytes.data() + (item * tiles + tile) * data.elements * size;
      for (std::uint32_t e = 0; e < data.elements; ++e, from += size, to += word_bytes) {
        std::memcpy(to, from, size);
      }
    }
  }
  return words;
}

void from_words(std::span<const std::byte> words, std::uint64_t tiles, TileData& data) {
  const std::size_t size = trace::size_bytes(data.type);
  data.bytes.resize(data.items * tiles * data.elements * size);
  const std::byte* from = words.data();
  for (std::uint64_t tile = 0; tile < tiles; ++tile) {
    for (std::uint64_t item = 0; item < data.items; ++item) {
      std::byte* to = data.bytes.data() + (item * tiles + tile) * data.elements * size;
      for (std::uint32_t e = 0; e < data.elements; ++e, from += word_bytes, to += size) {
        std::memcpy(to, from, size);
      }
    }
  }
}

}  // namespace weft::cli
