// SPDX-License-Identifier: Apache-2.0
// The range of every constant of the RDUs, in one table; what the model is built on has one value.
#include "machine/rdu/constants.hpp"

namespace weft::machine::rdu {

namespace form = program::rdu;

std::vector<topology::Rule> constant_rules() {
  using topology::integer;
  using topology::only;
  using topology::ratio;
  std::vector<topology::Rule> out = topology::common_rules();
  const std::vector<topology::Rule> own = {
      only("context.lanes", std::to_string(form::lanes_most),
           "vectors of the model have that many"),
      only("context.word_bits", std::to_string(8 * form::word_bytes),
           "words of the model have these"),
      integer("context.compute_stages", 0, 1000),
      integer("context.move_stages", 0, 1000),
      integer("context.store_cycles", 1, 1000),
      integer("context.vector_depth", 1, form::capacity_most),
      integer("context.word_depth", 1, form::capacity_most),
      integer("memory.words", 1, form::delay_most),
      integer("chip.compute_units", 1, 100'000),
      integer("chip.memory_units", 1, 100'000),
      integer("chip.address_units", 1, 100'000),
      only("dram.burst_bytes", std::to_string(form::burst_bytes), "bursts of the model have these"),
      integer("dram.channels", 1, 1024),
      integer("dram.burst_cycles", 1, 100'000),
      integer("dram.latency_cycles", 1, 100'000),
      integer("dram.row_bytes", form::burst_bytes, form::delay_most, form::burst_bytes),
      integer("dram.banks", 1, 1024),
      integer("dram.row_cycles", 0, 100'000),
      integer("dram.outstanding", 1, 100'000),
      ratio("host.copy_in_bytes_per_cycle", {1, 1 << 20}, {1 << 20, 1}),
      ratio("host.copy_out_bytes_per_cycle", {1, 1 << 20}, {1 << 20, 1}),
      integer("host.command_latency_cycles", 0, std::int64_t{1} << 40U),
  };
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

std::vector<topology::Rule> rules_of(const topology::Topology& topology) {
  std::vector<topology::Rule> out = constant_rules();
  const auto add = [&](const char* first, const std::vector<topology::Rule>& rules) {
    if (topology.has(first)) out.insert(out.end(), rules.begin(), rules.end());
  };
  using topology::integer;
  for (const char* key : {"dram.write_latency_cycles", "hbm.write_latency_cycles"}) {
    add(key, {integer(key, 1, 100'000)});
  }
  for (const char* key : {"dram.row_window_cycles", "hbm.row_window_cycles"}) {
    add(key, {integer(key, 0, 100'000)});
  }
  for (const char* key : {"dram.capacity_bytes", "hbm.capacity_bytes"}) {
    add(key, {integer(key, form::burst_bytes, std::int64_t{1} << 50U, form::burst_bytes)});
  }
  add("hbm.channels",
      {integer("hbm.channels", 1, 1024), integer("hbm.burst_cycles", 1, 100'000),
       integer("hbm.latency_cycles", 1, 100'000),
       integer("hbm.row_bytes", form::burst_bytes, form::delay_most, form::burst_bytes),
       integer("hbm.banks", 1, 1024), integer("hbm.row_cycles", 0, 100'000),
       integer("hbm.outstanding", 1, 100'000)});
  using Body = numerics::OutputStationaryBody;
  const char* because = "bodies of the model have that many";
  add("body.rows", {topology::only("body.rows", std::to_string(Body::rows), because),
                    topology::only("body.columns", std::to_string(Body::columns), because),
                    integer("body.fill_cycles", 0, 100'000)});
  add("link.latency_cycles", {integer("link.latency_cycles", 1, form::delay_most),
                              integer("link.vector_cycles", 1, 100'000)});
  add("network.kind",
      {topology::word("network.kind", {"ideal", "static", "dynamic", "hybrid"}),
       integer("network.columns", 1, 256), integer("network.rows", 1, 256),
       integer("network.hop_cycles", 1, 1000), integer("network.hop_depth", 1, 1000),
       integer("network.vector_links", 0, 1000), integer("network.word_links", 0, 1000),
       integer("network.bit_links", 0, 1000), integer("network.queue_depth", 1, 1000)});
  add("section.program_bytes",
      {integer("section.program_bytes", form::burst_bytes, form::delay_most, form::burst_bytes),
       integer("section.argument_cycles", 1, 100'000),
       integer("section.host_cycles", 1, form::delay_most),
       integer("section.launch_cycles", 1, form::delay_most)});
  return out;
}

void check_constants(const topology::Topology& topology) {
  topology::check_constants(topology, rules_of(topology));
}

}  // namespace weft::machine::rdu
