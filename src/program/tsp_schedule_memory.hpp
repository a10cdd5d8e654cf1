// SPDX-License-Identifier: Apache-2.0
// Where a TSP scheduler puts tensors: tiles of lanes, segments of rows, slices and banks.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "program/tsp.hpp"
#include "program/tsp_schedule_words.hpp"
#include "program/tsp_timing.hpp"

namespace weft::program::tsp {

/// Words of one byte plane for each byte of an element; the same bank and addresses in every slice.
struct Store {
  Hemisphere hemisphere = Hemisphere::west;
  std::uint8_t bank = 0;
  std::uint8_t width = 1;
  std::array<std::uint8_t, 4> slices{};
  std::uint32_t address = 0;
  std::uint32_t words = 0;
  Cycle free_from = 0;  ///< no write before: others read what was there
};

inline constexpr std::int64_t most_segment_words = words_a_bank;
/// It and the next hold the offsets of gathers, which stream outwards to what is gathered.
inline constexpr std::uint32_t offset_slice = 8;

/// Rows [first, first + rows) of one tile of 320 lanes of a tensor. Row r, with image columns of
/// `columns` pixels, lies at word address + (r / columns) * pitch + r % columns + origin, and
/// `image_gap` words on for each image of `image_rows` rows before its own.
struct Segment {
  std::uint32_t tile = 0;
  std::uint64_t first = 0;
  std::uint64_t rows = 0;
  Store store;
  std::uint64_t columns = std::uint64_t{1} << 40U;
  std::int64_t pitch = 0;
  std::uint64_t image_rows = std::uint64_t{1} << 40U;
  std::int64_t image_gap = 0;
  std::int64_t origin = 0;
  std::uint32_t copy = 0;  ///< of the same rows in other slices
  /// Rows [low, low + ready.size()): of each the first cycle in which it can be read; empty: all
  /// are always there. Beside its own a segment may hold copies of its neighbours' rows.
  std::uint64_t low = 0;
  std::vector<Cycle> ready;
  Cycle padding_ready = 0;  ///< what lies around the image can be read from this cycle on
  /// Of a gathered image: rows of the convolution's result that read this segment.
  std::uint64_t read_first = 0;
  std::uint64_t read_rows = 0;

  std::uint32_t address_of(std::uint64_t row) const {
    return static_cast<std::uint32_t>(
        std::int64_t{store.address} + static_cast<std::int64_t>(row / columns) * pitch +
        static_cast<std::int64_t>(row % columns) +
        static_cast<std::int64_t>(row / image_rows) * image_gap + origin);
  }
  /// Of a pixel of the first image, or beside one.
  std::uint32_t address_of(std::int64_t y, std::int64_t x) const {
    return static_cast<std::uint32_t>(std::int64_t{store.address} + y * pitch + x + origin);
  }
  bool has(std::uint64_t row) const { return row >= first && row < first + rows; }
  Cycle ready_at(std::uint64_t row) const { return ready.empty() ? 0 : ready.at(row - low); }
};

/// A tensor of `rows` rows (all axes but the last) of `channels`. Lane l of tile j holds channel
/// 320 j + l; replicated: lane l of the one tile holds channel l % channels.
struct Placed {
  std::uint64_t rows = 0;
  std::uint64_t channels = 0;
  std::uint32_t tiles = 0;
  bool replicated = false;
  std::vector<Segment> segments;

  /// The segment of the tile with the row; null: none.
  const Segment* find(std::uint32_t tile, std::uint64_t row, std::uint32_t copy = 0) const;
};

/// A run of addresses: two nested strides, as an instruction has.
struct AddressRun {
  std::uint32_t source = 0;  ///< which segment, by the caller's numbering
  std::uint32_t first = 0;   ///< element of the whole
  std::uint32_t count = 1;
  std::uint32_t address = 0;
  std::int32_t stride = 0;
  std::uint32_t inner = none;
  std::int32_t outer_stride = 0;
};
struct AddressRef {
  std::uint32_t source = 0;
  std::uint32_t address = 0;
};
/// The longest runs from the front that keep one source and do not cross `breaks` (sorted element
/// numbers).
std::vector<AddressRun> runs_of(const std::vector<AddressRef>& refs,
                                const std::vector<std::uint32_t>& breaks);

/// Words of each slice, of both banks.
using SliceWords = std::array<std::array<std::uint32_t, slices_a_hemisphere>, 2>;

/// Hands out words, and takes back what nobody reads any more.
class Memory {
 public:
  /// `reserved`: so many words are for weights and constants alone, which the host gives: who
  /// computes has the others.
  explicit Memory(const Timing& timing, const SliceWords& reserved = {});
  /// Of a chip whose banks have no end: tells what a program would take.
  static Memory boundless(const Timing& timing);

