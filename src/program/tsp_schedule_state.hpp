// SPDX-License-Identifier: Apache-2.0
// What a TSP scheduler knows while it goes from operation to operation.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "program/tsp_schedule.hpp"
#include "program/tsp_schedule_chain.hpp"
#include "program/tsp_schedule_core.hpp"
#include "program/tsp_schedule_memory.hpp"

namespace weft::program::tsp {

/// An MXM plane (fp16: both of a hemisphere, under the inner one's name).
struct Plane {
  Offset buffer_free = 0;  ///< first load that may be dispatched
  Offset array_free = 0;   ///< first activate of another pass
};

/// Which rows and tiles of a result one plane (or, in the VXM, one row of ALUs) makes.
struct Share {
  Hemisphere hemisphere = Hemisphere::west;
  std::uint32_t plane = 0;
  std::uint64_t first = 0;  ///< rows
  std::uint64_t rows = 0;
};

class SchedulerState {
 public:
  SchedulerState(const TensorProgram& tensor_program, const Timing& delays,
                 const ScheduleOptions& how);

  const TensorProgram& program;
  const Timing& timing;
  const ScheduleOptions& options;
  Placer placer;
  Memory memory;
  std::vector<Placed> placed;      ///< [tensor]; no segments: not yet
  std::vector<TensorId> resolved;  ///< [tensor]: resolve()
  std::array<std::array<Plane, planes_a_hemisphere>, 2> planes;
  std::map<TensorId, std::vector<Piece>> pieces;  ///< of inputs, constants and outputs
  std::vector<std::string> texts;
  Offset barrier = 0;  ///< nothing of the next operation before; 0: interleaved
  Offset end = 0;      ///< of what was placed so far

  std::uint32_t label(const std::string& text);
  std::uint64_t rows_of(TensorId id) const;
  std::uint64_t channels_of(TensorId id) const;
  /// Rows cut into quarters, two a hemisphere: first row of quarter q; q = 4 is the end.
  static std::uint64_t quarter(std::uint64_t rows, std::uint32_t q);

  /// Inputs and constants get their place when they are first asked for.
  const Placed& place_of(TensorId id);
  /// A constant that is read with every vector, for the slot's slices.
  const Placed& constant_of(TensorId id, Hemisphere hemisphere, std::uint32_t slot,
                            std::uint64_t channels, bool replicated);
  /// Segments for a result, by who makes which rows and tiles: `maker(tile)` lists the shares.
  void place_result(TensorId id, const std::function<std::vector<Share>(std::uint32_t)>& makers,
                    const std::vector<TensorId>& read_beside, bool replicated);
  /// Says which elements of a host tensor the segment's words hold.
  void describe_pieces(TensorId id, const Placed& tensor, const Segment& segment);
  void note(Offset cycle) { end = cycle > end ? cycle : end; }

 private:
  void place_input(TensorId id);
  Memory::Wishes wishes(TensorId id, Hemisphere side, const Share& share,
                        const std::vector<TensorId>& read_beside,
                        const std::vector<std::uint32_t>& planes_of_segments) const;
  std::map<std::tuple<TensorId, Hemisphere, std::uint32_t, std::uint64_t, bool>, Placed> constants_;
};

/// One operand that streams past the VXM: where row `row` of it lies.
struct SideRows {
  const Placed* tensor = nullptr;
  std::uint32_t tile = 0;
  std::function<std::uint64_t(std::uint64_t)> row_of;  ///< of the result's row
  VectorType type = VectorType::i8;
};

/// Row of a tensor of shape `from` that row r of shape `to` takes when it broadcasts.
std::function<std::uint64_t(std::uint64_t)> row_map(const TensorShape& from, const TensorShape& to);

/// Runs of rows in which every operand and the result keep one address run.
class RowRuns {
 public:
  /// Source i of the refs; each must give as many.
  void add(std::vector<AddressRef> refs) { refs_.push_back(std::move(refs)); }
  /// runs()[source][n]: the n-th run of each source covers the same elements.
  std::vector<std::vector<AddressRun>> runs() const;

 private:
  std::vector<std::vector<AddressRef>> refs_;
};

/// Reads `run` of a store so that its elements pass `stop` from `cycle` on: index of the streams'
/// request; the reads' items in `items`, one a byte.
struct ReadStreams {
  std::int32_t streams = -1;
  std::vector<Fragment::Source> bytes;
  Offset first_dispatch = 0;  ///< the earliest of the bytes
};
ReadStreams add_reads(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                      std::uint8_t high);
/// The least shift at which every row that the run reads is there. `rows(k)` is element k's row;
/// a row outside the segment (padding) is always there.
Offset needed_shift(const Segment& segment, const AddressRun& run, Offset first_dispatch,
                    const std::function<std::uint64_t(std::uint32_t)>& rows);

/// The chain's operations on rows [first, first + count) of a tile, added to a fragment.
class ChainEmitter {
 public:
  ChainEmitter(SchedulerState& state, const Chain& chain, Hemisphere hemisphere, std::uint32_t slot,
               std::uint32_t tile);

  std::vector<SideRows> sides;
  /// Address references of every side and of the result, for rows [first, first + count).
  void add_sources(RowRuns& runs, std::uint64_t first, std::uint64_t count) const;
  /// Primary: the item that drives the sums onto `streams`, at the VXM from `arrival` on. Without
  /// primary, arrival is the dispatch of column 0. `runs[i]` is of source i as added, n-th.
  struct Primary {
    std::uint32_t item = none;
    std::int32_t streams = -1;
    Direction direction = Direction::west;
  };
  void emit(Fragment& fragment, const Primary* primary, Offset arrival,
            const std::vector<AddressRun>& runs, std::uint64_t first_row);
  Offset needed() const { return needed_; }
  /// After the fragment was placed with `shift`: the rows are ready.
  void placed(Offset shift);

 private:
  struct Written {
    std::uint64_t first_row;
    std::uint32_t count;
    Offset cycle;
    Segment* segment;
  };
  Offset column_offset(std::uint32_t column) const;
  std::uint32_t segment_index(std::uint64_t row) const;
  std::vector<ReadStreams> add_sides(Fragment& fragment, Offset base,
                                     const std::vector<AddressRun>& runs, std::uint64_t first_row,
                                     const Primary* primary);
  Fragment::Item step_item(Fragment& fragment, const Chain::Step& step, Offset base,
                           std::uint32_t count) const;
  static std::int32_t result_streams_of(Fragment& fragment, const Store& store, Offset drive,
                                        std::uint32_t count);
  void add_writes(Fragment& fragment, std::uint32_t item, std::int32_t streams, Offset drive,
                  const AddressRun& run, const Segment& segment);

  SchedulerState& state_;
  const Chain& chain_;
  Hemisphere hemisphere_;
  std::uint32_t tile_;
  VectorType result_type_;
  std::vector<Written> written_;
  Offset needed_ = 0;
};

}  // namespace weft::program::tsp
