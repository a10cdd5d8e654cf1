// SPDX-License-Identifier: Apache-2.0
// What a TSP scheduler knows while it goes from operation to operation.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "program/tsp_schedule.hpp"
#include "program/tsp_schedule_chain.hpp"
#include "program/tsp_schedule_core.hpp"
#include "program/tsp_schedule_memory.hpp"
#include "program/tsp_schedule_spread.hpp"

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

/// Lanes, whole superlanes, that so many take.
constexpr std::uint32_t block_lanes(std::uint32_t channels) {
  return (channels + lanes_per_superlane - 1) / lanes_per_superlane * lanes_per_superlane;
}

/// How a tensor lies in memory, for those who read it.
struct ImageLayout {
  std::uint32_t copies = 1;
  bool padded = false;       ///< rows of `width` pixels, `pitch` words apart
  std::uint64_t images = 1;  ///< under each other, with as many rows between as windows reach
  std::uint64_t height = 1;  ///< of an image
  std::uint64_t width = 1;
  std::int64_t pitch = 0;
  std::int64_t beside = 0;     ///< words beside a row of pixels that windows reach
  std::int64_t image_gap = 0;  ///< words above and below an image that windows reach
  std::int8_t pad_value = 0;
  /// The convolution that gathers it: lanes are replicated, and a segment holds all that the
  /// windows of its share of the result reach. Null: none.
  const TensorNode* gathered = nullptr;
  bool rows_only = false;  ///< taps of a row lie side by side in the lanes, as the host puts them
  /// Words before a segment that begins with the pixel `row`, and behind one that ends with it.
  /// Windows reach beyond an image from its first and last rows of pixels alone; with `alike` all
  /// segments have the words.
  std::int64_t words_before(std::uint64_t row, bool alike) const {
    return beside + (alike || row / width % height == 0 ? image_gap : 0);
  }
  std::int64_t words_behind(std::uint64_t row, bool alike) const {
    return beside + (alike || row / width % height == height - 1 ? image_gap : 0);
  }
};

class SchedulerState {
 public:
  SchedulerState(const TensorProgram& tensor_program, const std::vector<Chain>& chains,
                 const Timing& delays, const ScheduleOptions& how, Memory room,
                 std::vector<bool> every_lane);

  TensorProgram program;  ///< and what the scheduler adds to it
  const Timing& timing;
  const ScheduleOptions& options;
  Placer placer;
  Memory memory;
  std::deque<Placed> placed;       ///< [tensor]; no segments: not yet
  std::vector<TensorId> resolved;  ///< [tensor]: resolve()
  std::vector<RowMap> row_maps;    ///< [tensor]: resolved_row()
  std::deque<ImageLayout> layouts;
  std::array<std::array<Plane, planes_a_hemisphere>, 2> planes;
  std::map<TensorId, std::vector<Piece>> pieces;  ///< of inputs, constants and outputs
  /// Where blocks lie while they are turned, by hemisphere: the same words of both banks of the
  /// slices for weights, in two halves that take turns.
  struct TurningPlace {
    std::uint32_t address = 0;
    std::uint32_t words = 0;  ///< 0: not there
    std::uint32_t half = 0;
    std::array<Cycle, 2> free_from{};  ///< of a half
  };
  std::array<TurningPlace, 2> turning;
  std::map<TensorId, SpreadMatrices> spread;  ///< what transposes leave for loads of weights
  /// Offsets of gathers and scatters that turn superlanes: by how many, and which of the two.
  std::map<std::pair<std::uint32_t, bool>, TensorId> turns;
  std::vector<std::string> texts;
  std::vector<bool> in_every_lane;  ///< [tensor]: stands_in_every_lane()
  Offset barrier = 0;               ///< nothing of the next operation before; 0: interleaved
  Offset end = 0;                   ///< of what was placed so far

  std::uint32_t label(const std::string& text);
  std::uint64_t rows_of(TensorId id) const;
  std::uint64_t channels_of(TensorId id) const;
  /// Rows cut into quarters, two a hemisphere: first row of quarter q; q = 4 is the end.
  static std::uint64_t quarter(std::uint64_t rows, std::uint32_t q);

