// SPDX-License-Identifier: Apache-2.0
// What a job's commands hold on rank 0, told before the run.
#include <algorithm>

#include "cli/job/job_run.hpp"

namespace weft::cli {

namespace {

constexpr std::uint64_t stream_word_bytes = sizeof(std::uint32_t);

/// Whether the host's array needs a copy of its own beside the tiles' elements.
bool is_rearranged(const DataLayout& layout) {
  return layout.arrangement != Arrangement::tiles || layout.order != ElementOrder::row_major;
}

/// Bytes of a command's elements, and of one result.
struct Sizes {
  std::uint64_t in = 0;        ///< elements for the tiles
  std::uint64_t in_words = 0;  ///< the same on their way: a word an element of a stream
  std::uint64_t out = 0;
  std::uint64_t out_words = 0;
  bool generated = false;  ///< made when they are needed
};

}  // namespace

engine::HostMemory PreparedJob::host_memory() const {
  engine::HostMemory memory;
  for (std::size_t index = 0; index < job_.commands.size(); ++index) {
    const JobCommand& command = job_.commands[index];
    const Resolved& resolved = resolved_[index];
    const auto bytes = [](const DataLayout& layout, const Target& target, const Rectangle& region) {
      const std::uint64_t elements = layout.elements != 0 ? layout.elements : target.elements;
      return region.tiles() * elements * trace::size_bytes(target.type);
    };
    Sizes sizes;
    const std::uint64_t size = trace::size_bytes(resolved.target.type);
    const std::uint64_t data = resolved.data
                                   ? resolved.data->bytes.size()
                                   : bytes(command.layout, resolved.target, resolved.region);
    sizes.generated = !resolved.data;
    switch (command.verb) {
      case Verb::launch:
        continue;
      case Verb::copy_in:
        sizes.in = data;
        break;
      case Verb::stream_in:
        sizes.in = data;
        sizes.in_words = 2 * data / size * stream_word_bytes;  // also in the machine's ports
        break;
      case Verb::copy_out:
        sizes.out = bytes(command.layout, resolved.target, resolved.region);
        break;
      case Verb::stream_out:
        sizes.out = command.items * bytes(command.layout, resolved.target, resolved.region);
        sizes.out_words = 2 * sizes.out / size * stream_word_bytes;
        break;
      case Verb::stream: {
        const std::uint64_t items = resolved.data ? resolved.data->items : 1;
        const std::uint64_t group =
            command.at_a_time == 0 ? items : std::min(items, command.at_a_time);
        const std::uint64_t answer =
            bytes(command.answer_layout, resolved.answer, resolved.answer_region);
        sizes.in = data;
        sizes.in_words = 2 * data / size * stream_word_bytes / items * group;
        sizes.out = items * answer;
        sizes.out_words =
            2 * answer / trace::size_bytes(resolved.answer.type) * stream_word_bytes * group;
        break;
      }
    }
    const DataLayout& layout =
        command.verb == Verb::stream ? command.answer_layout : command.layout;
    const std::uint64_t rearranged = is_rearranged(layout) ? sizes.out : 0;
    memory.copies_bytes =
        std::max(memory.copies_bytes,
                 (sizes.generated ? sizes.in : 0) + sizes.in_words + sizes.out_words + rearranged);
    memory.streams_bytes = std::max(memory.streams_bytes, sizes.in_words + sizes.out_words);
    memory.results_bytes += sizes.out;
  }
  return memory;
}

}  // namespace weft::cli
