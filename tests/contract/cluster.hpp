// SPDX-License-Identifier: Apache-2.0
// All slices of a machine in one process, exchanging messages by hand: what the engine does, in the
// plainest way, with every rule of the machine interface checked as it goes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/recorder.hpp"
#include "machine/machine.hpp"
#include "partition/partition.hpp"
#include "topology/topology.hpp"

namespace weft::test {

class Cluster;

/// One row of the contract suite: a program on a registered machine, and what its host does.
struct Fixture {
  std::string name;
  std::string family;
  std::shared_ptr<const topology::Topology> topology;
  std::vector<std::byte> program;
  Rectangle region;
  std::function<void(Cluster&)> start;  ///< host commands at cycle 0
  bool data = true;                     ///< false: its arrays can't be read
};

/// Everything of a run that may not depend on the cut.
struct Observation {
  Cycle last_activity = 0;
  bool work_left = false;
  std::string error;
  std::vector<std::string> waiting;
  std::vector<Digest> digests;
  std::vector<std::uint64_t> rows;
  std::map<std::string, std::vector<std::uint64_t>> counters;  ///< by name, tiles row-major
  std::map<std::string, std::vector<std::byte>> variables;     ///< by name, tiles row-major
  std::map<std::string, std::vector<std::byte>> arrays;        ///< by name, as the host sees them
  std::vector<machine::HostRequest> requests;                  ///< to the host, answered
  friend bool operator==(const Observation&, const Observation&) = default;
};

/// When slices get the chance to work while messages are on their way.
enum class Overlap { never, now_and_then, always };

class Cluster {
 public:
  Cluster(const Fixture& fixture, int ranks, partition::Cut cut,
          Overlap overlap = Overlap::now_and_then);

  // Host commands, on all tiles.
  void launch(const std::string& name, const std::vector<std::uint32_t>& arguments);
  /// The same words at every tile's port plus the tile's number.
  void stream_in(const std::string& name, std::uint32_t words, std::uint32_t first);
  /// Counting 32-bit words from `first` on.
  void write_array(const std::string& name, std::uint32_t first);

  /// One window of at most `most` cycles on every slice that may advance, then the exchange.
  void window(Cycle most);
  /// False once quiet or failed; a request to the host is answered on the way.
  bool goes_on();
  /// Windows of at most `most` cycles until quiet, an error, or cycle `limit`.
  void run(Cycle most, Cycle limit = 100000);
  bool quiet() const;
  bool failed() const;

  Observation observe() const;
  /// States of all slices and recorders; a fresh cluster of the same cut goes on from there.
  std::vector<std::vector<std::byte>> save() const;
  void load(const std::vector<std::vector<std::byte>>& state);

  std::size_t size() const { return slices_.size(); }
  machine::Machine& machine(std::size_t slice) { return *slices_[slice].machine; }
  Recorder& recorder(std::size_t slice) { return *slices_[slice].recorder; }
  const machine::Slice& slice(std::size_t slice) const { return slices_[slice].slice; }
  std::uint64_t records() const { return records_; }
  /// By the places of sender and receiver.
  const std::map<std::pair<std::size_t, std::size_t>, std::uint64_t>& records_between() const {
    return records_between_;
  }
  std::uint64_t payload_bytes() const { return payload_bytes_; }
  std::uint64_t windows() const { return windows_; }

 private:
  struct One {
    machine::Slice slice;
    std::unique_ptr<machine::Machine> machine;
    std::unique_ptr<Recorder> recorder;
    std::vector<Cycle> promises;                   ///< received, by neighbour
    std::vector<Cycle> given;                      ///< given, by neighbour
    std::vector<std::vector<CutRecord>> records;   ///< on their way, by neighbour
    std::vector<std::vector<std::byte>> payloads;  ///< on their way, by neighbour
  };
  Cycle global_bound() const;
  void advance(One& one, Cycle most);
  void move_messages();
  void deliver(One& one, std::size_t from, std::size_t n);
  bool answer();
  /// Place of slice `from` among the neighbours of `to`.
  static std::size_t place_among(const One& to, std::size_t from);

  std::vector<One> slices_;  ///< those that hold tiles: the first of all, so by their places
  bool global_ = false;
  bool data_ = true;
  Rectangle region_;
  Overlap overlap_;
  std::vector<machine::HostRequest> requests_;
  std::map<std::pair<std::size_t, std::size_t>, std::uint64_t> records_between_;
  std::uint64_t records_ = 0;
  std::uint64_t payload_bytes_ = 0;
  std::uint64_t windows_ = 0;
};

/// Every registered machine has at least one row.
std::vector<Fixture> fixtures();

}  // namespace weft::test
