// SPDX-License-Identifier: Apache-2.0
// Allocation and initial content of a slice.
#include "machine/wse/build.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "base/error.hpp"

namespace weft::machine::wse {
namespace {

/// What tiles need of each pool, in elements.
struct Sizes {
  std::uint64_t sram = 0;
  std::uint64_t written = 0;
  std::uint64_t registers = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t fifos = 0;
  std::uint64_t threads = 0;
  std::uint64_t tasks = 0;
};

Sizes sizes_of(const CodeInfo& info) {
  Sizes s;
  s.sram = info.sram_bytes;
  s.written = (info.sram_bytes / 2 + 63) / 64;
  s.registers = info.register_count;
  s.descriptors = info.descriptor_count;
  s.fifos = info.fifo_count;
  s.threads = static_cast<unsigned>(__builtin_popcount(info.slots));
  s.tasks = info.task_count;
  return s;
}

void add(Sizes& sum, const Sizes& more) {
  sum.sram += more.sram;
  sum.written += more.written;
  sum.registers += more.registers;
  sum.descriptors += more.descriptors;
  sum.fifos += more.fifos;
  sum.threads += more.threads;
  sum.tasks += more.tasks;
}

Sizes total(const form::Program& program, const Decoded& decoded, const Slice& slice) {
  Sizes sum;
  for (std::uint32_t i = 0; i < slice.tiles.tiles(); ++i) {
    add(sum, sizes_of(decoded.infos[program.code_of_tile[global_tile(slice, i)]]));
  }
  return sum;
}

template <typename T>
Array<T> copy_of(const std::string& label, const std::vector<T>& values) {
  Array<T> array(label, std::max<std::size_t>(1, values.size()));
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

template <typename T>
Array<T> make(const std::string& label, std::uint64_t count) {
  return Array<T>(label, std::max<std::uint64_t>(1, count));
}

void set_bits(std::uint64_t* words, std::uint32_t begin_byte, std::uint32_t end_byte) {
  for (std::uint32_t word = begin_byte / 2; word < (end_byte + 1) / 2; ++word) {
    words[word / 64] |= std::uint64_t{1} << (word % 64);
  }
}

void fill_sram(const State& s, const Tile& t, const form::Program& program,
               const form::TileCode& code) {
  std::uint8_t* sram = s.sram.data() + t.sram;
  std::uint64_t* written = s.written.data() + t.written;
  for (const form::ByteRange& range : code.initialised) {
    std::memcpy(sram + range.begin, code.data.data() + range.begin, range.end - range.begin);
    set_bits(written, range.begin, range.end);
  }
  for (const form::DataPatch& patch : code.patches) {
    const std::uint64_t value =
        program.tile_constants[program.tile_constants_begin[t.global] + patch.constant];
    std::memcpy(sram + patch.address, &value, form::bytes_of(patch.type));
    set_bits(written, patch.address, patch.address + form::bytes_of(patch.type));
  }
}

/// Tasks that start active are as old as the program; no word has come for a data task.
void init_activation(const State& s, const Tile& t, const Decoded& decoded) {
  const CodeInfo& info = decoded.infos[t.code];
  for (std::uint32_t k = 0; k < info.task_count; ++k) {
    const bool data = decoded.tasks[info.tasks + k].kind == form::TaskKind::data;
    s.activation(t.activations + k) = data ? never : 0;
  }
}

fabric::ColorRoute convert_route(const form::ColorRoute& from) {
  fabric::ColorRoute to;
  to.color = from.color;
  to.position_count = from.position_count;
  to.initial_position = from.initial_position;
  to.ring = from.ring;
  to.pop = static_cast<fabric::PopMode>(from.pop);
  to.teardown = from.teardown;
  to.reconfigurable = from.reconfigurable;
  for (std::size_t i = 0; i < from.positions.size(); ++i) {
    to.positions[i] = {from.positions[i].receive, from.positions[i].transmit};
  }
  const form::Filter& f = from.filter;
  to.filter = {static_cast<fabric::FilterKind>(f.kind),
               f.count_data,
               f.count_control,
               f.filter_control,
               f.minimum,
               f.maximum,
               f.limit_1,
               f.limit_2,
               f.initial_counter};
  return to;
}

/// Colors that a code takes words of, and that it sends.
struct CodeColors {
  std::uint32_t in = 0;
  std::uint32_t out = 0;
};

CodeColors colors_of(const form::TileCode& code, form::Generation generation) {
  CodeColors colors;
  for (const form::Descriptor& d : code.descriptors) {
    if (d.kind == form::DescriptorKind::fabin) colors.in |= 1U << d.color;
    if (d.kind == form::DescriptorKind::fabout) colors.out |= 1U << d.color;
  }
  for (const form::QueueBinding& q : code.input_queues) colors.in |= 1U << q.color;
  for (const form::Task& task : code.tasks) {
    const bool by_color = task.kind == form::TaskKind::data && generation == form::Generation::wse2;
    if (by_color) colors.in |= 1U << task.id;
  }
  return colors;
}

}  // namespace

std::uint64_t state_bytes(const form::Program& program, const Decoded& decoded,
                          const Constants& constants, const Slice& slice) {
  const Sizes sum = total(program, decoded, slice);
  const std::uint64_t hazard_bytes = sizeof(Hazard) * hazard_count(constants);
  return slice.tiles.tiles() * (sizeof(Tile) + sizeof(Cycle) + hazard_bytes) + sum.sram +
         8 * sum.written + 8 * sum.registers + sizeof(form::Descriptor) * sum.descriptors +
         sizeof(FifoState) * sum.fifos + sizeof(Thread) * sum.threads + sizeof(Cycle) * sum.tasks +
         8 * program.tile_constants.size() + sizeof(Code) * decoded.code.size();
}

State make_state(const form::Program& program, const Decoded& decoded, const Constants& constants,
                 const Slice& slice) {
  const Sizes sum = total(program, decoded, slice);
  State s;
  s.tiles = static_cast<std::uint32_t>(slice.tiles.tiles());
  s.constants = constants;
  try {
    s.tile = make<Tile>("tile", s.tiles);
    s.wake = make<Cycle>("wake", s.tiles);
    s.sram = make<std::uint8_t>("sram", sum.sram);
    s.written = make<std::uint64_t>("written", sum.written);
    s.registers = make<std::uint64_t>("registers", sum.registers);
    s.descriptors = make<form::Descriptor>("descriptors", sum.descriptors);
    s.fifo = make<FifoState>("fifo", sum.fifos);
    s.thread = make<Thread>("thread", sum.threads);
    s.activation = make<Cycle>("activation", sum.tasks);
    s.hazard = make<Hazard>("hazard", std::uint64_t{s.tiles} * hazard_count(constants));
  } catch (const std::exception& e) {
    fail(Category::limit,
         "no memory for " + std::to_string(state_bytes(program, decoded, constants, slice) >> 20U) +
             " MiB of tile state: " + e.what());
  }
  s.tile_constants = copy_of("tile_constants", program.tile_constants);
  s.launch_arguments = make<std::uint32_t>("launch_arguments", launch_arguments_max);
  s.info = copy_of("info", decoded.infos);
  s.code = copy_of("code", decoded.code);
  s.vector = copy_of("vector", decoded.vectors);
  s.function = copy_of("function", decoded.functions);
  s.task = copy_of("task", decoded.tasks);
  s.settings = copy_of("settings", decoded.settings);
  s.fifo_code = copy_of("fifo_code", decoded.fifos);
  s.wide = copy_of("wide", decoded.wide);
  Sizes at;
  for (std::uint32_t i = 0; i < s.tiles; ++i) {
    Tile& t = s.tile(i);
    t.global = global_tile(slice, i);
    t.code = program.code_of_tile[t.global];
    const form::TileCode& code = program.codes[t.code];
    const CodeInfo& info = decoded.infos[t.code];
    t.sram = at.sram;
    t.written = at.written;
    t.registers = at.registers;
    t.descriptors = at.descriptors;
    t.fifos = at.fifos;
    t.threads = at.threads;
    t.activations = at.tasks;
    init_activation(s, t, decoded);
    t.constants = program.tile_constants_begin[t.global];
    t.activated = info.activated;
    t.blocked = info.blocked;
    t.random = 0xdeadbeefU + t.global;  // the SDK documents this seed for its generator
    add(at, sizes_of(info));
    fill_sram(s, t, program, code);
    std::copy(code.descriptors.begin(), code.descriptors.end(),
              s.descriptors.data() + t.descriptors);
    s.wake(i) = (t.activated & ~t.blocked & info.local_tasks) != 0 ? 0 : never;
  }
  return s;
}

fabric::RouteTable make_routes(const form::Program& program, const Slice& slice) {
  fabric::RouteTable table;
  for (const auto& set : program.route_sets) {
    auto& to = table.sets.emplace_back();
    for (const form::ColorRoute& route : set) to.push_back(convert_route(route));
  }
  std::uint32_t into = 0;
  std::uint32_t out_of = 0;
  for (const form::HostStream& stream : program.host_streams) {
    (stream.into_machine ? into : out_of) |= 1U << stream.color;
  }
  std::vector<CodeColors> colors;
  for (const form::TileCode& code : program.codes) {
    colors.push_back(colors_of(code, program.generation));
  }
  for (std::uint32_t i = 0; i < slice.tiles.tiles(); ++i) {
    const std::uint32_t global = global_tile(slice, i);
    table.set_of_tile.push_back(program.route_set_of_tile[global]);
    if ((into | out_of) == 0) continue;
    const CodeColors& own = colors[program.code_of_tile[global]];
    table.host_in.push_back(into & own.in);
    table.host_out.push_back(out_of & own.out);
  }
  return table;
}

void bind_queues(const form::Program& program, const Slice& slice, const fabric::Ramp& ramp) {
  for (std::uint32_t i = 0; i < slice.tiles.tiles(); ++i) {
    const form::TileCode& code = program.codes[program.code_of_tile[global_tile(slice, i)]];
    for (const form::QueueBinding& q : code.input_queues) ramp.bind(i, q.queue, q.color);
  }
}

}  // namespace weft::machine::wse
