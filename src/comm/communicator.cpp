// SPDX-License-Identifier: Apache-2.0
// Making and ending communicators, and what a rank knows of its place.
#include "comm/communicator.hpp"

#include <utility>

#include "comm/communicator_impl.hpp"
#include "comm/mpi_check.hpp"

namespace weft::comm {

Communicator::Impl::Impl(MPI_Comm handle) : comm(handle) {
  check(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank");
  check(MPI_Comm_size(comm, &size), "MPI_Comm_size");
}

Communicator::Impl::~Impl() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(&comm);
}

Communicator::Communicator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Communicator::Communicator(Communicator&&) noexcept = default;
Communicator& Communicator::operator=(Communicator&&) noexcept = default;
Communicator::~Communicator() = default;

Communicator Communicator::world() {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(MPI_COMM_WORLD, &handle), "MPI_Comm_dup");
  return Communicator(std::make_unique<Impl>(handle));
}

Communicator Communicator::duplicate() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_dup(impl_->comm, &handle), "MPI_Comm_dup");
  return Communicator(std::make_unique<Impl>(handle));
}

Communicator Communicator::split(int color, int key) const {
  if (color < 0) fail(Category::internal, "Communicator::split: color must not be negative");
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split(impl_->comm, color, key, &handle), "MPI_Comm_split");
  return Communicator(std::make_unique<Impl>(handle));
}

int Communicator::rank() const { return impl_->rank; }
int Communicator::size() const { return impl_->size; }
void* Communicator::native() const { return &impl_->comm; }

NodeInfo Communicator::node() const {
  MPI_Comm handle = MPI_COMM_NULL;
  check(MPI_Comm_split_type(impl_->comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &handle),
        "MPI_Comm_split_type");
  const Communicator shared(std::make_unique<Impl>(handle));
  NodeInfo info;
  info.rank = shared.rank();
  info.size = shared.size();
  const std::uint64_t leads = info.rank == 0 ? 1U : 0U;
  const std::uint64_t leaders_before = exclusive_sum(leads);
  info.node = static_cast<int>(shared.broadcast_value(leaders_before));
  info.nodes = static_cast<int>(sum(leads));
  return info;
}

}  // namespace weft::comm
