// SPDX-License-Identifier: Apache-2.0
// The mapper: from a controller tree to a graph, piece by piece as one is needed by another.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "program/rdu_make.hpp"
#include "program/rdu_map.hpp"
#include "program/rdu_map_context.hpp"
#include "program/rdu_map_scope.hpp"

namespace weft::program::rdu {

class Mapper {
 public:
  Mapper(const rdu_tree::Tree& tree, const Timing& timing, HostNumbers host_numbers);
  Program run();

 private:
  // rdu_map_leaf.cpp: from controllers to what they do
  void visit(std::uint32_t controller, const Scope& outside);
  void visit_steps(std::uint32_t controller, const Scope& scope);
  void effect(std::uint32_t node, const Scope& scope);
  void write_memory(std::uint32_t node, const Scope& scope);
  void write_output(std::uint32_t node, const Scope& scope);

  // rdu_map_frame.cpp: contexts and their counters
  MappedContext& new_context(const std::string& name, std::uint32_t unit, const Scope& scope,
                             rdu_tree::SourcePlace place,
                             const std::vector<InnerCounter>& inner = {},
                             std::uint32_t inner_lanes = 1, bool computes = false);
  void add_counters(MappedContext& context, std::size_t depth, bool computes);
  std::size_t case_around(const Scope& scope, std::size_t depth) const;
  Bound counter_step(MappedContext& context, std::uint32_t node, const Scope& scope,
                     std::uint32_t copies);
  Operand lane_offset(MappedContext& context, std::uint32_t controller, std::uint32_t counter,
                      std::uint32_t lane);
  Bound bound(MappedContext& context, std::uint32_t node, const Scope& scope,
              std::int32_t otherwise);
  /// The context that computes what a leaf's accesses take.
  MappedContext& compute(const Scope& scope);
  /// 1 where lane `lane` of the controller at `depth` has an iteration; none: always.
  Operand lane_exists(MappedContext& context, std::size_t depth, std::uint32_t lane);
  /// 1 where the context's own lanes all have one; none: always.
  Operand mask_of(MappedContext& context);
  Operand both(MappedContext& context, Operand a, Operand b);
  /// Whether mask_of() is anything.
  bool may_lack(const Scope& scope) const;
  bool may_lack_at(const Scope& scope, std::size_t depth) const;
  /// Whether an index is out of range where a lane has no iteration.
  bool may_stray(const std::vector<std::uint32_t>& nodes, const Scope& scope) const;
  /// Whether a counter around may have no index at all: then a context makes one step in which no
  /// lane is valid.
  bool may_be_empty(const Scope& scope) const;
  /// 1 where the context's lanes exist and all of its counters have an index; none: always.
  Operand exists_in(MappedContext& context);
  /// The same of the counters from `first` to below `end`; `by_bounds` alone.
  Operand have_index(MappedContext& context, std::size_t first, std::size_t end,
                     bool by_bounds = false);
  /// 1 where a case of a branch is the one that is taken.
  Operand is_taken(MappedContext& context, std::uint32_t branch_case, const Scope& scope);
  Bound case_bound(MappedContext& context, std::size_t depth, std::int32_t taken,
                   std::int32_t otherwise);

  // rdu_map_break.cpp: loops that end before their counters do
  /// A context that is told, by a channel or what it keeps itself, where the loop at `depth` ends.
  struct Break {
    MappedContext* context = nullptr;
    std::uint32_t channel = none;
    std::uint32_t reg = none;
    std::size_t depth = 0;
  };
  std::uint32_t breaking_writer(std::uint32_t loop) const;
  bool breaks_at_once(std::uint32_t loop) const;
  void add_break(MappedContext& context, std::size_t depth, bool computes);
  Operand is_behind(const MappedContext& context, std::size_t depth) const;
  Operand has_more(MappedContext& context, std::size_t depth);
  void resolve_breaks();

  // rdu_map_machine.cpp: state machines
  struct Machine {
    MappedContext* context = nullptr;
    bool is_made = false;       ///< just now
    std::uint32_t next = none;  ///< channel of states to come
    Operand state{};
    Operand ends{};
  };
  Machine& machine_of(std::uint32_t number, const Scope& outside);
  void require_unwritten(std::uint32_t number, const rdu_tree::Expression& expression) const;
  void add_machine(MappedContext& context, std::size_t depth);
  std::optional<Operand> state_value(MappedContext& context, std::uint32_t node,
                                     const Scope& scope);
  void run_machine(std::uint32_t number, const Scope& outside);

