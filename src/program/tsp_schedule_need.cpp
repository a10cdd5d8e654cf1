// SPDX-License-Identifier: Apache-2.0
// Adds up what weights, constants and images take, and tells it.
#include "program/tsp_schedule_need.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "program/tsp_schedule_spread.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t words_a_slice = banks_a_slice * words_a_bank;
/// A tile of weights that the end of a bank does not hold goes to the next.
constexpr std::uint32_t tile_words = lanes / load_streams;

std::string mebibytes_of(std::uint64_t bytes) {
  constexpr std::uint64_t tenths = 10;
  const std::uint64_t rounded = (bytes * tenths + (1U << 19U)) >> 20U;
  return std::to_string(rounded / tenths) + "." + std::to_string(rounded % tenths) + " MiB";
}
std::string mebibytes(std::uint64_t words) { return mebibytes_of(words * lanes); }

std::uint64_t words_of_chip(const Timing& timing) {
  const std::uint64_t slices =
      2 * slices_a_hemisphere - timing.text_slices_west.size() - timing.text_slices_east.size();
  return slices * words_a_slice;
}

/// "; the largest: 'w1' 10.1 MiB, 'w2' 4.0 MiB, 'w3' 4.0 MiB", of bytes and names.
std::string largest_text(std::vector<std::pair<std::uint64_t, std::string>> all) {
  constexpr std::size_t told = 3;
  const std::size_t count = std::min(told, all.size());
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count), all.end(),
                    [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first : a.second < b.second;
                    });
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    out +=
        (i == 0 ? "; the largest: '" : ", '") + all[i].second + "' " + mebibytes_of(all[i].first);
  }
  return out;
}

/// Bytes that must be in memory when a program begins.
class Given {
 public:
  void add(const TensorValue& value) {
    const std::uint64_t bytes = value.elements() * numerics::width_of(value.type);
    bytes_ += bytes;
    each_.emplace_back(bytes, value.name);
  }
  void require(const std::string& what, std::uint64_t words, const char* where) const {
    if (bytes_ <= words * lanes) return;
    fail(Category::limit, what + mebibytes_of(bytes_) + " at least, and the chip has " +
                              mebibytes(words) + where + largest_text(each_));
  }

 private:
  std::uint64_t bytes_ = 0;
  std::vector<std::pair<std::uint64_t, std::string>> each_;
};

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
    largest.emplace_back(words * lanes, name);
  }
  return "weights and constants take " + mebibytes(given) + ", and all together " +
         mebibytes(need.most_words) + " at once, of the chip's " +
         mebibytes(words_of_chip(timing)) + " beside program text" +
         largest_text(std::move(largest));
}

void require_given_room(const ChipPart& part, bool several, const Timing& timing) {
  const TensorProgram& program = part.program;
  std::vector<bool> read(program.tensors.size(), false);
  std::vector<bool> loaded(program.tensors.size(), false);  // by planes, as it was given
  for (const TensorNode& node : program.nodes) {
    for (const TensorId operand : node.operands) read[operand] = true;
    const bool multiplies =
        node.operation == TensorOperation::matmul ||
        (node.operation == TensorOperation::convolution && node.window.groups == 1);
    if (multiplies) loaded[node.operands[1]] = true;
  }
  Given weights, all;
  for (TensorId id = 0; id < program.tensors.size(); ++id) {
    const TensorValue& value = program.at(id);
    if (!read[id] || value.role == TensorValue::Role::result) continue;
    all.add(value);
    if (loaded[id]) weights.add(value);
  }
  const std::string chip = several ? "on chip " + std::to_string(part.chip) + " " : std::string();
  constexpr std::uint64_t slices = std::uint64_t{2} * load_streams;
  weights.require(chip + "weights of products take ", slices * words_a_slice,
                  " in the slices that they are loaded from");
  all.require(chip + "inputs, weights and constants take ", words_of_chip(timing),
              " beside program text");
}

}  // namespace weft::program::tsp
