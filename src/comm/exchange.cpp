// SPDX-License-Identifier: Apache-2.0
// Neighbour exchange of byte buffers: one message a neighbour while they are small.
#include <cstring>

#include "comm/communicator_impl.hpp"
#include "comm/mpi_check.hpp"

namespace weft::comm {

namespace {

constexpr int first_tag = 21;
constexpr int rest_tag = 22;
constexpr std::size_t header_bytes = sizeof(std::uint64_t);
constexpr std::size_t inline_bytes = Communicator::exchange_inline_bytes;
static_assert(sizeof(InlineMessage) == header_bytes + inline_bytes);

void check_arguments(std::span<const int> neighbours, std::size_t buffers) {
  if (buffers != neighbours.size()) {
    fail(Category::internal, "Communicator::exchange: one buffer a neighbour is needed");
  }
  for (std::size_t n = 1; n < neighbours.size(); ++n) {
    if (neighbours[n] <= neighbours[n - 1]) {
      fail(Category::internal, "Communicator::exchange: neighbours must ascend");
    }
  }
}

void wait_all(std::vector<MPI_Request>& requests) {
  if (requests.empty()) return;
  check(MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE),
        "MPI_Waitall");
  requests.clear();
}

}  // namespace

void Communicator::exchange(std::span<const int> neighbours, std::span<const Bytes> send,
                            std::span<Bytes> receive) const {
  check_arguments(neighbours, receive.size());
  begin_exchange(neighbours, send);
  finish_exchange(neighbours, receive);
}

void Communicator::begin_exchange(std::span<const int> neighbours,
                                  std::span<const Bytes> send) const {
  check_arguments(neighbours, send.size());
  Impl& own = *impl_;
  const std::size_t count = neighbours.size();
  own.outgoing.resize(count);
  own.incoming.resize(count);
  own.sends.clear();
  own.receives.clear();

  // The first messages in: posted before anything leaves, so that nothing arrives unexpected.
  for (std::size_t n = 0; n < count; ++n) {
    check(MPI_Irecv(&own.incoming[n], sizeof(InlineMessage), MPI_BYTE, neighbours[n], first_tag,
                    own.comm, &own.receives.emplace_back()),
          "MPI_Irecv");
  }
  // Out: what fits behind the size, then the rest straight from the caller's buffer.
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t first = std::min(send[n].size(), inline_bytes);
    own.outgoing[n].size_bytes = send[n].size();
    if (first > 0) std::memcpy(own.outgoing[n].payload.data(), send[n].data(), first);
    check(MPI_Isend(&own.outgoing[n], static_cast<int>(header_bytes + first), MPI_BYTE,
                    neighbours[n], first_tag, own.comm, &own.sends.emplace_back()),
          "MPI_Isend");
    in_chunks(send[n].size() - first, [&](std::size_t offset, int bytes) {
      check(MPI_Isend(send[n].data() + first + offset, bytes, MPI_BYTE, neighbours[n], rest_tag,
                      own.comm, &own.sends.emplace_back()),
            "MPI_Isend");
    });
  }
}

void Communicator::finish_exchange(std::span<const int> neighbours,
                                   std::span<Bytes> receive) const {
  check_arguments(neighbours, receive.size());
  Impl& own = *impl_;
  if (own.incoming.size() != neighbours.size()) {
    fail(Category::internal, "Communicator::finish_exchange: another exchange was begun");
  }
  wait_all(own.receives);
  // Now every size is known: take what came along, and ask for the rest.
  for (std::size_t n = 0; n < neighbours.size(); ++n) {
    const std::size_t size = own.incoming[n].size_bytes;
    const std::size_t first = std::min(size, inline_bytes);
    receive[n].resize(size);
    if (first > 0) std::memcpy(receive[n].data(), own.incoming[n].payload.data(), first);
    in_chunks(size - first, [&](std::size_t offset, int bytes) {
      check(MPI_Irecv(receive[n].data() + first + offset, bytes, MPI_BYTE, neighbours[n], rest_tag,
                      own.comm, &own.receives.emplace_back()),
            "MPI_Irecv");
    });
  }
  wait_all(own.receives);
  wait_all(own.sends);
}

}  // namespace weft::comm
