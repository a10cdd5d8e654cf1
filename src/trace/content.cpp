// SPDX-License-Identifier: Apache-2.0
// What enters the trace hash: streams, counters, results, cycles and the job; the same on any
// ranks, any cut and at any level.
#include "trace/content.hpp"

#include <array>

#include "comm/communicator.hpp"
#include "trace/hash.hpp"
#include "trace/summary_codec.hpp"

namespace weft::trace {
namespace {

/// Sum over the ranks modulo 2^128: by limbs of 32 bits, whose sums cannot overflow.
Digest sum_digests(const comm::Communicator& communicator, const Digest& mine) {
  constexpr std::uint64_t limb = 0xffffffffULL;
  std::array<std::uint64_t, 4> limbs{mine.low & limb, mine.low >> 32U, mine.high & limb,
                                     mine.high >> 32U};
  communicator.sum(limbs);
  Digest sum;
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    const std::uint64_t value = limbs[i];
    switch (i) {
      case 0:
        sum.add({value, 0});
        break;
      case 1:
        sum.add({value << 32U, value >> 32U});
        break;
      case 2:
        sum.add({0, value});
        break;
      default:
        sum.add({0, value << 32U});
        break;
    }
  }
  return sum;
}

void absorb(ContentHash& hash, const NamedTensor& result) {
  hash.text(result.name);
  hash.text(name_of(result.tensor->type));
  hash.word(result.tensor->shape.size());
  for (const std::uint64_t extent : result.tensor->shape) hash.word(extent);
  hash.bytes(result.tensor->bytes);
}

void absorb(ContentHash& hash, const CounterArray& counter) {
  hash.text(counter.name);
  hash.text(counter.unit);
  hash.word(counter.channels.size());
  for (const auto& channel : counter.channels) hash.text(channel);
}

}  // namespace

Content content_of(const comm::Communicator& communicator, const MachineInfo& machine,
                   const Recorder& recorder, const Summary& summary,
                   std::span<const CounterArray> counters) {
  Content content;
  ContentHash hash;
  const auto& streams = recorder.streams();
  for (std::uint32_t s = 0; s < streams.size(); ++s) {
    const Digest digest = sum_digests(communicator, recorder.digest(s));
    content.rows.push_back(communicator.sum(recorder.row_count(s)));
    content.digests.push_back(to_hex(digest));
    if (streams[s].level > TraceLevel::runs) continue;
    hash.text(streams[s].name);
    hash.word(content.rows.back());
    hash.digest(digest);
  }
  for (const auto& counter : counters) {
    absorb(hash, counter);
    const std::uint64_t channels = counter.channels.empty() ? 1 : counter.channels.size();
    hash.digest(sum_digests(communicator,
                            hash_counter(counter.values, channels, machine.region, machine.slice)));
  }
  hash.word(machine.region.width);
  hash.word(machine.region.height);
  if (communicator.is_root()) {
    for (const auto& result : summary.results) absorb(hash, result);
    hash.word(summary.cycles);
    hash.text(summary.stop);
    hash.text(summary.hashed_config);
  }
  content.hash = broadcast_text(communicator, to_hex(hash.value()));
  return content;
}

std::string trace_hash(const comm::Communicator& communicator, const MachineInfo& machine,
                       const Recorder& recorder, const Summary& summary,
                       std::span<const CounterArray> counters) {
  return content_of(communicator, machine, recorder, summary, counters).hash;
}

}  // namespace weft::trace
