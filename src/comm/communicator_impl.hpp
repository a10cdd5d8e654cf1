// SPDX-License-Identifier: Apache-2.0
// What a Communicator holds; internal to comm.
#pragma once

#include <mpi.h>

#include <array>
#include <vector>

#include "comm/communicator.hpp"

namespace weft::comm {

/// First message of an exchange to or from one neighbour: the whole size, then as much as fits.
struct InlineMessage {
  std::uint64_t size_bytes;
  std::array<std::byte, Communicator::exchange_inline_bytes> payload;
};

struct Communicator::Impl {
  explicit Impl(MPI_Comm handle);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  MPI_Comm comm;
  int rank = 0;
  int size = 1;

  // Scratch of exchange(), kept so that a call allocates nothing.
  std::vector<InlineMessage> outgoing;
  std::vector<InlineMessage> incoming;
  std::vector<MPI_Request> sends;
  std::vector<MPI_Request> receives;
};

}  // namespace weft::comm
