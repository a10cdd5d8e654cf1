// SPDX-License-Identifier: Apache-2.0
// Words of a chip's MEM slices, held by page: only pages that a program can touch are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/kokkos.hpp"
#include "program/tsp.hpp"

namespace weft::machine::tsp {

inline constexpr std::uint32_t words_a_page = 64;
inline constexpr std::uint32_t pages_a_bank = program::tsp::words_a_bank / words_a_page;
inline constexpr std::uint32_t banks_a_chip =
    2 * program::tsp::slices_a_hemisphere * program::tsp::banks_a_slice;
inline constexpr std::size_t vector_bytes = program::tsp::lanes;
inline constexpr std::uint32_t bits_a_lane = 8;
inline constexpr std::uint32_t bits_a_superlane = bits_a_lane * program::tsp::lanes_per_superlane;
inline constexpr std::uint32_t no_page = ~std::uint32_t{0};

/// Number of a bank of a chip, west before east.
constexpr std::uint32_t bank_number(program::tsp::Hemisphere hemisphere, std::uint32_t slice,
                                    std::uint32_t bank) {
  const std::uint32_t side =
      hemisphere == program::tsp::Hemisphere::west ? 0 : program::tsp::slices_a_hemisphere;
  return (side + slice) * program::tsp::banks_a_slice + bank;
}
/// The bank that a MEM instruction reads or writes.
std::uint32_t bank_of(const program::tsp::Instruction& instruction);

/// Addresses of the elements of a run, from element `first` on.
struct Walk {
  std::int64_t address = 0;
  std::uint32_t inner = 1;
  std::int32_t stride = 0;
  std::int32_t outer_stride = 0;
  std::uint32_t first = 0;

  WEFT_FUNCTION std::int64_t at(std::size_t element) const {
    const auto k = static_cast<std::uint32_t>(first + element);
    return address + std::int64_t{k / inner} * outer_stride + std::int64_t{k % inner} * stride;
  }
};
Walk walk_of(const program::tsp::Instruction& instruction, std::uint32_t first);

/// Which pages are wanted, before anything is allocated.
class Pages {
 public:
  Pages() : wanted_(std::size_t{banks_a_chip} * pages_a_bank, 0) {}
  void want(std::uint32_t bank, std::int64_t first, std::int64_t last);
  /// All words of elements [0, count) of `walk`.
  void want(std::uint32_t bank, const Walk& walk, std::uint32_t count);
  void want_all(std::uint32_t bank) { want(bank, 0, program::tsp::words_a_bank - 1); }
  std::uint64_t bytes() const;
  const std::vector<std::uint8_t>& wanted() const { return wanted_; }

 private:
  std::vector<std::uint8_t> wanted_;  ///< [bank][page]
};

/// What kernels see of a chip's memory.
struct MemoryView {
  std::byte* words = nullptr;
  const std::uint32_t* pages = nullptr;  ///< [bank][page]: place in `words`

  /// An address of a page that is there.
  WEFT_FUNCTION std::byte* word(std::uint32_t bank, std::int64_t address) const {
    const auto at = static_cast<std::uint32_t>(address);
    const std::uint32_t page = pages[bank * pages_a_bank + at / words_a_page];
    return words + (std::size_t{page} * words_a_page + at % words_a_page) * vector_bytes;
  }
};

/// Bits of a stored word that are not what was written: the check bits know.
using FlippedBits = std::vector<std::uint16_t>;  ///< lane * 8 + bit, ascending
using WordFaults = std::map<std::pair<std::uint32_t, std::uint32_t>, FlippedBits>;

class ChipMemory {
 public:
  ChipMemory() = default;  ///< holds nothing
  explicit ChipMemory(const Pages& pages);

  MemoryView view() const { return {words_.data(), table_.data()}; }
  const DeviceArray<std::byte>& words() const { return words_; }
  bool holds(std::uint32_t bank, std::int64_t address) const;
  std::uint64_t bytes() const { return words_.size() + table_.size() * sizeof(std::uint32_t); }

  /// Flips bit `bit` (lane * 8 + bit) of a word that is there, and notes it.
  void flip(std::uint32_t bank, std::uint32_t address, std::uint32_t bit);

  /// By (bank, address).
  WordFaults faults;

 private:
  std::vector<std::uint32_t> host_table_;
  DeviceArray<std::byte> words_;
  DeviceArray<std::uint32_t> table_;
};

}  // namespace weft::machine::tsp
