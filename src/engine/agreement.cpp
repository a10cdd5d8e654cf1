// SPDX-License-Identifier: Apache-2.0
// Minima over ranks; a maximum is the minimum of complements.
#include "engine/agreement.hpp"

#include <algorithm>
#include <array>
#include <exception>

namespace weft::engine {

Standing agree(const comm::Communicator& communicator, const Standing& mine) {
  std::array<std::uint64_t, 13> words = {
      mine.next_activity,
      mine.departure_bound,
      mine.passed,
      mine.error_cycle,
      ~mine.now,
      ~mine.last_activity,
      mine.failed ? 0U : 1U,
      mine.signalled ? 0U : 1U,
      mine.out_of_time ? 0U : 1U,
      mine.memory_due ? 0U : 1U,
      mine.crowded ? 0U : 1U,
      mine.seal_due ? 0U : 1U,
      ~mine.busy_microseconds,
  };
  communicator.min(words);
  Standing agreed;
  agreed.next_activity = words[0];
  agreed.departure_bound = words[1];
  agreed.passed = words[2];
  agreed.error_cycle = words[3];
  agreed.now = ~words[4];
  agreed.last_activity = ~words[5];
  agreed.failed = words[6] == 0;
  agreed.signalled = words[7] == 0;
  agreed.out_of_time = words[8] == 0;
  agreed.memory_due = words[9] == 0;
  agreed.crowded = words[10] == 0;
  agreed.seal_due = words[11] == 0;
  agreed.busy_microseconds = ~words[12];
  return agreed;
}

Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.category(), error.what()};
  } catch (const std::bad_alloc&) {
    return {Category::system, "out of memory"};
  } catch (const std::exception& error) {
    return {Category::internal, error.what()};
  } catch (...) {
    return {Category::internal, "unknown exception"};
  }
}

namespace {

std::string broadcast_text(const comm::Communicator& communicator, const std::string& text,
                           int root) {
  comm::Bytes bytes(text.size());
  std::transform(text.begin(), text.end(), bytes.begin(),
                 [](char c) { return static_cast<std::byte>(c); });
  communicator.broadcast(bytes, root);
  std::string result(bytes.size(), ' ');
  std::transform(bytes.begin(), bytes.end(), result.begin(),
                 [](std::byte b) { return static_cast<char>(b); });
  return result;
}

}  // namespace

void throw_agreed(const comm::Communicator& communicator, const std::optional<Failure>& mine) {
  const auto size = static_cast<std::uint64_t>(communicator.size());
  const std::uint64_t first =
      communicator.min(mine ? static_cast<std::uint64_t>(communicator.rank()) : size);
  if (first == size) return;
  const int root = static_cast<int>(first);
  const Category category =
      communicator.broadcast_value(mine ? mine->category : Category::internal, root);
  throw Error(category, broadcast_text(communicator, mine ? mine->message : "", root));
}

void throw_least_error(const comm::Communicator& communicator, const machine::Machine* machine) {
  std::optional<machine::KernelError> own;
  if (machine != nullptr) own = machine->error();
  const Cycle cycle = communicator.min(own ? own->cycle : never);
  const bool candidate = own && own->cycle == cycle;
  // A tile belongs to one rank, so (tile, code) names the owner.
  const std::uint64_t key =
      candidate ? (std::uint64_t{index(own->tile)} << 32U) | own->code : never;
  const std::uint64_t least = communicator.min(key);
  std::optional<Failure> failure;
  if (candidate && key == least) failure = {Category::program, machine->describe(*own)};
  throw_agreed(communicator, failure);
  fail(Category::internal, "engine: an error was agreed on that no rank has");
}

}  // namespace weft::engine
