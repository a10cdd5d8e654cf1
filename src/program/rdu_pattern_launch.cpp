// SPDX-License-Identifier: Apache-2.0
// Sections one behind the other.
#include "program/rdu_pattern_launch.hpp"

namespace weft::program::rdu {

using ChannelKind = Channel::Kind;

std::uint32_t SectionLauncher::load_program(const std::string& name, std::uint32_t dram,
                                            std::uint32_t bytes) {
  const bool is_first = programs_.empty();
  programs_.push_back(bytes);
  const std::uint32_t at = g_.channel(name + ".at", ChannelKind::word);
  const std::uint32_t size = g_.channel(name + ".size", ChannelKind::word);
  const std::uint32_t words = g_.channel(name + ".program", ChannelKind::vector);
  ContextMaker load = g_.context(name + ".begin", launch_, 1, is_first);
  load.counter("go", 1);
  if (!is_first) load.input(finished_);
  addresses_.emplace_back(load.number(), load.integer(0));
  load.give(at, addresses_.back().second);
  load.give(size, load.integer(static_cast<std::int32_t>(bytes)));
  g_.transfer(name + ".load", dram, Transfer::Kind::load, at, size, words);

  const std::uint32_t loaded = g_.channel(name + ".loaded", ChannelKind::bit);
  ContextMaker program = g_.context(name + ".pload", launch_);
  program.counter("vector", static_cast<std::int32_t>(bytes / burst_bytes));
  program.input(words);
  program.give(loaded, none, 0);
  return loaded;
}

void SectionLauncher::launch(std::uint32_t dram, std::uint32_t units,
                             const std::vector<std::uint32_t>& starts,
                             const std::vector<std::uint32_t>& dones) {
  const SectionTiming& timing = *timing_.section;
  const std::string name = "section" + std::to_string(programs_.size());
  const std::uint32_t loaded = load_program(name, dram, units * timing.program_bytes);

  const std::uint32_t told = g_.channel(name + ".told", ChannelKind::bit);
  ContextMaker arguments = g_.context(name + ".aload", launch_);
  arguments.context().interval_cycles = timing.argument_cycles;
  arguments.counter("argument", static_cast<std::int32_t>(2 * starts.size()));
  arguments.input(loaded, 0);
  arguments.give(told, none, 0);

  ContextMaker exec = g_.context(name + ".exec", launch_);
  exec.counter("go", 1);
  exec.input(told);
  for (const std::uint32_t start : starts) exec.give(start);

  finished_ = g_.channel(name + ".finished", ChannelKind::bit, none,
                         options_.by_host ? timing.host_cycles : timing.launch_cycles);
  ContextMaker end = g_.context(name + ".end", launch_);
  end.counter("go", 1);
  for (const std::uint32_t done : dones) end.input(done);
  end.give(finished_);
}

void SectionLauncher::place_programs(std::uint32_t dram) {
  std::uint32_t bytes = 0;
  for (const std::uint32_t more : programs_) bytes += more;
  std::uint32_t address =
      g_.dram_array("programs", Array::Role::input, numerics::word_i32, {bytes / word_bytes}, dram);
  for (std::size_t s = 0; s < programs_.size(); ++s) {
    const auto& [context, node] = addresses_[s];
    g_.program().contexts[context].nodes[node].word = address;
    address += programs_[s];
  }
}

}  // namespace weft::program::rdu