  // rdu_map_value.cpp: numbers in contexts
  using Indices = std::map<std::uint32_t, std::int64_t>;  ///< of iterators
  Operand value(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand make_value(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand iterator(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand operate(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand read(MappedContext& context, std::uint32_t node, const Scope& scope);
  std::optional<Operand> folded(MappedContext& context, std::uint32_t node, const Scope& scope);
  std::optional<rdu_tree::Raw> entry_of(std::uint32_t node, const Scope& scope,
                                        const Indices& indices) const;
  Operand argument(MappedContext& context, std::uint32_t memory);
  /// Computed by the leaf's own context, for one that only moves.
  /// Whether the leaf reads, behind the step, what the step writes: then who has the data can't be
  /// the one who gives the number.
  bool is_read_behind(std::uint32_t node) const;
  /// The context that computes what an access takes: the leaf's, or one of its own.
  MappedContext& computes_for(std::uint32_t node, const Scope& scope);
  Operand moved(MappedContext& context, std::uint32_t node, const Scope& scope,
                std::uint32_t latency_cycles = 1);
  bool is_bare(std::uint32_t node) const;
  Operand binary(MappedContext& context, WordOperation operation, Operand a, Operand b);

  // rdu_map_connect.cpp: channels
  /// A number from each firing to each firing where both go through the same counters, else (and
  /// where not `each`) from the last to the first of what they share.
  Operand connect(Source from, MappedContext& to, const WordType& type, const std::string& name,
                  bool each = true);
  void token(MappedContext& from, std::uint32_t from_level, MappedContext& to,
             std::uint32_t to_level, std::uint32_t initial, const std::string& name);

  // rdu_map_memory.cpp: memories on the chip
  MemoryCopy& copy_of(std::uint32_t memory, const Scope& scope);
  bool is_written_back(std::uint32_t read) const;
  Source read_port(std::uint32_t node, const Scope& scope);
  Operand address(MappedContext& context, const MemoryCopy& copy,
                  const std::vector<std::uint32_t>& nodes, const Scope& scope);
  Operand flat_address(MappedContext& context, const MemoryCopy& copy,
                       const std::vector<Operand>& indices);
  std::uint32_t turn_level(const MappedContext& context, const MemoryCopy& copy);
  /// One context that makes addresses, one that reads; the same where nothing is to be computed.
  struct Port {
    MappedContext* addresses = nullptr;
    MappedContext* reads = nullptr;
    Operand data;
    std::uint32_t latency_cycles = 1;
    std::vector<MappedContext*> parts{};  ///< where the memory is split: who reads each
  };
  Port new_read_port(MemoryCopy& copy, const Scope& scope, rdu_tree::SourcePlace place,
                     const std::vector<InnerCounter>& inner, std::uint32_t lanes, bool plain);
  /// Whether an index is the address as it stands.
  bool is_plain(const std::vector<std::uint32_t>& indices) const;
  void finish_port(Port& port, MemoryCopy& copy, Operand at);
  Source out_of_banks(const Port& port, const MemoryCopy& copy,
                      const std::vector<std::uint32_t>& lanes, const Scope& scope,
                      rdu_tree::SourcePlace place, const std::vector<InnerCounter>& inner,
                      std::uint32_t inner_lanes);

  /// Of each memory, a dimension: the most lanes that an access of it has there.
  void find_banks();
  /// The lanes of an access that goes through the last dimension.
  std::vector<std::uint32_t> lanes_of_last(std::uint32_t memory, std::uint32_t lanes) const;
  std::vector<std::uint32_t> lanes_of_access(std::uint32_t of) const;

  // rdu_map_split.cpp: memories of several units
  void place_copy(MemoryCopy& made, const std::string& name, std::uint32_t words,
                  std::uint32_t buffers);
  Operand lies_in(MappedContext& context, const MemoryCopy& copy, std::size_t part, Operand at);
  MappedContext& new_part_context(const MappedContext& like, const MemoryCopy& copy,
                                  std::size_t part, const char* does);
  void load_parts(Port& port, MemoryCopy& copy, Operand at);
  std::vector<MappedContext*> store_into(MappedContext& from, const MemoryCopy& copy, Operand at,
                                         Operand number, Operand when, std::uint32_t line);
  void note_access(const MemoryCopy& copy, const Access& access,
                   const std::vector<MappedContext*>& parts = {});

  // rdu_map_shift.cpp: register files
  static constexpr std::uint32_t reset_most = 256;
  MappedContext& change_file(std::uint32_t node, const Scope& scope, const char* does,
                             MappedContext& source, Operand& when);
  void shift_file(std::uint32_t node, const Scope& scope);
  void reset_file(std::uint32_t node, const Scope& scope);

  // rdu_map_order.cpp: who may not overtake whom
  void order_accesses();
  void order_pair(std::uint32_t memory, const MemoryCopy& copy, const Access& a, const Access& b);
  void order_in_leaf(const Access& a, const Access& b);
  void order_apart(const Access& a, const Access& b, std::size_t shared, std::size_t depth);
  std::uint32_t stages_apart(const Scope& first, const Scope& second, std::size_t shared) const;
  bool is_repeated(const Scope& scope, std::size_t depth) const;
  std::optional<std::size_t> loop_apart(const Access& a, const Access& b, std::size_t shared) const;
  bool exclude(const Access& a, const Access& b, std::size_t depth) const;
  std::vector<std::pair<std::uint32_t, bool>> asked_by(std::uint32_t controller) const;

  // rdu_map_race.cpp: who may not write at the same time
  std::uint32_t write_of(const Access& access) const;
  bool follows_from(std::uint32_t node, const Scope& scope, std::size_t from,
                    std::set<std::uint32_t>& iterators) const;
  bool depends_on_lane(std::uint32_t node) const;
  std::vector<std::int64_t> indices_of(std::uint32_t iterator, const Scope& scope) const;
  std::set<std::vector<std::int64_t>> words_of(const Access& access, std::size_t shared) const;
  [[noreturn]] void refuse_two_writers(std::uint32_t memory, std::uint32_t write,
                                       const std::string& who, const std::string& what) const;
  void check_lanes(const MemoryCopy& copy, const Access& a, const Access& b,
                   std::size_t shared) const;
  void check_beside(const MemoryCopy& copy, const Access& a, const Access& b,
                    std::size_t shared) const;
  void check_writers(const MemoryCopy& copy, const Access& a, const Access& b, std::size_t shared,
                     bool lanes) const;

  // rdu_map_register.cpp
  void find_writers();
  struct Chosen {
    std::uint32_t writer = none;
    bool carried = false;  ///< from the iteration before
  };
  Chosen writer_for(std::uint32_t memory, std::uint32_t order, std::uint32_t controller,
                    rdu_tree::SourcePlace place) const;
  std::size_t shared_controllers(std::uint32_t a, std::uint32_t b) const;
  Operand register_value(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand incoming(MappedContext& context, std::uint32_t memory, std::uint32_t order,
                   std::uint32_t controller, const Scope& scope, rdu_tree::SourcePlace place);
  Operand fresh(MappedContext& context, std::uint32_t word, Operand then, const WordType& type,
                std::size_t shared);
  Operand kept_register(MappedContext& context, std::uint32_t memory);
  Operand chased_register(MappedContext& context, std::uint32_t node, const Scope& scope);
  Operand register_before(MappedContext& context, std::uint32_t memory, const Scope& scope);
  Source register_source(std::uint32_t memory, std::uint32_t writer, const Scope& scope);
  Scope writer_scope(std::uint32_t memory, std::uint32_t writer, const Scope& seen_from,
                     rdu_tree::SourcePlace place) const;
  void write_register(std::uint32_t node, const Scope& scope);
  void resolve_registers();

  // rdu_map_reduce.cpp
  void accumulator(std::uint32_t controller, const Scope& scope);
  Operand combine_lanes(MappedContext& context, std::uint32_t controller,
                        const std::vector<Operand>& lanes, const Scope& scope);
  struct MaybeThere {
    Operand number;
    Operand exists{};  ///< none: always
  };
  MaybeThere combine_pairs(MappedContext& context, std::uint32_t controller,
                           std::vector<MaybeThere> all, const Scope& scope);
  MaybeThere combine_two(MappedContext& context, std::uint32_t controller, const MaybeThere& left,
                         const MaybeThere& right, const Scope& scope);
  Operand combine_vector(MappedContext& context, WordOperation operation, Operand number);
  Operand combined(MappedContext& context, std::uint32_t controller, Operand left, Operand right,
                   const Scope& scope);
  void reduce_memory(std::uint32_t controller, const Scope& outside);
  Operand result_of_sum(MappedContext& context, std::uint32_t controller, std::size_t depth,
                        Operand number);
  Operand first_iteration(MappedContext& context, std::size_t depth);

  // rdu_map_fifo.cpp
  struct FifoReader {
    MappedContext* context = nullptr;
    std::uint32_t channel = none;
    std::vector<InnerCounter> inner{};
    rdu_tree::SourcePlace place;
    std::uint32_t user = none;  ///< node, or a controller behind all nodes
  };
  struct FifoWriter {
    Source from;
    Operand exists{};         ///< where it puts something in; none: always
    Operand lanes{};          ///< which lanes do; none: all
    std::uint32_t order = 0;  ///< among the steps of the tree
    rdu_tree::SourcePlace place;
  };
  struct FifoCopy {
    std::vector<FifoWriter> writers{};
    std::vector<FifoReader> readers{};
  };
  FifoCopy& fifo_of(std::uint32_t memory, const Scope& scope);
  Operand take_from_fifo(MappedContext& context, std::uint32_t memory, Operand exists,
                         const std::vector<InnerCounter>& inner, std::uint32_t user);
  void put_into_fifo(std::uint32_t memory, Source from, Operand exists, std::uint32_t order,
                     rdu_tree::SourcePlace place);
  FifoWriter joined(std::uint32_t memory, std::vector<FifoWriter> writers);
  /// Turns: what comes from several contexts, one part of an iteration that they share after the
  /// other. The number of the one whose turn it is, for a context that takes from each of them.
  struct Turns {
    std::vector<std::uint32_t> here{};  ///< bits: whose turn it is
    std::uint32_t which = none;         ///< register
  };
  Turns turns_of(ContextMaker& maker, std::size_t count);
  void end_turn(ContextMaker& maker, const Turns& turns, std::uint32_t ends);
  std::size_t sort_turns(std::vector<FifoWriter>& all) const;
  Operand wants(MappedContext& context, const FifoReader& reader);
  void split_readers(std::uint32_t memory, FifoWriter& writer, std::vector<FifoReader>& readers);
  Operand dequeue(MappedContext& context, std::uint32_t node, const Scope& scope);
  void enqueue(std::uint32_t node, const Scope& scope);
  void resolve_fifos();

  /// All words in turn, a channel that has no consumer yet: those where `exists` is 1, and, where
  /// `lanes` is anything, the lanes that are.
  std::uint32_t words_from(std::uint32_t memory, const WordType& type, Source from, Operand exists,
                           Operand lanes);

  // rdu_map_lanes.cpp: FIFOs whose ends have different lanes
  static constexpr std::uint32_t ring_rows = 16;
  struct Ring {
    std::uint32_t unit = none;
    std::uint32_t memory = none;
    std::uint32_t lanes = 1;  ///< words of a row
    std::string name;
    WordType type;
  };
  Ring new_ring(std::uint32_t memory, const WordType& type, std::uint32_t lanes);
  std::uint32_t next_row(ContextMaker& maker, std::uint32_t ends);
  std::uint32_t one_by_one(std::uint32_t memory, const WordType& type, Source from, Operand exists);
  std::uint32_t those_wanted(std::uint32_t memory, std::uint32_t words, std::uint32_t bits);
  void side_by_side(std::uint32_t memory, std::uint32_t words, const FifoReader& reader);

  // rdu_map_merge.cpp: merge buffers
  struct MergeWay {
    std::uint32_t words = none;  ///< a channel: what comes
    std::uint32_t bound = none;  ///< a node
  };
  struct MergeCopy {
    std::vector<MergeWay> ways{};
    std::uint32_t start = none;  ///< a node
  };
  struct MergeGroup;
  MergeCopy& merge_of(std::uint32_t memory, const Scope& scope);
  MergeWay& way_of(MergeCopy& copy, std::uint32_t number, const Scope& scope);
  void describe_merge(std::uint32_t node, const Scope& scope);
  void fill_way(std::uint32_t node, const Scope& scope);
  MergeGroup group_of(std::uint32_t memory, const Scope& owner, const MergeCopy& copy);
  MappedContext& group_context(const MergeGroup& group, const std::string& name, std::uint32_t unit,
                               Operand count, Operand& held);
  std::uint32_t sorted_way(std::uint32_t memory, const MergeGroup& group, std::uint32_t way,
                           std::uint32_t words);
  void rank_words(MappedContext& context, const MergeGroup& group, const Ring& ring,
                  std::int32_t lanes, const std::array<std::uint32_t, 3>& place,
                  std::uint32_t sorted, std::uint32_t exists);
  void resolve_merges();

  // rdu_map_barrier.cpp: sparse memories
  struct SparseAccess {
    MappedContext* asks = nullptr;
    MappedContext* takes = nullptr;
    Operand at{};
    Operand number{};
    Operand exists{};
    Operand answer{};  ///< in `takes`
  };
  std::uint32_t sparse_address(std::uint32_t memory);
  SparseAccess& sparse_access(std::uint32_t node, const Scope& scope);
  void ask_dram(SparseAccess& access, std::uint32_t node, Operand answers);
  void change_in_place(SparseAccess& access, std::uint32_t node, Operand answers);
  Operand sparse_value(MappedContext& context, std::uint32_t node, const Scope& scope);

  // rdu_map_scan.cpp: loops over the ones in rows of bits
  struct ScanCopy {
    Source count;       ///< of ones in a row
    ContextMaker ones;  ///< one of them a firing
    std::uint32_t place = none;
  };
  ScanCopy& scan_of(std::uint32_t loop, std::uint32_t counter, const Scope& outside);
  Operand exists_in_row(MappedContext& context);
  ContextMaker ones_in_turn(const Ring& ring, std::uint32_t full, std::uint32_t free);
  Bound scan_bound(MappedContext& context, std::uint32_t loop, std::uint32_t counter,
                   const Scope& outside);
  Operand scan_index(MappedContext& context, std::uint32_t loop, std::uint32_t place,
                     const Scope& scope);

  // rdu_map_stream.cpp
  std::optional<std::uint64_t> times_in(std::uint32_t controller, std::uint32_t around) const;
  std::optional<std::uint64_t> rounds_by_streams(std::uint32_t controller) const;
  std::uint64_t rounds_of(std::uint32_t controller) const;
  std::uint64_t tokens_of(std::uint32_t memory) const;
  Operand stream_field(MappedContext& context, std::uint32_t token, std::uint32_t field,
                       const Scope& scope);
  std::uint32_t feed_stream(MappedContext& reader, std::uint32_t token, std::uint32_t field,
                            const WordType& type);
  void send_stream(std::uint32_t node, const Scope& scope);

  // rdu_map_sparse.cpp: elements of a DRAM by their addresses
  void gather(std::uint32_t controller, const Scope& scope);
  void scatter(std::uint32_t controller, const Scope& scope);
  Access send_addresses(std::uint32_t controller, const Scope& scope, std::uint32_t channel,
                        const InnerCounter& elements, std::uint32_t lanes);
  /// Word after word of a memory or FIFO on the chip, in a context that goes through `elements`.
  Source elements_of_local(std::uint32_t memory, std::uint32_t controller, const Scope& scope,
                           const std::vector<InnerCounter>& elements, std::uint32_t lanes);

  // rdu_map_transfer.cpp: tiles between DRAM and chip
  /// A transfer of the graph with its channels; those that its kind has not are none.
  struct Stream {
    std::uint32_t address = none;
    std::uint32_t size = none;
    std::uint32_t data = none;
    std::uint32_t done = none;
    std::uint32_t lanes = 1;  ///< of the contexts at its ends
  };
  Stream open_stream(std::uint32_t controller, rdu::Transfer::Kind kind);
  void load_tile(std::uint32_t controller, const Scope& scope);
  void store_tile(std::uint32_t controller, const Scope& scope);
  struct Tile {
    std::vector<InnerCounter> rows{};             ///< a command each
    InnerCounter words;                           ///< of one
    bool has_words = true;                        ///< its words are a dimension of the tile
    std::vector<std::uint32_t> row_dimensions{};  ///< of the DRAM
  };
  Tile tile_of(const rdu_tree::Transfer& transfer) const;
  MappedContext& commands(std::uint32_t controller, const Scope& scope, const Tile& tile,
                          std::uint32_t address, std::uint32_t size);
  InnerCounter counter_of(std::uint32_t count, const std::string& name) const;
  MappedContext& take_data(std::uint32_t controller, const Scope& scope, std::uint32_t data,
                           const std::vector<InnerCounter>& inner, std::uint32_t lanes,
                           bool has_words);
  Source tile_words(std::uint32_t controller, const Scope& scope,
                    const std::vector<InnerCounter>& inner, std::uint32_t lanes, bool has_words);
  Operand local_address(MappedContext& context, const MemoryCopy& copy, std::size_t inner,
                        bool has_words);
  void access_dram(std::uint32_t memory, Access access);

  // rdu_map_host.cpp
  void make_dram(std::uint32_t memory);
  void result_of(std::uint32_t memory, Source from, const Scope& scope);

  void fill_unwritten();

  // Small things
  [[noreturn]] void unsupported(rdu_tree::SourcePlace place, const std::string& what) const;
  std::string unique(const std::string& base);
  std::string name_of_memory(std::uint32_t memory) const;
  std::string line_name(rdu_tree::SourcePlace place, const char* what) const;
  const rdu_tree::Node& node(std::uint32_t n) const { return tree_.nodes[n]; }
  /// The number that a node is in every run; as seen from a scope, whose lanes may decide it.
  std::optional<rdu_tree::Raw> known_number(std::uint32_t n, const Scope& scope = {}) const;
  std::optional<rdu_tree::Raw> find_number(std::uint32_t n, const Scope& scope) const;
  /// Likewise, where some indices are given.
  std::optional<rdu_tree::Raw> number_where(std::uint32_t n, const Scope& scope,
                                            const Indices& indices) const;
  template <typename NumberOf>
  std::optional<rdu_tree::Raw> computed(std::uint32_t n, const NumberOf& number_of) const;
  std::optional<rdu_tree::Raw> known_index(std::uint32_t n, const Scope& scope) const;
  std::optional<std::int64_t> known_integer(std::uint32_t n, const Scope& scope = {}) const;
  /// Whether an access takes part: never, always, or as its enable says.
  enum class Enabled : std::uint8_t { never, always, sometimes };
  Enabled enabled(std::uint32_t n, const Scope& scope) const;
  bool is_queue(std::uint32_t memory) const {
    return tree_.memories[memory].kind == rdu_tree::MemoryKind::fifo;
  }

  const rdu_tree::Tree& tree_;
  HostNumbers host_numbers_;
  TreeShape shape_;
  GraphMaker graph_;
  Timing timing_;
  std::uint32_t host_unit_ = none;
  std::uint32_t dram_unit_ = none;
  std::deque<MappedContext> contexts_;
  std::map<std::string, std::uint32_t> names_;
  std::map<Scope, MappedContext*> computes_;
  std::map<std::pair<std::uint32_t, Scope>, MappedContext*> bounds_;
  std::map<std::pair<std::uint32_t, Scope>, MappedContext*> cases_;
  std::map<std::pair<std::uint32_t, Scope>, Source> ports_;
  std::map<std::pair<std::uint32_t, Scope>, MemoryCopy> copies_;
  std::map<std::uint32_t, std::vector<Access>> accesses_;  ///< by the graph's memory, or a DRAM's
  std::map<std::uint32_t, MemoryCopy> copy_of_place_;
  std::vector<std::vector<RegisterWriter>> writers_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Scope>, Source> register_sources_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> register_numbers_;
  struct Pending {
    std::uint32_t channel = none;
    std::uint32_t memory = none;
    std::uint32_t writer = none;
    Scope scope;  ///< of the writer
    std::size_t shared = 0;
  };
  std::vector<Pending> pending_;
  std::vector<Break> breaks_;
  std::map<std::uint32_t, MappedContext*> arguments_;  ///< what sends them, by memory
  std::map<std::uint32_t, std::uint32_t> dram_addresses_;
  std::map<std::pair<std::uint32_t, Scope>, FifoCopy> fifos_;
  std::map<std::pair<std::uint32_t, Scope>, MergeCopy> merges_;
  std::map<std::pair<std::uint32_t, Scope>, ScanCopy> scans_;
  std::map<std::pair<std::uint32_t, Scope>, SparseAccess> sparse_;
  std::map<std::pair<std::uint32_t, Scope>, Machine> machines_;
  std::map<std::pair<std::uint32_t, Scope>, Source> takes_;
  std::map<std::tuple<std::uint32_t, std::uint32_t, Scope>, Operand> stream_fields_;
  std::map<std::uint32_t, std::pair<std::uint32_t, Scope>> stream_users_;
  std::map<std::uint32_t, std::uint32_t> stream_words_;
  std::set<std::uint32_t> stream_writers_;
  std::vector<std::vector<std::uint32_t>> banks_;
  std::vector<bool> addresses_;  ///< nodes that some read's address depends on
  mutable std::map<std::pair<std::uint32_t, Scope>, std::optional<rdu_tree::Raw>> known_numbers_;
  std::vector<bool> carried_;  ///< memories that keep numbers from one iteration to the next
  std::vector<bool> padded_;   ///< memories whose rows lie odd numbers of words apart
};

}  // namespace weft::program::rdu
