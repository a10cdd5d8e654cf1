// SPDX-License-Identifier: Apache-2.0
// Counts what a tile's memory must hold.
#include "frontends/poplar/memory.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "base/counted.hpp"
#include "base/number_text.hpp"

namespace weft::frontends::poplar {

namespace ipu = program::ipu;

namespace {

constexpr std::uint32_t bytes_a_send = 256;  // what one send instruction covers
constexpr std::size_t lines_in_message = 6;

std::uint32_t narrow(std::uint64_t bytes) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(bytes, std::numeric_limits<std::uint32_t>::max()));
}

/// Address and bytes, as one number: what tiles send is sorted by it, millions in all.
std::uint64_t sent(const ipu::Move& move) {
  constexpr unsigned half = 32;
  return std::uint64_t{move.from_address} << half | move.bytes;
}

/// What each tile sends, tile after tile; where a tile's begin, and behind the last one the end.
struct Sends {
  std::vector<std::uint64_t> all;
  std::vector<std::size_t> begin;
};

Sends sends_of(std::span<const ipu::Move> moves, std::uint32_t tiles) {
  Sends out{std::vector<std::uint64_t>(moves.size()), std::vector<std::size_t>(tiles + 1U)};
  for (const ipu::Move& move : moves) ++out.begin[move.from_tile + 1U];
  std::partial_sum(out.begin.begin(), out.begin.end(), out.begin.begin());
  std::vector<std::size_t> next = out.begin;
  for (const ipu::Move& move : moves) out.all[next[move.from_tile]++] = sent(move);
  return out;
}

/// Bytes that a tile sends from one address to many receivers at once are sent once.
void add_exchange(LowerContext& context, std::span<const ipu::Move> moves) {
  for (const ipu::Move& move : moves) {
    context.memory.add(move.to_tile, ipu::MemoryUse::exchange_code,
                       context.machine.receive_code_bytes);
  }
  Sends sends = sends_of(moves, context.machine.tiles);
  for (std::uint32_t tile = 0; tile < context.machine.tiles; ++tile) {
    const auto first = sends.all.begin() + static_cast<std::ptrdiff_t>(sends.begin[tile]);
    const auto end = sends.all.begin() + static_cast<std::ptrdiff_t>(sends.begin[tile + 1U]);
    std::sort(first, end);
    const auto last = std::unique(first, end);
    for (auto one = first; one != last; ++one) {
      const std::uint64_t bytes = static_cast<std::uint32_t>(*one);
      const std::uint64_t pieces = (bytes + bytes_a_send - 1) / bytes_a_send;
      context.memory.add(tile, ipu::MemoryUse::exchange_code,
                         pieces * context.machine.send_code_bytes);
    }
  }
}

std::uint64_t sum_of(const ipu::Program& program, std::uint32_t tile) {
  const auto* uses = program.memory_use.data() + std::size_t{tile} * ipu::memory_uses;
  return std::accumulate(uses, uses + ipu::memory_uses, std::uint64_t{0});
}

/// Those that tiles hold: marks of layers are no code.
std::uint64_t tile_instructions(const ipu::Program& program) {
  return static_cast<std::uint64_t>(
      std::count_if(program.code.begin(), program.code.end(), [](const ipu::Instruction& one) {
        return one.operation != ipu::Operation::enter && one.operation != ipu::Operation::leave;
      }));
}

}  // namespace

void account_memory(LowerContext& context, const ComputeSets& sets) {
  ipu::Program& program = context.program;
  for (const ipu::MoveSet& set : program.exchanges) {
    add_exchange(context, std::span(program.moves).subspan(set.first, set.count));
  }
  const std::uint64_t control_bytes =
      tile_instructions(program) * context.machine.control_code_bytes_per_instruction;
  program.memory_use.reserve(std::size_t{context.machine.tiles} * ipu::memory_uses);
  for (std::uint32_t tile = 0; tile < context.machine.tiles; ++tile) {
    context.memory.add(tile, ipu::MemoryUse::control_code, control_bytes);
    context.memory.add(tile, ipu::MemoryUse::stacks, context.machine.stack_bytes);
    program.memory_bytes.push_back(narrow(sets.end_of_buffers(tile)));
    for (const std::uint64_t bytes : context.memory.of(tile)) {
      program.memory_use.push_back(narrow(bytes));
    }
  }
  context.result.summary.exchanges = program.exchanges.size();
}

void check_memory(const LowerContext& context) {
  const ipu::Program& program = context.program;
  std::uint32_t fullest = 0;
  std::uint32_t too_full = 0;
  for (std::uint32_t tile = 0; tile < context.machine.tiles; ++tile) {
    if (sum_of(program, tile) > sum_of(program, fullest)) fullest = tile;
    if (sum_of(program, tile) > context.machine.memory_bytes) ++too_full;
  }
  if (too_full == 0 || context.input.allow_out_of_memory) return;
  const std::uint64_t needed = sum_of(program, fullest);
  std::string text = "out of memory on tile " + std::to_string(fullest) + ": it needs " +
                     grouped(needed, "byte") + " and has " + grouped(context.machine.memory_bytes) +
                     ", " + grouped(needed - context.machine.memory_bytes) + " too few";
  if (too_full > 1) {
    text += "; " + grouped(too_full - 1) + (too_full == 2 ? " more tile is" : " more tiles are") +
            " too full";
  }
  text += ". What fills it:";
  const auto lines = memory_of_tile(context.input, program, fullest, lines_in_message);
  for (const MemoryLine& line : lines) {
    text += "\n  " + std::string(ipu::name_of(line.use));
    if (line.name != ipu::name_of(line.use)) text += " '" + line.name + "'";
    text += ": " + grouped(line.bytes) + " (" + percent(line.bytes, needed) + " %)";
  }
  complain(Complaint::memory, text);
}

}  // namespace weft::frontends::poplar
