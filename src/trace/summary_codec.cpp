// SPDX-License-Identifier: Apache-2.0
// A flat byte form of the summary, read back in the same order.
#include "trace/summary_codec.hpp"

#include "base/bytes.hpp"

namespace weft::trace {
namespace {

comm::Bytes pack(const Summary& summary) {
  ByteWriter out;
  out.value(summary.cycles);
  out.text(summary.stop);
  out.value(summary.whole);
  out.text(summary.hashed_config);
  out.value(summary.phases.size());
  for (const auto& phase : summary.phases) {
    out.text(phase.name);
    out.text(phase.kind);
    out.value(phase.begin);
    out.value(phase.end);
  }
  out.value(summary.results.size());
  for (const auto& [name, tensor] : summary.results) {
    out.text(name);
    out.value(tensor->type);
    out.values(tensor->shape);
  }
  return out.take();
}

Summary unpack(const comm::Bytes& bytes) {
  ByteReader in(bytes, "summary of rank 0");
  Summary summary;
  summary.cycles = in.value<Cycle>();
  summary.stop = in.text();
  summary.whole = in.value<bool>();
  summary.hashed_config = in.text();
  summary.phases.resize(in.count());
  for (auto& phase : summary.phases) {
    phase.name = in.text();
    phase.kind = in.text();
    phase.begin = in.value<Cycle>();
    phase.end = in.value<Cycle>();
  }
  const auto results = in.value<std::size_t>();
  for (std::size_t r = 0; r < results; ++r) {
    std::string name = in.text();
    Tensor shape;
    shape.type = in.value<ElementType>();
    shape.shape = in.values<std::uint64_t>();
    summary.results.emplace_back(std::move(name), std::move(shape));
  }
  in.finish();
  return summary;
}

}  // namespace

const Summary& broadcast_summary(const comm::Communicator& communicator, const Summary& summary,
                                 Summary& received) {
  comm::Bytes bytes;
  if (communicator.is_root()) bytes = pack(summary);
  communicator.broadcast(bytes);
  if (communicator.is_root()) return summary;
  received = unpack(bytes);
  return received;
}

std::string broadcast_text(const comm::Communicator& communicator, const std::string& text) {
  ByteWriter out;
  if (communicator.is_root()) out.text(text);
  comm::Bytes bytes = out.take();
  communicator.broadcast(bytes);
  return ByteReader(bytes, "text of rank 0").text();
}

}  // namespace weft::trace
