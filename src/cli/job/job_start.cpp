// SPDX-License-Identifier: Apache-2.0
// Which door it is, told to all ranks.
#include "cli/job/job_start.hpp"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <utility>

namespace weft::cli {

namespace {

/// The number of rank 0's door in the table, for all ranks; none: rank 0 says why.
constexpr std::int32_t no_door = -1;

std::int32_t number_of(const Door* door) {
  const auto& all = doors();
  return static_cast<std::int32_t>(std::find(all.begin(), all.end(), door) - all.begin());
}

}  // namespace

std::unique_ptr<FinishedJob> run_through_door(const comm::Communicator& world,
                                              const std::function<Job()>& read,
                                              const RunSettings& settings) {
  std::optional<Job> job;
  std::exception_ptr failure;
  std::int32_t number = no_door;
  if (world.is_root()) {
    try {
      job = read();
      number = number_of(job->door);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  number = world.broadcast_value(number);
  if (failure) std::rethrow_exception(failure);
  if (number == no_door) return nullptr;
  return doors()[static_cast<std::size_t>(number)]->run(world, std::move(job), settings);
}

}  // namespace weft::cli
