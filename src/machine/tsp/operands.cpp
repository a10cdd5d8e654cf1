// SPDX-License-Identifier: Apache-2.0
// Operands put together out of results, and the faults that they carry.
#include "machine/tsp/operands.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "machine/tsp/kernels.hpp"
#include "numerics/tsp_layout.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

bool has_result(form::Opcode opcode) { return opcode != form::Opcode::load_weights; }

}  // namespace

Operands::Operands(Part& part, std::uint32_t task, Shop& shop)
    : part_(part),
      number_(task),
      task_(part.flow->task(task)),
      in_(part.flow->instruction_of(task)),
      shop_(shop) {
  part.flow->each_take(task, [&](const Take& take) {
    if (has_result(part.flow->instruction_of(take.producer).opcode)) takes_.push_back(take);
  });
}

Operands::~Operands() {
  for (auto& buffer : held_) shop_.buffers.give(std::move(buffer));
}

Result& Operands::result_of(std::uint32_t task) const {
  const auto found = part_.results.find(task);
  if (found == part_.results.end()) {
    fail(Category::internal,
         "tsp: an operand of instruction " + std::to_string(task_.instruction) + " is not there");
  }
  return found->second;
}

void Operands::refuse(std::uint32_t element, TspError code, std::uint64_t detail) {
  const TileId tile{part_.chip * form::stops + part_.flow->stop_of(number_)};
  shop_.refuse({shop_.launch + part_.flow->due(number_, element),
                tile,
                static_cast<std::uint32_t>(code),
                {task_.instruction, element, detail}});
}

void Operands::collect_bits(const Take& take, const Result& from) {
  for (const Flip& flip : from.flips) {
    if (flip.byte < take.byte || flip.byte >= take.byte + take.width) continue;
    for (std::uint32_t k = 0; k < take.count; ++k) {
      if (take.element + std::int64_t{k} * take.step != flip.element) continue;
      bits_.push_back({take.operand, take.first + k, take.stream + flip.byte - take.byte,
                       flip.bit / bits_a_superlane, flip.bit});
    }
  }
}

void Operands::check_words() {
  for (const Take& take : takes_) {
    const Result& from = result_of(take.producer);
    if (!from.flips.empty()) collect_bits(take, from);
  }
  if (bits_.empty()) return;
  std::sort(bits_.begin(), bits_.end());
  const auto same_word = [](const Bit& a, const Bit& b) {
    return std::tuple(a.operand, a.element, a.stream, a.superlane) ==
           std::tuple(b.operand, b.element, b.stream, b.superlane);
  };
  std::vector<Bit> alone;
  for (auto first = bits_.begin(); first != bits_.end();) {
    const auto end = std::find_if_not(first, bits_.end(),
                                      [&](const Bit& bit) { return same_word(*first, bit); });
    if (end - first > 1) {
      refuse(first->element, TspError::two_bits,
             word_detail(first->superlane, first->stream, first->operand));
    } else {
      alone.push_back(*first);
      shop_.corrections.push_back({shop_.launch + part_.flow->due(number_, first->element),
                                   part_.chip * form::stops + part_.flow->stop_of(number_)});
    }
    first = end;
  }
  bits_ = std::move(alone);
}

std::uint32_t Operands::width(std::uint32_t operand) const {
  return operand == implied_operand ? bytes_of_a_sum : operand_width(in_, operand);
}

const std::byte* Operands::in_place(std::uint32_t operand) const {
  const Take* only = nullptr;
  for (const Take& take : takes_) {
    if (take.operand != operand) continue;
    if (only != nullptr) return nullptr;
    only = &take;
  }
  if (only == nullptr || only->count != task_.count || only->stream != 0) return nullptr;
  const Result& from = result_of(only->producer);
  const bool whole = only->width == width(operand) && from.extent.width == only->width;
  if (!whole || (only->step != 1 && only->count > 1)) return nullptr;
  return from.at(only->element, only->byte);
}

