// SPDX-License-Identifier: Apache-2.0
// Collective operations on bytes and on 64-bit integers.
#include <chrono>
#include <thread>

#include "comm/communicator_impl.hpp"
#include "comm/mpi_check.hpp"

namespace weft::comm {

namespace {

constexpr int gather_tag = 11;
constexpr int scatter_tag = 12;

void reduce(MPI_Comm comm, std::span<std::uint64_t> values, MPI_Datatype type, MPI_Op op) {
  in_chunks(values.size_bytes(), [&](std::size_t offset, int count_bytes) {
    constexpr auto word_bytes = static_cast<int>(sizeof(std::uint64_t));
    check(MPI_Allreduce(MPI_IN_PLACE, values.data() + offset / sizeof(std::uint64_t),
                        count_bytes / word_bytes, type, op, comm),
          "MPI_Allreduce");
  });
}

void flip_highest_bits(std::span<std::uint64_t> values) {
  constexpr std::uint64_t highest_bit = std::uint64_t{1} << 63U;
  for (std::uint64_t& value : values) value ^= highest_bit;
}

/// Least or greatest. MPICH 4.0.2 compares unsigned integers as if they were signed
/// (findings/mpi_unsigned_minima.sh); signed ones with the highest bit flipped have the order that
/// is wanted, in every MPI.
void reduce_by_order(MPI_Comm comm, std::span<std::uint64_t> values, MPI_Op op) {
  flip_highest_bits(values);
  reduce(comm, values, MPI_INT64_T, op);
  flip_highest_bits(values);
}

void send(MPI_Comm comm, std::span<const std::byte> bytes, int to, int tag) {
  in_chunks(bytes.size(), [&](std::size_t offset, int count) {
    check(MPI_Send(bytes.data() + offset, count, MPI_BYTE, to, tag, comm), "MPI_Send");
  });
}

void receive(MPI_Comm comm, std::span<std::byte> bytes, int from, int tag) {
  in_chunks(bytes.size(), [&](std::size_t offset, int count) {
    check(MPI_Recv(bytes.data() + offset, count, MPI_BYTE, from, tag, comm, MPI_STATUS_IGNORE),
          "MPI_Recv");
  });
}

}  // namespace

void Communicator::barrier() const { check(MPI_Barrier(impl_->comm), "MPI_Barrier"); }

bool Communicator::all_arrive_within(double seconds) const {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Ibarrier(impl_->comm, &request), "MPI_Ibarrier");
  while (true) {
    int arrived = 0;
    check(MPI_Test(&request, &arrived, MPI_STATUS_IGNORE), "MPI_Test");
    if (arrived != 0) return true;
    if (std::chrono::duration<double>(Clock::now() - start).count() > seconds) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Communicator::broadcast(std::span<std::byte> bytes, int root) const {
  in_chunks(bytes.size(), [&](std::size_t offset, int count) {
    check(MPI_Bcast(bytes.data() + offset, count, MPI_BYTE, root, impl_->comm), "MPI_Bcast");
  });
}

void Communicator::broadcast(Bytes& bytes, int root) const {
  const std::uint64_t size = broadcast_value(static_cast<std::uint64_t>(bytes.size()), root);
  bytes.resize(size);
  broadcast(std::span<std::byte>(bytes), root);
}

std::vector<Bytes> Communicator::gather(std::span<const std::byte> mine, int root) const {
  const std::vector<std::uint64_t> sizes = all_gather(mine.size());
  if (rank() != root) {
    send(impl_->comm, mine, root, gather_tag);
    return {};
  }
  std::vector<Bytes> all(sizes.size());
  for (std::size_t from = 0; from < all.size(); ++from) {
    if (static_cast<int>(from) == root) {
      all[from].assign(mine.begin(), mine.end());
    } else {
      all[from].resize(sizes[from]);
      receive(impl_->comm, all[from], static_cast<int>(from), gather_tag);
    }
  }
  return all;
}

Bytes Communicator::scatter(const std::vector<Bytes>& parts, int root) const {
  std::vector<std::uint64_t> sizes(static_cast<std::size_t>(size()));
  if (rank() == root) {
    if (parts.size() != sizes.size()) {
      fail(Category::internal, "Communicator::scatter: one part a rank is needed");
    }
    for (std::size_t to = 0; to < parts.size(); ++to) sizes[to] = parts[to].size();
  }
  broadcast(std::as_writable_bytes(std::span(sizes)), root);
  const auto me = static_cast<std::size_t>(rank());
  if (rank() != root) {
    Bytes mine(sizes[me]);
    receive(impl_->comm, mine, root, scatter_tag);
    return mine;
  }
  for (std::size_t to = 0; to < parts.size(); ++to) {
    if (to != me) send(impl_->comm, parts[to], static_cast<int>(to), scatter_tag);
  }
  return parts[me];
}

void Communicator::gather_in_turn(
    std::span<const std::byte> mine,
    const std::function<void(int from, std::span<const std::byte>)>& take, int root) const {
  const std::vector<std::uint64_t> sizes = all_gather(mine.size());
  if (rank() != root) {
    send(impl_->comm, mine, root, gather_tag);
    return;
  }
  Bytes part;
  for (int from = 0; from < size(); ++from) {
    if (from == root) {
      take(from, mine);
      continue;
    }
    part.resize(sizes[static_cast<std::size_t>(from)]);
    receive(impl_->comm, part, from, gather_tag);
    take(from, part);
  }
}

Bytes Communicator::scatter_in_turn(const std::function<Bytes(int to)>& make, int root) const {
  std::uint64_t bytes = 0;
  const std::span size_word(&bytes, 1);
  if (rank() != root) {
    receive(impl_->comm, std::as_writable_bytes(size_word), root, scatter_tag);
    Bytes mine(bytes);
    receive(impl_->comm, mine, root, scatter_tag);
    return mine;
  }
  for (int to = 0; to < size(); ++to) {
    if (to == root) continue;
    const Bytes part = make(to);
    bytes = part.size();
    send(impl_->comm, std::as_bytes(size_word), to, scatter_tag);
    send(impl_->comm, part, to, scatter_tag);
  }
  return make(root);
}

std::vector<std::uint64_t> Communicator::all_gather(std::uint64_t mine) const {
  std::vector<std::uint64_t> all(static_cast<std::size_t>(size()));
  check(MPI_Allgather(&mine, 1, MPI_UINT64_T, all.data(), 1, MPI_UINT64_T, impl_->comm),
        "MPI_Allgather");
  return all;
}

std::uint64_t Communicator::min(std::uint64_t mine) const {
  min(std::span(&mine, 1));
  return mine;
}

std::uint64_t Communicator::max(std::uint64_t mine) const {
  max(std::span(&mine, 1));
  return mine;
}

std::uint64_t Communicator::sum(std::uint64_t mine) const {
  sum(std::span(&mine, 1));
  return mine;
}

void Communicator::min(std::span<std::uint64_t> values) const {
  reduce_by_order(impl_->comm, values, MPI_MIN);
}

void Communicator::max(std::span<std::uint64_t> values) const {
  reduce_by_order(impl_->comm, values, MPI_MAX);
}

void Communicator::sum(std::span<std::uint64_t> values) const {
  reduce(impl_->comm, values, MPI_UINT64_T, MPI_SUM);
}

std::uint64_t Communicator::exclusive_sum(std::uint64_t mine) const {
  std::uint64_t before = 0;
  check(MPI_Exscan(&mine, &before, 1, MPI_UINT64_T, MPI_SUM, impl_->comm), "MPI_Exscan");
  return rank() == 0 ? 0 : before;
}

}  // namespace weft::comm
