// SPDX-License-Identifier: Apache-2.0
// A group of per-tile arrays shaped like the machine, with the scales that let xarray open it;
// internal to trace.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/recorder.hpp"
#include "trace/bands.hpp"
#include "trace/dataset.hpp"

namespace weft::trace {

/// Name, unit and channels of a counter: a CounterArray without its values.
struct CounterShape {
  std::string name;
  std::string unit;
  std::string long_name;
  std::vector<std::string> channels;
  /// Values a tile.
  std::uint64_t width() const { return channels.empty() ? 1 : channels.size(); }
  friend bool operator==(const CounterShape&, const CounterShape&) = default;
};

/// /counters, arrays (y, x[, channel]); or /timeline, arrays (bin, y, x[, channel]).
class GridGroup {
 public:
  /// Collective, like every member.
  GridGroup(const Output& out, hid_t file, const char* name, const Rectangle& region,
            const std::vector<CounterShape>& counters, bool binned);

  /// Sets the number of bins and their first cycles.
  void set_bins(const Output& out, std::uint64_t bins, Cycle bin_cycles);
  /// Writes this rank's band of a counter; `bin` is 0 in /counters.
  void write(const Output& out, std::size_t counter, std::uint64_t bin, const Band& band,
             const std::vector<std::uint64_t>& values);
  /// Adds what stands in this rank's band of a bin to `values`.
  void add_to(const Output& out, std::size_t counter, std::uint64_t bin, const Band& band,
              std::vector<std::uint64_t>& values) const;

 private:
  struct Box {
    Extent start;
    Extent count;
  };
  Box box(std::size_t counter, std::uint64_t bin, const Band& band) const;
  struct ChannelScale {
    std::string name;
    Id id;
  };
  Id make_positions(const Output& out, const char* name, std::uint32_t count);
  void make_counter(const Output& out, const CounterShape& counter);
  const ChannelScale& channel_scale(const Output& out, const CounterShape& counter);

  Id group_;
  Id definitions_;
  Rectangle region_;
  bool binned_;
  Id y_;
  Id x_;
  Id bin_cycle_;
  std::map<std::vector<std::string>, ChannelScale> channel_scales_;
  std::vector<Id> datasets_;
  std::vector<std::uint64_t> widths_;  ///< values a tile; 0 where there is no channel dimension
};

}  // namespace weft::trace
