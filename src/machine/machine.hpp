// SPDX-License-Identifier: Apache-2.0
// The one interface of a machine model: a slice of tiles that advances in emulated time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cut.hpp"
#include "base/cut_record.hpp"
#include "base/error.hpp"
#include "base/geometry.hpp"
#include "base/ids.hpp"
#include "base/recorder.hpp"
#include "machine/card.hpp"
#include "machine/facets.hpp"
#include "machine/slice.hpp"
#include "machine/words.hpp"

namespace weft::topology {
class Topology;
struct Assignment;
}  // namespace weft::topology

namespace weft::machine {

/// How slices agree on time; who exchanges records with whom is the family's relation.
enum class Coupling : std::uint8_t {
  neighbour,  ///< by promises between neighbours: what a window needs travels with its records
  global,     ///< all slices agree on every window (a superstep is a maximum over tiles)
};

/// Where the kernels of a machine's advance() run.
enum class KernelSpace : std::uint8_t {
  host,    ///< Kokkos' host spaces only, whatever it was built for: Space of base/kokkos.hpp
  device,  ///< Kokkos' default space, a GPU where it was built for one: DeviceSpace there
};

/// The first thing a kernel refused: the least (cycle, tile, code) of the slice. Detail words are
/// the machine's.
struct KernelError {
  Cycle cycle = never;
  TileId tile{};
  std::uint32_t code = 0;
  std::uint64_t detail[3] = {0, 0, 0};
};

/// A tile that has work left and cannot go on, for deadlock reports.
struct Waiting {
  TileId tile{};
  std::string reason;  ///< "microthread 2 waits for 12 of 64 wavelets of color 5 on input queue 3"
};

/// Why one of the things that act on a tile does not go on, and which one could change that; by
/// numbers that are the same however tiles are cut. For loops in deadlock reports.
struct WaitFor {
  std::uint64_t who = 0;
  std::uint64_t whom = 0;
  bool has_work = false;  ///< else it rests, though others may wait for it
  std::string what;       ///< a sentence
  /// Of what lies between the two, where that holds anything: how much, of how much.
  std::uint32_t fill = 0;
  std::uint32_t capacity = 0;
};

/// Something that a run says beside its results though it stops nothing, counted: the same `what`
/// is one thing on every slice.
struct Remark {
  std::string what;         ///< before their number: "wavelets that left the region"
  std::uint64_t count = 0;  ///< on this slice
  Cycle cycle = never;      ///< of the first
  TileId tile{};
  std::string first;  ///< the rest of a sentence on the first: "of color 5 went north"
};

/// A symbol, function, host stream or array that the program exports.
struct Export {
  /// An array is one host tensor, spread over tiles in an order that the program defines.
  enum class Kind : std::uint8_t { variable, function, stream_in, stream_out, array };
  Kind kind = Kind::variable;
  std::string name;
  std::uint32_t element_bytes = 0;  ///< variable, array: size of one element
  std::uint64_t elements = 0;       ///< variable: elements a tile holds; array: of the whole array
  std::string type;  ///< "f32", "u16" ... or the function's argument types, comma separated
};

/// One slice: time, cuts and state, which every machine has; the rest is facets. Life: built, then
/// any sequence of host calls (only between advances) and advances, in time order.
///
/// Time rule: within a cycle all reads see the state at its start, all writes are visible in the
/// next. A record that left neighbour n in cycle c acts here at the start of cycle c + the latency
/// of its link, which the machine knows and which is never less than neighbour n's latency_cycles.
/// The engine guarantees that when advance(until) is called, every arrival from n with cycle +
/// latency_cycles < until has been given to accept().
///
/// Work that began before `until` may have been computed up to its end beyond it (a superstep is
/// one such piece of work); what can be seen may not: now() is `until`, and last_activity(), rows
/// and counters hold what was complete before.
///
/// Nothing here may depend on how the region is cut: same state, rows, counters and errors for any
/// slices.
class Machine {
 public:
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  virtual ~Machine() = default;

  // --- time ---
  /// First cycle not yet run.
  virtual Cycle now() const = 0;
  /// Least cycle >= now() in which this slice would do something with what it has; `never` when
  /// idle.
  virtual Cycle next_activity() const = 0;
  /// A lower bound on the cycle of any departure to neighbour n not yet taken, if from each
  /// neighbour k nothing more arrives that departed before departed_before[k]. At least now(). Used
  /// as the promise sent with the halo.
  virtual Cycle departure_bound(std::size_t n, std::span<const Cycle> departed_before) const = 0;
  /// Runs cycles now() .. until - 1. Stops early, with error() set, at the end of the first cycle
  /// in which a kernel refused something; and may do so after any cycle while attention_wanted
  /// (base/busy.hpp).
  virtual void advance(Cycle until, Recorder& recorder) = 0;

  // --- cut links ---
  /// Moves what left towards neighbour n since the last call to the end of `out`, by (cycle, link,
  /// sequence).
  virtual void take_departures(std::size_t n, std::vector<CutRecord>& out) = 0;
  /// Takes what arrived from neighbour n, by (cycle, link, sequence); cycles may lie beyond now().
  virtual void accept(std::size_t n, std::span<const CutRecord> records) = 0;

  /// Work that needs nothing from neighbours, done while a window's messages are on their way:
  /// after what left was taken and before what comes is given. Only a chance: a machine does the
  /// same without.
  virtual void overlap() {}

