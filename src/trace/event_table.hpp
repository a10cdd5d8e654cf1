// SPDX-License-Identifier: Apache-2.0
// One event stream in one file: extensible columns and their seek index; internal to trace.
#pragma once

#include <array>

#include "base/recorder.hpp"
#include "trace/dataset.hpp"
#include "trace/global_order.hpp"
#include "trace/types.hpp"

namespace weft::trace {

/// One column of /events/<stream>.
struct Column {
  const char* name;
  const char* long_name;
  const char* units;
  ElementType type;  ///< u32 or u64
};

inline constexpr std::array<Column, 7> event_columns{{
    {"cycle", "cycle of completion", "cycle", ElementType::u64},
    {"tile", "tile, row-major in the region", "1", ElementType::u32},
    {"sequence", "order within (cycle, tile)", "1", ElementType::u32},
    {"kind", "index into the stream's kinds", "1", ElementType::u32},
    {"id", "what it happened to", "1", ElementType::u32},
    {"duration", "cycles from begin to completion", "cycle", ElementType::u32},
    {"argument", "meaning in the stream's argument_meaning", "1", ElementType::u64},
}};

/// From here on a number may have no double of its own, and readers that know no other numbers
/// (JavaScript's) round it.
inline constexpr std::uint64_t exact_end = std::uint64_t{1} << 53U;

/// Value of column `column` of a row, and the other way round.
std::uint64_t get_column(const EventRow& row, std::size_t column);
void set_column(EventRow& row, std::size_t column, std::uint64_t value);

/// Most bytes that `rows` more rows can add to a file with such chunks.
std::uint64_t event_bytes_bound(std::uint64_t rows, std::uint64_t chunk_rows);
/// Most bytes that the column `argument_low` of `rows` rows takes.
std::uint64_t low_bytes_bound(std::uint64_t rows, std::uint64_t chunk_rows);

class EventTable {
 public:
  /// Makes /events/<name>, the machine's stream number `position`, with columns where the level of
  /// `settings` keeps them. Collective.
  EventTable(const Output& out, hid_t events, const StreamInfo& stream, std::uint64_t position,
             const Settings& settings);
  /// Writes this rank's slab of an epoch. Collective.
  void append(const Output& out, const Slab& slab);
  /// Appends the rows that `ahead`, the same stream in another file, has beyond this one's.
  /// Collective.
  void catch_up(const Output& out, const EventTable& ahead);
  std::uint64_t rows() const { return rows_; }
  /// An argument is no exact double, so that the stream has the column `argument_low`.
  bool wide() const { return static_cast<bool>(low_); }
  /// Digest and number of the rows of the whole run, kept or not. Collective.
  void finish(const Output& out, const std::string& digest, std::uint64_t rows_hashed);

 private:
  void append_index(const Output& out, const Slab& slab);
  std::uint64_t entries(std::uint64_t rows) const { return (rows + chunk_rows_ - 1) / chunk_rows_; }
  void copy_index(const Output& out, const EventTable& ahead);
  /// Fills /events/<stream>/argument_low from what it lacks on, made where it is not there yet.
  void extend_low(const Output& out);

  Id group_;
  std::array<Id, event_columns.size()> columns_;
  Id low_;  ///< bits 0 to 31 of the argument, once one has needed more than 53
  Id index_row_;
  Id index_cycle_;
  std::uint64_t chunk_rows_;
  std::uint64_t rows_ = 0;
  std::uint64_t low_rows_ = 0;
};

}  // namespace weft::trace
