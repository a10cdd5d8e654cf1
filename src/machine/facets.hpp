// SPDX-License-Identifier: Apache-2.0
// What a machine has beside its core, or has not: each facet is a class that its slice derives
// from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/geometry.hpp"
#include "base/ids.hpp"

namespace weft::machine {

/// Bytes of the host's array that one slice holds: `times` runs of `bytes`, one every `step_bytes`.
struct ArrayPart {
  std::uint64_t offset = 0;  ///< of the first run, in the host's array, bytes
  std::uint64_t bytes = 0;
  std::uint64_t times = 1;
  std::int64_t step_bytes = 0;  ///< where there are several; any but 0
  friend bool operator==(const ArrayPart&, const ArrayPart&) = default;
};

/// What a running program stops for: something that only the host can do. What `number` and
/// `argument` mean is between the program and its host.
struct HostRequest {
  std::uint32_t number = 0;
  std::uint64_t argument = 0;
  friend bool operator==(const HostRequest&, const HostRequest&) = default;
};

/// What one kind of work of a running program has cost so far: a compute set, an exchange, syncs.
/// Totals of slices add up: `times` and `cycles` are maxima, the others sums.
struct StageTotals {
  std::string kind;               ///< the machine's word: "compute set", "exchange" ...
  std::string name;               ///< the program's
  std::uint64_t times = 0;        ///< how often it ran; the same on every slice
  Cycle cycles = 0;               ///< of the slowest tile, over all times
  Cycle link_cycles = 0;          ///< the part of `cycles` on links between chips; a maximum
  std::uint64_t tile_cycles = 0;  ///< summed over this slice's tiles
  std::uint64_t bytes = 0;        ///< moved into this slice's tiles
};

/// Variables and host streams that lie at tiles. `where` is in region coordinates, inside the
/// slice; data is [tile row-major in where][element or word].
class TilePorts {
 public:
  /// Writes `elements` elements a tile of variable `name` into the tiles of `where`.
  virtual void copy_in(const std::string& name, const Rectangle& where, std::uint32_t elements,
                       std::span<const std::byte> data) = 0;
  virtual std::vector<std::byte> copy_out(const std::string& name, const Rectangle& where,
                                          std::uint32_t elements) = 0;
  /// Queues `words` 32-bit words a tile at host port `name` (a color) of the tiles of `where`; they
  /// enter as the topology's rate and the port's queue allow.
  virtual void stream_in(const std::string& name, const Rectangle& where, std::uint32_t words,
                         std::span<const std::uint32_t> data) = 0;
  /// Words of host streams that have not entered yet.
  virtual std::uint64_t words_to_enter() const = 0;
  /// Words that have left through host port `name` and were not taken yet: at most `words` a tile.
  /// The count taken a tile is returned in `taken` (row-major in where); data holds `words` slots a
  /// tile.
  virtual std::vector<std::uint32_t> stream_out(const std::string& name, const Rectangle& where,
                                                std::uint32_t words,
                                                std::vector<std::uint32_t>& taken) = 0;

 protected:
  ~TilePorts() = default;
};

/// Arrays of the host's that lie wherever the program placed them.
class ArrayPorts {
 public:
  /// This slice's parts of array `name`, in an order of the machine's choice that stays the same.
  /// The parts of all slices cover the array, each byte once.
  virtual std::vector<ArrayPart> array_parts(const std::string& name) const = 0;
  /// What of it this slice wants to be written: the same, but where bytes lie in several places,
  /// once for each. The parts of all slices cover the array.
  virtual std::vector<ArrayPart> written_parts(const std::string& name) const {
    return array_parts(name);
  }
  /// Writes array `name`: `data` holds this slice's written parts one after the other.
  virtual void write_array(const std::string& name, std::span<const std::byte> data) = 0;
  /// This slice's parts of array `name`, one after the other.
  virtual std::vector<std::byte> read_array(const std::string& name) const = 0;

 protected:
  ~ArrayPorts() = default;
};

/// Memory whose words carry check bits (ECC).
class CheckedMemory {
 public:
  /// Turns a bit of an array's element where it is read, behind the back of the word's check bits,
  /// where this slice holds it. Who takes the word finds out.
  virtual void flip_bit(const std::string& name, std::uint64_t element, std::uint32_t bit) = 0;

 protected:
  ~CheckedMemory() = default;
};

/// A program that stops for its host.
class Requests {
 public:
  /// What the program has stopped for, if anything: the same on every slice. Until answer() it does
  /// nothing, and work is left.
  virtual std::optional<HostRequest> host_request() const = 0;
  /// The host has done what was asked: the program goes on at now(). Category::internal where
  /// nothing was.
  virtual void answer() = 0;

 protected:
  ~Requests() = default;
};

/// Work that is told by what it was for.
class Stages {
 public:
  /// The same list, in the same order, on every slice.
  virtual std::vector<StageTotals> stages() const = 0;

 protected:
  ~Stages() = default;
};

/// Bulk data that travels beside the records of a window.
class Payloads {
 public:
  /// Moves the bulk data for neighbour n to the end of `out`; called right after
  /// take_departures(n). It arrives in the same window as those records, in one piece.
  virtual void take_payload(std::size_t n, std::vector<std::byte>& out) = 0;
  /// Takes neighbour n's payload of a window, right before accept(n) of the same window; not called
  /// where none came.
  virtual void accept_payload(std::size_t n, std::span<const std::byte> payload) = 0;

 protected:
  ~Payloads() = default;
};

/// The facets of one slice; null where the machine has none.
struct Facets {
  TilePorts* tile_ports = nullptr;    ///< where it exports variables or streams
  ArrayPorts* array_ports = nullptr;  ///< where it exports arrays
  Requests* requests = nullptr;
  Stages* stages = nullptr;
  Payloads* payloads = nullptr;
  CheckedMemory* checked_memory = nullptr;  ///< of its arrays
};

}  // namespace weft::machine