  /// What the host gives, one row of it, lies wherever it is wanted, and so do constants.
  bool lies_anywhere(TensorId id) const;
  /// Inputs and constants get their place when they are first asked for.
  const Placed& place_of(TensorId id);
  /// A constant that is read with every vector, for the slot's slices.
  const Placed& constant_of(TensorId id, Hemisphere hemisphere, std::uint32_t slot,
                            std::uint64_t channels, bool replicated);
  /// Segments for a result, by who makes which rows and tiles: `maker(tile)` lists the shares.
  void place_result(TensorId id, const std::function<std::vector<Share>(std::uint32_t)>& makers,
                    const std::vector<TensorId>& read_beside);
  /// A pass will read these tensors in one cycle, and write another beside them: they are to lie in
  /// other slices, or for the result in another bank.
  void meet(const std::vector<TensorId>& sides, TensorId result);
  /// As meet(), of tensors of which a pass takes the same tile, and other rows of each.
  void meet_anywhere(const std::vector<TensorId>& sides);
  /// A constant of the scheduler's own.
  TensorId add_constant(VectorType type, const std::vector<std::byte>& bytes,
                        const TensorShape& shape);
  /// A result of the scheduler's own, with as many copies.
  TensorId add_result(VectorType type, const TensorShape& shape, std::uint32_t copies);
  /// Says which elements of a host tensor the segment's words hold.
  void describe_pieces(TensorId id, const Placed& tensor, const Segment& segment);
  /// Chain `n` is placed: what no later one reads gives its words back, and so does `left` (none:
  /// nothing), which went to another chip.
  void release(std::size_t n, TensorId left);
  void release_all(TensorId id);
  void note(Offset cycle) { end = cycle > end ? cycle : end; }
  /// Where reductions over lanes keep what they are at (tsp_schedule_lanes.cpp): in both banks of
  /// the weights' slices, words from `address` on of each half, which blocks of rows take in turn.
  struct Bench {
    std::uint32_t rows = 0;                  ///< of a quarter in a block; 0: not yet there
    std::array<std::uint32_t, 2> address{};  ///< [hemisphere]
    std::array<Cycle, 2> free_from{};        ///< [half]
    std::uint32_t half = 0;                  ///< of the next block
  };
  Bench bench;
  std::uint32_t bench_words() const { return 4 * bench.rows; }
  /// Number of a map of lanes in the schedule.
  std::uint32_t map_number(const LaneMap& map);
  /// The scheduler's own fp32 or int32 constant, once for all who want it.
  TensorId shared_constant(VectorType type, const std::vector<std::byte>& bytes);

  Memory::Wishes wishes(TensorId id, Hemisphere side, const Share& share, std::uint32_t tile,
                        const std::vector<TensorId>& read_beside,
                        const std::vector<std::uint32_t>& planes_of_segments) const;

