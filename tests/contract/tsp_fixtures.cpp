// SPDX-License-Identifier: Apache-2.0
// Rows of the contract suite for the TSP: a schedule with data and without, one whose data lead out
// of a bank, and chips whose vectors are on their way when anything happens.
#include "contract/tsp_fixtures.hpp"

#include <utility>

#include "program/tsp_links.hpp"
#include "program/tsp_runs.hpp"
#include "program/tsp_system.hpp"
#include "program/tsp_timing.hpp"
#include "support/tsp_schedule.hpp"

namespace weft::test {

namespace {

Fixture tsp_row(const std::string& name, bool data, std::uint32_t first_index) {
  // Shallow accumulators: a saved state is small.
  static const auto topology = std::make_shared<const topology::Topology>(
      topology::load_topology("groq-tsp", {"mxm.accumulator_rows=16"}));
  program::tsp::Program program = tsp_small_program(program::tsp::read_timing(*topology));
  program.timing_only = !data;
  const auto start = [first_index](Cluster& c) {
    for (const machine::Export& e : c.machine(0).exports()) {
      if (e.kind != machine::Export::Kind::array) continue;
      c.write_array(e.name, e.name.starts_with("index") ? first_index : 0x01020305U);
    }
    c.launch("run", {});
  };
  return {name, "tsp", topology, serialize(program), {0, 0, tsp::stops, 1}, start, data};
}

constexpr std::uint32_t relay_chips = 3;
constexpr std::uint32_t relay_vectors = 6;

tsp::Tensor relay_tensor(const char* name, tsp::Tensor::Role role, std::uint32_t chip,
                         const tsp::Place& at) {
  tsp::Tensor out = tsp_tensor(name, role, tsp::VectorType::i8, relay_vectors,
                               {at.hemisphere, static_cast<std::uint8_t>(at.slice), at.bank, 0});
  out.pieces[0].chip = chip;
  return out;
}

/// Six vectors go from chip 0 over chip 1 to chip 2, three and three, and as many the other way; a
/// run of receives begins before the second three are sent.
tsp::Program relay_program(const tsp::Timing& timing) {
  const tsp::System node{tsp::chips_a_node, 1, 1, 1};
  const tsp::Wiring wiring(node.chips, cables_of(node));
  tsp::Program program;
  program.schedules.resize(relay_chips);
  program.schedule_of_chip = {0, 1, 2};
  const Cycle flight = crossing_cycles(timing, 10'000);
  const Cycle start = alignment_cycles(timing, 1) + 2 * tsp::stops;
  constexpr std::uint32_t a_vector = 24;
  constexpr std::uint32_t apart = 40;  // so that six receives last longer than a flight
  for (std::uint32_t chip = 0; chip < relay_chips; ++chip) {
    tsp::Runs runs(program, program.schedules[chip], timing);
    runs.deskew(wiring.between(chip, chip == 0 ? 1 : chip - 1).at(0), 0);
  }
  for (const std::uint32_t from : {0U, 2U}) {
    const auto bank = static_cast<std::uint8_t>(from / 2);
    const tsp::Place source{tsp::Hemisphere::east, 40, bank, 0, 1};
    const tsp::Place stop_over{tsp::Hemisphere::west, 36, bank, 0, 1};
    const tsp::Place target{tsp::Hemisphere::east, 36, bank, 0, 1};
    const auto stream = static_cast<std::uint8_t>(4 * from);
    const auto inbound = static_cast<std::uint8_t>(stream + 1);
    const auto carry = [&](std::uint32_t a, std::uint32_t b, Cycle sent, const tsp::Place& read,
                           const tsp::Place& written) {
      tsp::Runs here(program, program.schedules[a], timing);
      tsp::Runs there(program, program.schedules[b], timing);
      const std::uint32_t out = wiring.between(a, b).at(0);
      const std::uint32_t in = wiring.between(b, a).at(0);
      const auto stop = [](std::uint32_t link) { return stop_of(tsp::queue_of_link(link)); };
      for (const std::uint32_t half : {0U, 1U}) {
        const tsp::Repeat three{relay_vectors / 2, a_vector};
        tsp::Place words = read;
        words.address += half * relay_vectors / 2;
        const Cycle at = sent + Cycle{half} * 3 * apart;
        const std::uint32_t run = here.read(words, stop(out), at, stream, three);
        here.send(out, at, stream, run, three);
      }
      const tsp::Repeat six{relay_vectors, apart};
      const std::uint32_t received = there.receive(in, sent + flight, inbound, six);
      const Cycle driven = sent + flight + result_delay_cycles(timing, there.at(received));
      there.write(written, stop(in), driven, inbound, received, six);
      return driven + 6 * apart + tsp::stops;
    };
    const Cycle come = carry(from, 1, start + from, source, stop_over);
    carry(1, 2 - from, come, stop_over, target);
    const char* names[] = {from == 0 ? "x" : "u", from == 0 ? "y" : "v"};
    program.tensors.push_back(relay_tensor(names[0], tsp::Tensor::Role::input, from, source));
    program.tensors.push_back(relay_tensor(names[1], tsp::Tensor::Role::output, 2 - from, target));
  }
  return program;
}

/// Short links and epochs: a run of some hundred cycles.
Fixture tsp_relay() {
  static const auto topology = std::make_shared<const topology::Topology>(topology::load_topology(
      "groq-node8", {"mxm.accumulator_rows=16", "link.least_latency_cycles=19",
                     "link.most_latency_cycles=38", "link.epoch_cycles=32"}));
  const tsp::Program program = relay_program(tsp::read_timing(*topology));
  const auto start = [](Cluster& c) {
    c.write_array("x", 0x01020305U);
    c.write_array("u", 0x11070503U);
    c.launch("run", {});
  };
  return {"tsp_chips", "tsp", topology, serialize(program), {0, 0, tsp::stops, relay_chips}, start};
}

}  // namespace

std::vector<Fixture> tsp_fixtures() {
  return {tsp_row("tsp_data", true, 0), tsp_row("tsp_timing", false, 0),
          tsp_row("tsp_error", true, 3000), tsp_relay()};
}

}  // namespace weft::test