  // --- how it stands ---
  virtual std::optional<KernelError> error() const = 0;
  virtual std::string describe(const KernelError& error) const = 0;
  /// Cycle of the last thing that happened (words in flight count); 0 when nothing did.
  virtual Cycle last_activity() const = 0;
  /// True when a program's work is unfinished: with next_activity() == never everywhere, this is a
  /// deadlock.
  virtual bool work_left() const = 0;
  /// Up to `most` waiting tiles, in tile order.
  virtual std::vector<Waiting> waiting(std::size_t most) const = 0;
  /// How many tiles wait in all.
  virtual std::uint64_t waiting_count() const {
    return waiting(static_cast<std::size_t>(-1)).size();
  }

  /// Who of this slice waits for whom, each once; empty where a machine does not know.
  virtual std::vector<WaitFor> waits_for() const { return {}; }

  // --- its host; the engine calls these only when every slice is quiet, at the same cycle
  // everywhere ---
  virtual std::vector<Export> exports() const = 0;
  /// Sets the clock of a quiet slice: forward (host overhead, transfer time), or back to no earlier
  /// than last_activity() + 1, because a window may have run past the last thing that happened.
  virtual void set_now(Cycle cycle) = 0;
  /// Starts exported function `name` on every tile of the slice at now(); arguments are 32-bit
  /// words, in order.
  virtual void launch(const std::string& name, std::span<const std::uint32_t> arguments) = 0;
  /// False while a function launched before is not done, though the machine is quiet: launch()
  /// would be refused, and nothing will move until the host does something else.
  virtual bool takes_launch(const std::string&) const { return true; }
  /// What else this machine has; the same facets on every slice.
  virtual Facets facets() { return {}; }

  // --- what remains ---
  virtual std::vector<StreamInfo> streams() const = 0;  ///< what it records; the same on every rank
  virtual std::vector<CounterArray> counters() const = 0;
  /// Rows that say something of the whole run, once it has come to its own end in
  /// `cycle`, the same everywhere.
  virtual void conclude(Cycle /*cycle*/, Recorder& /*recorder*/) {}
  virtual std::vector<Remark> remarks() const { return {}; }
  virtual std::uint64_t bytes() const = 0;  ///< memory this slice holds
  /// The whole state, words in flight included; load() of it into a fresh slice of the same shape
  /// goes on bit for bit.
  virtual std::vector<std::byte> save() const = 0;
  virtual void load(std::span<const std::byte> state) = 0;
};

/// What a slice will hold, told before anything is allocated.
struct Footprint {
  std::uint64_t state_bytes = 0;     ///< tiles, network, index lists
  std::uint64_t program_bytes = 0;   ///< of the program, as the machine keeps it
  std::uint64_t building_bytes = 0;  ///< beyond both, while the slice is built
  std::uint64_t counter_values = 0;  ///< a tile, of all its counters
};

/// What a registry line gives: how to build a slice and what it will cost before it is built.
struct Family {
  std::string name;  ///< "wse", "toy"
  Coupling coupling = Coupling::neighbour;
  /// Which of the slices of a region exchange records, and how soon what leaves one does something
  /// in another: links of a mesh, of a dragonfly, channels that a placer laid. A function of the
  /// slices, the program and the topology alone. The helpers of machine/slice.hpp build most.
  Relation (*relation)(const topology::Topology&, std::span<const std::byte> program,
                       const Rectangle& region, std::span<const Rectangle> slices) = nullptr;
  /// Builds a slice; `program` is the family's serialized program (program/), the whole region's.
  std::unique_ptr<Machine> (*make)(const topology::Topology&, std::span<const std::byte> program,
                                   const Slice&) = nullptr;
  /// Of each slice, in order; empty ones hold nothing.
  std::vector<Footprint> (*footprints)(const topology::Topology&,
                                       std::span<const std::byte> program,
                                       std::span<const Slice>) = nullptr;
  /// Holds a topology's constants against what the family takes: Category::input or unsupported,
  /// with file, line, key, value and what is allowed.
  void (*check_constants)(const topology::Topology&) = nullptr;
  Cut cut = Cut::rectangles;  ///< how its region is cut unless a plan says otherwise
  /// Where its kernels run. Results do not depend on it: `weft machines` tells it.
  KernelSpace kernels = KernelSpace::host;
  /// What a run's summary says of its counters.
  CounterWords (*words)(const CounterSums&) = nullptr;
  /// What a row of its region is, where each is drawn by itself: "IPU". Empty: the region is drawn
  /// as one plane.
  std::string chip{};
  /// Names of the tiles of such a row, where each has its own: the row is drawn as a line.
  std::vector<std::string> chip_tiles{};
  /// What it is beside other machines; none: it is compared with no other.
  Card (*card)(const topology::Topology&) = nullptr;
};

/// The slices of a cut, in the order of `tiles`, with their neighbours. Category::internal where a
/// family's relation breaks the rules of Relation.
std::vector<Slice> make_slices(const Family& family, const topology::Topology& topology,
                               std::span<const std::byte> program, const Rectangle& region,
                               std::span<const Rectangle> tiles);

/// The registered family of that name; Category::input listing the known ones otherwise.
const Family& family(const std::string& name);
/// The same, or nothing.
const Family* find_family(const std::string& name);
std::vector<std::string> family_names();

/// Holds a topology against the rules of its family.
void check_constants(const topology::Topology& topology);
/// Finds and reads a topology, overrides constants, checks it. The way to a topology that runs.
topology::Topology load_topology(const std::string& name_or_path,
                                 const std::vector<topology::Assignment>& overrides);
topology::Topology load_topology(const std::string& name_or_path);

}  // namespace weft::machine