 private:
  void place_input(TensorId id);
  void lay_out(const TensorNode& node, const std::vector<bool>& replicable);
  /// Adds segments for rows of a tile: as many copies as the layout wants.
  void add_segments(TensorId id, std::uint32_t tile, const Share& share, std::uint32_t q,
                    const std::vector<TensorId>& read_beside,
                    std::vector<std::uint32_t>& planes_of_segments);
  /// As describe_pieces, of an image whose words hold the taps of a row.
  void describe_rows(TensorId id, const Segment& segment);
  void describe_padding(const ImageLayout& layout, const Segment& segment, std::int64_t lowest,
                        std::uint32_t words);
  TensorId pad_constant(std::int8_t value);
  /// A word of it that the chip reads.
  const Store& pad_word(std::int8_t value, Hemisphere hemisphere);
  /// As describe_padding, by the chip in every run: anything may have lain there.
  void write_padding(const ImageLayout& layout, Segment& segment, std::int64_t lowest,
                     std::uint32_t words, const std::string& name);
  /// The host's padding is there once, before the run: only an image of the same geometry may
  /// follow.
  struct Padded {
    std::int8_t pad_value = 0;
    std::uint64_t images = 0;
    std::uint64_t height = 0;
    Segment segment;
  };
  /// No row of a result that is made of these can be there before.
  Cycle first_ready_of(const std::vector<TensorId>& operands) const;
  Cycle result_wanted_ = 0;  ///< of the result that is being placed
  bool reuse_padded(const ImageLayout& layout, Segment& segment, std::int64_t origin,
                    std::uint32_t words, Hemisphere side, const Memory::Wishes& wish);
  std::vector<Padded> padded_;
  std::map<std::int8_t, TensorId> pad_constants_;
  std::map<std::pair<std::int8_t, Hemisphere>, Store> pad_words_;
  std::map<LaneMap, std::uint32_t> maps_;
  std::map<std::pair<VectorType, std::vector<std::byte>>, TensorId> shared_constants_;
  std::vector<std::vector<TensorId>> read_together_;  ///< by chain
  std::size_t last_reduction_ = 0;                    ///< chain; the last that wants the bench
  std::size_t last_turn_ = 0;                         ///< chain; the last that wants `turning`
  void release_benches(std::size_t n);
  /// What passes read at the VXM in one cycle, and what those of the VXM alone write.
  struct Meeting {
    std::vector<TensorId> sides;
    TensorId result = 0;          ///< unused_side: of a pass behind a product
    std::uint32_t constants = 0;  ///< sides that lie next to the VXM
    bool any_rows = false;        ///< of the same tile; else the same rows meet
  };
  std::vector<Meeting> meetings_;
  void avoid_meetings(Memory::Wishes& wish, TensorId id, Hemisphere side, const Share& share,
                      std::uint32_t tile) const;
  bool read_behind(TensorId id, std::size_t n) const;
  std::map<std::tuple<TensorId, Hemisphere, std::uint32_t, std::uint64_t, bool>, Placed> constants_;
};

/// [tensor]: its last axis has one element, which stands in every lane.
std::vector<bool> stands_in_every_lane(const TensorProgram& program);

/// A way through the SXM, from which a row comes back with its lanes in other places.
struct LaneMove {
  Opcode opcode = Opcode::read;  ///< permute or distribute; read: straight to the VXM
  std::uint32_t map = none;      ///< of the schedule's maps
};

/// The instruction that moves the lanes of rows that go abreast: one or two of them.
struct MoveAbreast {
  std::uint32_t rows = 1;
  std::uint32_t taken = 0;  ///< rows that were added
  std::int32_t out = -1;    ///< requests of streams, to the SXM and back
  std::int32_t back = -1;
  std::uint32_t item = none;
};

/// Where a row lies, in which of its tensor's segments.
struct RowPlace {
  AddressRef ref;
  Cycle ready = 0;
};

/// One operand that streams past the VXM: where row `row` of it lies.
struct SideRows {
  const Placed* tensor = nullptr;
  std::uint32_t tile = 0;
  std::uint32_t copy = 0;
  RowMap row_of;  ///< of the result's row
  /// Instead of row_of: what a row of the result takes may be no row, but lie beside an image.
  std::function<RowPlace(std::uint64_t)> place;
  VectorType type = VectorType::i8;
  LaneMove move;
  MoveAbreast* abreast = nullptr;  ///< null: it goes alone
};

/// Row of a tensor of shape `from` that row r of shape `to` takes when it broadcasts.
RowMap row_map(const TensorShape& from, const TensorShape& to);

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

/// A read or write of one byte plane, without its cycle.
Instruction memory_run(Opcode opcode, const Store& store, std::uint32_t byte,
                       const AddressRun& run);