  /// What makes a slice, or a bank of it, a bad choice: higher is worse.
  struct Wishes {
    std::array<std::array<std::uint32_t, banks_a_slice>, slices_a_hemisphere> penalty{};
    void avoid(std::uint32_t slice, std::uint32_t points);
    void avoid(std::uint32_t slice, std::uint32_t bank, std::uint32_t points);
  };
  /// `width` slices with the same free words in one bank; `fresh`: that nothing lay in before.
  /// Category::limit where there are none. What comes to lie in slices for weights, no sooner than
  /// in cycle `wanted`, takes words given back by then rather than fresh ones.
  Store allocate(Hemisphere hemisphere, std::uint32_t width, std::uint32_t words,
                 const Wishes& wishes, bool fresh, Cycle wanted, const std::string& name);
  /// Nobody reads it from `cycle` on.
  void release(const Store& store, Cycle cycle);
  /// The same words in given slices.
  Store allocate_in(Hemisphere hemisphere, const std::array<std::uint8_t, 4>& slices,
                    std::uint32_t width, std::uint32_t words, const std::string& name);
  /// 16 slices for weights: the same `words` words in each.
  struct WeightStore {
    Hemisphere hemisphere = Hemisphere::west;
    std::uint8_t bank = 0;
    std::uint32_t address = 0;
    std::uint32_t words = 0;
    Cycle free_from = 0;  ///< no write before: others read what was there
  };
  /// For what the host gives: where nothing lay before.
  WeightStore allocate_weights(Hemisphere hemisphere, std::uint32_t words, const std::string& name);
  /// For what the chip computes, no sooner than in cycle `wanted`: words given back by then, or
  /// else fresh ones, or else those that are given back first. In the second bank rather, where
  /// `high`.
  WeightStore allocate_computed(Hemisphere hemisphere, std::uint32_t words, Cycle wanted, bool high,
                                const std::string& name);
  void release(const WeightStore& store, Cycle cycle);
  /// The same words of both banks of the slices for weights: address of the first.
  std::uint32_t allocate_bench(Hemisphere hemisphere, std::uint32_t words, const std::string& name);
  void release_bench(Hemisphere hemisphere, std::uint32_t address, std::uint32_t words,
                     Cycle cycle);
  /// Of each of the 16 slices, taken by weights and benches at present.
  std::uint32_t weight_words(Hemisphere hemisphere) const {
    return weight_words_[static_cast<std::size_t>(hemisphere)];
  }
  /// Of all slices, taken at present.
  std::uint64_t words_taken() const;
  /// What weights, constants and benches took of each slice so far, and of all slices by name.
  const SliceWords& given_words() const { return given_words_; }
  const std::map<std::string, std::uint64_t>& given_by_name() const { return given_by_name_; }
  const std::vector<std::uint8_t>& weight_slices(Hemisphere hemisphere) const {
    return weights_[static_cast<std::size_t>(hemisphere)];
  }
  /// Four slices next to the VXM, for what is read with every vector: slot 0 .. 3.
  std::array<std::uint8_t, 4> constant_slices(Hemisphere hemisphere, std::uint32_t slot) const;
  using Slices = std::array<bool, slices_a_hemisphere>;
  /// The first slot from `slot` on in whose slices nothing else is read with every row; then they
  /// are.
  std::uint32_t take_slot(Hemisphere hemisphere, std::uint32_t slot, Slices& read) const;

 private:
  enum class Use : std::uint8_t { tensors, vector_constants, constants, weights, offsets, text };
  struct Hole {
    std::uint32_t address = 0;
    Cycle from = never;
  };
  /// A bank of each of some slices.
  struct Rooms {
    Hemisphere hemisphere = Hemisphere::west;
    std::vector<std::uint32_t> slices;
    std::uint32_t first_bank = 0;
    std::uint32_t banks = 1;
  };
  /// The hole that all the rooms have which is free first, of those that are free by `wanted` one
  /// that something lay in, where nothing is reserved. Its `from` is never where there is none.
  Hole hole_in(const Rooms& rooms, std::uint32_t words, bool fresh, Cycle wanted = 0) const;
  /// The same, of words [low, behind).
  Hole hole_between(const Rooms& rooms, std::uint32_t low, std::uint32_t behind,
                    std::uint32_t words, bool fresh, Cycle wanted) const;
  /// Fresh words for what the host gives: reserved ones, or else others.
  Hole given_hole(const Rooms& rooms, std::uint32_t words) const;
  void take_given(const Rooms& rooms, std::uint32_t address, std::uint32_t words,
                  const std::string& name);
  /// The first word that is reserved in any of the rooms; in all of them.
  std::pair<std::uint32_t, std::uint32_t> reserved_from(const Rooms& rooms) const;
  template <typename Body>
  void each_bank(const Rooms& rooms, const Body& body);
  Rooms weight_rooms(Hemisphere hemisphere, std::uint32_t bank, std::uint32_t banks) const;
  template <typename T>
  using OfBanks = std::array<std::array<std::array<T, banks_a_slice>, slices_a_hemisphere>, 2>;
  OfBanks<BankWords> words_;
  OfBanks<std::uint32_t> reserved_;  ///< the first word that is
  std::uint32_t bank_words_ = words_a_bank;
  std::array<std::uint32_t, 2> weight_words_{};
  SliceWords given_words_{};
  std::map<std::string, std::uint64_t> given_by_name_;

  std::array<std::array<Use, slices_a_hemisphere>, 2> use_{};
  std::array<std::vector<std::uint8_t>, 2> weights_;
  std::array<std::vector<std::uint8_t>, 2> constants_;
};

}  // namespace weft::program::tsp