std::byte* Operands::assembled(std::uint32_t operand) {
  const std::size_t element_bytes = width(operand) * vector_bytes;
  held_.push_back(shop_.buffers.take(task_.count * element_bytes));
  std::byte* run = held_.back().data();
  for (const Take& take : takes_) {
    if (take.operand != operand) continue;
    const Result& from = result_of(take.producer);
    const auto step = static_cast<std::ptrdiff_t>(from.extent.width * vector_bytes) * take.step;
    copy_vectors({from.at(take.element, take.byte), step}, take.width, take.count,
                 run + (take.first - task_.first) * element_bytes + take.stream * vector_bytes,
                 static_cast<std::ptrdiff_t>(element_bytes));
  }
  return run;
}

void Operands::correct(std::uint32_t operand, std::byte* run) {
  for (const Bit& bit : bits_) {
    if (bit.operand != operand) continue;
    const std::size_t vector = std::size_t{bit.element - task_.first} * width(operand) + bit.stream;
    std::byte* place = run + vector * vector_bytes + bit.bit / bits_a_lane;
    std::vector<std::byte> byte = to_host(place, 1);
    byte[0] ^= std::byte{1} << bit.bit % bits_a_lane;
    to_device(byte, place);
  }
}

const std::byte* Operands::data(std::uint32_t operand) {
  if (bits_.empty()) {
    if (const std::byte* there = in_place(operand)) return there;
  }
  std::byte* run = assembled(operand);
  correct(operand, run);
  return run;
}

void Operands::release() {
  for (const Take& take : takes_) tsp::release(part_, take.producer, shop_);
  takes_.clear();
}

void Operands::note_read(Result& result) const {
  const Walk walk = walk_of(in_, task_.first);
  for (std::uint32_t k = 0; k < task_.count; ++k) {
    const auto found =
        part_.memory.faults.find({bank_of(in_), static_cast<std::uint32_t>(walk.at(k))});
    if (found == part_.memory.faults.end()) continue;
    for (const std::uint16_t bit : found->second) result.flips.push_back({task_.first + k, 0, bit});
  }
}

namespace {

/// Words of the superlanes of an element of a gather or scatter: body(superlane, address).
template <typename Body>
void each_indexed(const Walk& walk, std::uint32_t element, const std::byte* index,
                  const Body& body) {
  constexpr std::size_t index_bytes = 2 * vector_bytes;
  const auto one = to_host(index + element * index_bytes, index_bytes);
  for (std::uint32_t s = 0; s < form::superlanes; ++s) {
    const std::int64_t address = walk.at(element) + numerics::tsp::load_lane<std::int16_t>(
                                                        one.data(), s * form::lanes_per_superlane);
    if (address >= 0 && address < form::words_a_bank) body(s, static_cast<std::uint32_t>(address));
  }
}

}  // namespace

void Operands::note_gathered(Result& result, const std::byte* index) const {
  const Walk walk = walk_of(in_, task_.first);
  for (std::uint32_t k = 0; k < task_.count; ++k) {
    each_indexed(walk, k, index, [&](std::uint32_t superlane, std::uint32_t address) {
      const auto found = part_.memory.faults.find({bank_of(in_), address});
      if (found == part_.memory.faults.end()) return;
      for (const std::uint16_t bit : found->second) {
        if (bit / bits_a_superlane == superlane) result.flips.push_back({task_.first + k, 0, bit});
      }
    });
  }
}

void Operands::note_written() {
  const Walk walk = walk_of(in_, task_.first);
  for (std::uint32_t k = 0; k < task_.count; ++k) {
    part_.memory.faults.erase({bank_of(in_), static_cast<std::uint32_t>(walk.at(k))});
  }
}

void Operands::note_scattered(const std::byte* index) {
  const Walk walk = walk_of(in_, task_.first);
  for (std::uint32_t k = 0; k < task_.count; ++k) {
    each_indexed(walk, k, index, [&](std::uint32_t superlane, std::uint32_t address) {
      const auto found = part_.memory.faults.find({bank_of(in_), address});
      if (found == part_.memory.faults.end()) return;
      std::erase_if(found->second,
                    [&](std::uint16_t bit) { return bit / bits_a_superlane == superlane; });
      if (found->second.empty()) part_.memory.faults.erase(found);
    });
  }
}

}  // namespace weft::machine::tsp