/// Reads `run` of a store so that its elements pass `stop` from `cycle` on: index of the streams'
/// request; the reads' items in `items`, one a byte.
struct ReadStreams {
  std::int32_t streams = -1;
  std::vector<Fragment::Source> bytes;
  Offset first_dispatch = 0;  ///< the earliest of the bytes
  std::uint8_t offset = 0;    ///< of the request's streams; width 0: all
  std::uint8_t width = 0;
};
ReadStreams add_reads(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                      std::uint8_t high, std::int32_t& shared);
/// Words that are read again every cycle, for all units of a fragment that take them: of each word
/// the run of reads that brings it.
class RepeatedReads {
 public:
  void clear() { runs_.clear(); }
  /// As add_reads, of one word.
  ReadStreams add(Fragment& fragment, const Timing& timing, const Store& store,
                  const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                  std::uint8_t high);

 private:
  struct Run {
    Store store;
    std::uint8_t low = 0;
    std::uint8_t high = 0;
    Direction direction = Direction::west;
    Offset phase = 0;
    ReadStreams reads;
  };
  std::vector<Run> runs_;
};

/// Gathers instead: `map` brings the superlanes' offsets.
ReadStreams add_gather(Fragment& fragment, const Timing& timing, const Store& store,
                       const AddressRun& run, std::uint32_t stop, Offset cycle, std::uint8_t low,
                       std::uint8_t high, const Segment& map, std::int32_t& shared,
                       RepeatedReads& repeated);
/// Reads by way of the SXM of the store's hemisphere, so that what comes back passes the VXM from
/// `cycle` on.
ReadStreams add_moved(Fragment& fragment, const Timing& timing, const Store& store,
                      const AddressRun& run, Offset cycle, std::uint8_t low, std::uint8_t high,
                      const LaneMove& move, MoveAbreast& abreast);
/// The least shift at which element k can be read as `ready(k)` says.
Offset needed_shift(std::uint32_t count, Offset first_dispatch,
                    const std::function<Cycle(std::uint32_t)>& ready);

/// The chain's operations on some rows of a tile, added to a fragment.
class ChainEmitter {
 public:
  ChainEmitter(SchedulerState& state, const Chain& chain, Hemisphere hemisphere, std::uint32_t slot,
               std::uint32_t tile);
  /// With others of the same fragment, which have a slot: what every row takes is read once.
  void share(RepeatedReads& reads) { repeated_ = &reads; }

  std::vector<SideRows> sides;  ///< of the chain; may be changed
  bool all_groups = false;      ///< sides that come from one hemisphere may use every group
  std::uint64_t row_step = 1;   ///< from row to row of the result
  /// Address references of every side and of the result, for `count` rows from `first` on.
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
  /// Before another fragment's first emit().
  void begin();
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
  std::vector<ReadStreams> add_sides(Fragment& fragment, Offset base,
                                     const std::vector<AddressRun>& runs, std::uint64_t first_row,
                                     const Primary* primary);
  Fragment::Item step_item(Fragment& fragment, const Chain::Step& step, Offset base,
                           std::uint32_t count) const;
  std::int32_t result_streams_of(Fragment& fragment, const Store& store, Offset drive,
                                 std::uint32_t count);
  void add_writes(Fragment& fragment, std::uint32_t item, std::int32_t streams, Offset drive,
                  const AddressRun& run, const Segment& segment);

  SchedulerState& state_;
  const Chain& chain_;
  std::uint32_t tile_;
  std::uint32_t copies_;
  std::vector<Written> written_;
  std::vector<std::int32_t> shared_sides_;  ///< requests of streams, of the fragment at hand
  std::int32_t shared_result_ = -1;
  RepeatedReads own_repeated_;
  RepeatedReads* repeated_ = nullptr;  ///< null: own
  Offset needed_ = 0;
};

/// Category::unsupported: a row of `result` wants more at once than a chip has.
[[noreturn]] void refuse_row(const SchedulerState& state, TensorId result);

/// Places `count` rows from `first` on of a chain without primary; gives the first dispatch.
Offset place_rows(SchedulerState& state, ChainEmitter& emitter, TensorId result,
                  std::uint64_t first, std::uint64_t count, std::uint32_t label);

}  // namespace weft::program::tsp
