// SPDX-License-Identifier: Apache-2.0
// Exceptions to exit codes, and agreement between ranks.
#include "cli/outcome.hpp"

#include <cstdio>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "base/log.hpp"
#include "comm/environment.hpp"

namespace weft::cli {

Outcome outcome_of(const std::function<int()>& action) {
  try {
    return {action(), ""};
  } catch (const Error& error) {
    return {error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return {exit_code(Category::limit), "out of memory"};
  } catch (const std::exception& error) {
    return {exit_code(Category::internal), std::string("internal error: ") + error.what()};
  }
}

Outcome agree(const comm::Communicator& world, const Outcome& mine, double grace_seconds) {
  const bool failed = !mine.message.empty();
  const double patience = failed ? grace_seconds : std::numeric_limits<double>::infinity();
  if (!world.all_arrive_within(patience)) {
    log::end_progress();
    std::fprintf(stderr, "weft: error: %s\n", mine.message.c_str());
    std::fflush(stderr);
    comm::abort_job(mine.code);
  }
  const auto me = static_cast<std::uint64_t>(world.rank());
  const auto size = static_cast<std::uint64_t>(world.size());
  const std::uint64_t least = world.min(failed ? me : size);
  const int speaker = least == size ? 0 : static_cast<int>(least);
  const auto text = std::as_bytes(std::span(mine.message));
  comm::Bytes message(text.begin(), text.end());
  world.broadcast(message, speaker);
  const auto* characters = reinterpret_cast<const char*>(message.data());
  return {world.broadcast_value(mine.code, speaker), std::string(characters, message.size())};
}

}  // namespace weft::cli
