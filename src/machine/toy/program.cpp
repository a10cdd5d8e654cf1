// SPDX-License-Identifier: Apache-2.0
// A toy program as bytes, checked on the way in.
#include "machine/toy/program.hpp"

#include "base/bytes.hpp"

namespace weft::machine::toy {

namespace {
constexpr std::uint32_t magic = 0x74796f74;  // "toyt"
constexpr std::uint32_t most = 64;
}  // namespace

std::vector<std::byte> to_bytes(const Program& program) {
  ByteWriter out;
  out.value(magic);
  out.value(program.seed);
  out.value(program.link_latency_cycles);
  out.value(program.queue_depth);
  out.value(program.defect);
  out.value(program.mesh);
  out.values(program.links);
  return out.take();
}

Program from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes, "toy program");
  if (in.value<std::uint32_t>() != magic) fail(Category::input, "toy program: not one");
  Program program;
  program.seed = in.value<std::uint64_t>();
  program.link_latency_cycles = in.value<std::uint32_t>();
  program.queue_depth = in.value<std::uint32_t>();
  program.defect = in.value<Defect>();
  program.mesh = in.value<bool>();
  program.links = in.values<Link>();
  in.finish();
  if (program.link_latency_cycles < 1 || program.link_latency_cycles > most) {
    fail(Category::input, "toy program: link_latency_cycles must be 1 to 64");
  }
  if (program.queue_depth < 1 || program.queue_depth > most) {
    fail(Category::input, "toy program: queue_depth must be 1 to 64");
  }
  for (std::size_t n = 0; n < program.links.size(); ++n) {
    const std::uint32_t cycles = program.links[n].latency_cycles;
    if (cycles >= 1 && cycles <= most) continue;
    fail(Category::input,
         "toy program: link " + std::to_string(n) + ": latency_cycles must be 1 to 64");
  }
  return program;
}

}  // namespace weft::machine::toy
