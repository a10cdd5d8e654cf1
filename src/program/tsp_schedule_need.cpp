// SPDX-License-Identifier: Apache-2.0
// Adds up what weights, constants and images take, and tells it.
#include "program/tsp_schedule_need.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "program/tsp_schedule_spread.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t words_a_slice = banks_a_slice * words_a_bank;
/// A tile of weights that the end of a bank does not hold goes to the next.
constexpr std::uint32_t tile_words = lanes / load_streams;

std::string mebibytes(std::uint64_t words) {
  constexpr std::uint64_t tenths = 10;
  const std::uint64_t bytes = words * lanes;
  const std::uint64_t rounded = (bytes * tenths + (1U << 19U)) >> 20U;
  return std::to_string(rounded / tenths) + "." + std::to_string(rounded % tenths) + " MiB";
}

}  // namespace

void MemoryNeed::note(const Memory& memory) {
  given = memory.given_words();
  given_by_name = memory.given_by_name();
  most_words = std::max(most_words, memory.words_taken());
}

bool MemoryNeed::fits() const {
  return std::all_of(given.begin(), given.end(), [](const auto& side) {
    return std::all_of(side.begin(), side.end(),
                       [](std::uint32_t words) { return words <= words_a_slice; });
  });
}

SliceWords MemoryNeed::reserved() const {
  SliceWords out = given;
  for (auto& side : out) {
    for (std::uint32_t& words : side) {
      if (words > words_a_bank) words = std::min(words + tile_words, words_a_slice);
    }
  }
  return out;
}

std::string describe(const MemoryNeed& need, const Timing& timing) {
  std::uint64_t given = 0;
  std::vector<std::pair<std::uint64_t, std::string>> largest;
  for (const auto& [name, words] : need.given_by_name) {
    given += words;
    largest.emplace_back(words, name);
  }
  constexpr std::size_t told = 3;
  const std::size_t count = std::min(told, largest.size());
  std::partial_sort(largest.begin(), largest.begin() + static_cast<std::ptrdiff_t>(count),
                    largest.end(), [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first : a.second < b.second;
                    });
  const std::uint64_t slices =
      2 * slices_a_hemisphere - timing.text_slices_west.size() - timing.text_slices_east.size();
  std::string out = "weights and constants take " + mebibytes(given) + ", and all together " +
                    mebibytes(need.most_words) + " at once, of the chip's " +
                    mebibytes(slices * words_a_slice) + " beside program text";
  for (std::size_t i = 0; i < count; ++i) {
    out += (i == 0 ? "; the largest: '" : ", '") + largest[i].second + "' " +
           mebibytes(largest[i].first);
  }
  return out;
}

}  // namespace weft::program::tsp
