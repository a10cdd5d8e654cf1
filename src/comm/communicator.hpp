// SPDX-License-Identifier: Apache-2.0
// A group of ranks that exchange bytes and agree on integers: all that weft needs of MPI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace weft::comm {

using Bytes = std::vector<std::byte>;

/// Where a rank sits among the ranks that share its memory.
struct NodeInfo {
  int rank = 0;   ///< among the ranks of this node
  int size = 1;   ///< ranks on this node
  int node = 0;   ///< this node's number, in order of each node's least rank
  int nodes = 1;  ///< nodes in the communicator
};

/// A move-only group of ranks. Unless said otherwise every member function is collective: all ranks
/// call it, in the same order. Sizes may exceed 2 GiB. An MPI failure throws Category::system and
/// names the call.
class Communicator {
 public:
  /// All ranks of the job, in a context of its own. Collective; needs a live Environment.
  static Communicator world();

  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;
  ~Communicator();

  int rank() const;  ///< local
  int size() const;  ///< local
  bool is_root() const { return rank() == 0; }
  NodeInfo node() const;

  Communicator duplicate() const;
  /// The ranks that gave the same color (>= 0), ordered by (key, rank here).
  Communicator split(int color, int key) const;

  void barrier() const;
  /// True once all ranks have called it; false if they have not in `seconds` (may be infinite).
  /// After false the group is out of step: abort_job() is all that is left.
  bool all_arrive_within(double seconds) const;

  /// Root's bytes to everyone; all ranks give the same size.
  void broadcast(std::span<std::byte> bytes, int root = 0) const;
  /// Root's vector to everyone; resized elsewhere.
  void broadcast(Bytes& bytes, int root = 0) const;
  template <typename T>
  requires std::is_trivially_copyable_v<T> T broadcast_value(T value, int root = 0)
  const {
    broadcast(std::as_writable_bytes(std::span<T>(&value, 1)), root);
    return value;
  }

  /// Everyone's bytes at root, by rank; empty elsewhere.
  std::vector<Bytes> gather(std::span<const std::byte> mine, int root = 0) const;
  /// Part r of root's `parts` at rank r; `parts` has size() entries at root and is unread
  /// elsewhere.
  Bytes scatter(const std::vector<Bytes>& parts, int root = 0) const;
  /// gather() and scatter() of one part after the other, so that root never holds all of them:
  /// root takes each rank's bytes in turn, in order of ranks; root makes each rank's part in turn,
  /// its own last.
  void gather_in_turn(std::span<const std::byte> mine,
                      const std::function<void(int from, std::span<const std::byte>)>& take,
                      int root = 0) const;
  Bytes scatter_in_turn(const std::function<Bytes(int to)>& make, int root = 0) const;
  /// Everyone's value, by rank.
  std::vector<std::uint64_t> all_gather(std::uint64_t mine) const;

  std::uint64_t min(std::uint64_t mine) const;
  std::uint64_t max(std::uint64_t mine) const;
  /// Modulo 2^64.
  std::uint64_t sum(std::uint64_t mine) const;
  /// Element by element, in place; all ranks give the same length.
  void min(std::span<std::uint64_t> values) const;
  void max(std::span<std::uint64_t> values) const;
  void sum(std::span<std::uint64_t> values) const;
  /// Sum over the ranks before this one; 0 on rank 0.
  std::uint64_t exclusive_sum(std::uint64_t mine) const;

  /// Sends send[n] to rank neighbours[n] and receives receive[n] from it, sizes unknown beforehand.
  /// `neighbours` ascends strictly and is symmetric: if a lists b, b lists a and both call. Other
  /// ranks need not call. Buffers up to `exchange_inline_bytes` travel as one message, and nothing
  /// is allocated where receive[n] has the capacity: this runs once an emulated cycle.
  void exchange(std::span<const int> neighbours, std::span<const Bytes> send,
                std::span<Bytes> receive) const;
  /// exchange() in two halves, with work of the caller's in between. `neighbours` and `send` stay
  /// as they are until the second half is done; one exchange at a time.
  void begin_exchange(std::span<const int> neighbours, std::span<const Bytes> send) const;
  void finish_exchange(std::span<const int> neighbours, std::span<Bytes> receive) const;
  static constexpr std::size_t exchange_inline_bytes = 4032;

  /// Address of the MPI_Comm, for parallel HDF5: the trace room casts it back.
  void* native() const;

 private:
  struct Impl;
  explicit Communicator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace weft::comm
