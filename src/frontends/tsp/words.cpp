// SPDX-License-Identifier: Apache-2.0
// Which words name what, and which queue takes which opcode.
#include "frontends/tsp/words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace weft::tsp {

using form::MxmQueue;
using form::Opcode;
using form::Piece;
using form::SxmUnit;
using form::Unit;

namespace {

bool is_part(const form::Queue& queue, MxmQueue part) {
  return queue.unit == Unit::mxm && queue.part == static_cast<std::uint8_t>(part);
}
bool is_unit(const form::Queue& queue, SxmUnit unit) {
  return queue.unit == Unit::sxm && queue.part == static_cast<std::uint8_t>(unit);
}

bool begins_otherwise(std::string_view name) {
  constexpr std::array<std::string_view, 16> words = {
      "chain", "mem",  "vxm",   "sxm",     "mxm", "c2c", "b0", "b1",
      "acc",   "rows", "using", "unnamed", "by",  "to",  "at", "every"};
  return std::find(words.begin(), words.end(), name) != words.end();
}

}  // namespace

std::optional<Opcode> find_opcode(std::string_view word) {
  for (unsigned i = 0; i < static_cast<unsigned>(Opcode::count_); ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (opcode != Opcode::alu && form::name_of(opcode) == word) return opcode;
  }
  return {};
}

bool takes(const form::Queue& queue, Opcode opcode) {
  switch (opcode) {
    case Opcode::sync:
    case Opcode::notify:
      return true;
    case Opcode::read:
    case Opcode::write:
    case Opcode::gather:
    case Opcode::scatter:
      return queue.unit == Unit::mem;
    case Opcode::alu:
      return queue.unit == Unit::vxm;
    case Opcode::load_weights:
    case Opcode::install_weights:
      return is_part(queue, MxmQueue::weights);
    case Opcode::activate:
      return is_part(queue, MxmQueue::activations);
    case Opcode::accumulate:
      return is_part(queue, MxmQueue::results);
    case Opcode::shift:
      return is_unit(queue, SxmUnit::shift);
    case Opcode::permute:
      return is_unit(queue, SxmUnit::permute);
    case Opcode::distribute:
      return is_unit(queue, SxmUnit::distribute);
    case Opcode::rotate:
      return is_unit(queue, SxmUnit::rotate);
    case Opcode::transpose:
      return is_unit(queue, SxmUnit::transpose0) || is_unit(queue, SxmUnit::transpose1);
    case Opcode::send:
    case Opcode::receive:
    case Opcode::deskew:
    case Opcode::runtime_deskew:
      return queue.unit == Unit::c2c;
    case Opcode::count_:
      break;
  }
  return false;
}

std::string taker_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::read:
    case Opcode::write:
    case Opcode::gather:
    case Opcode::scatter:
      return "a MEM slice, such as mem.e0";
    case Opcode::alu:
      return "an ALU, such as vxm.0";
    case Opcode::load_weights:
    case Opcode::install_weights:
      return "an MXM plane's weights, such as mxm.e0.weights";
    case Opcode::activate:
      return "an MXM plane's activations, such as mxm.e0.activations";
    case Opcode::accumulate:
      return "an MXM plane's results, such as mxm.e0.results";
    case Opcode::transpose:
      return "an SXM's transposer, such as sxm.e.transpose0";
    case Opcode::shift:
    case Opcode::permute:
    case Opcode::distribute:
    case Opcode::rotate:
      return "sxm.w." + std::string(form::name_of(opcode)) + " or sxm.e." +
             std::string(form::name_of(opcode));
    default:
      return "a link, such as c2c.e0";
  }
}

std::optional<form::StreamGroup> find_stream(std::string_view name) {
  if (name.size() < 2 || (name[0] != 'e' && name[0] != 'w')) return {};
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  if (error != std::errc{} || end != name.data() + name.size()) return {};
  if (number >= form::streams_a_direction) return {};
  const auto direction = name[0] == 'e' ? form::Direction::east : form::Direction::west;
  return form::StreamGroup{direction, static_cast<std::uint8_t>(number), 1, 0};
}

bool is_label(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty() || !letter(name[0]) || begins_otherwise(name)) return false;
  if (!std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); })) {
    return false;
  }
  const bool stream = (name[0] == 'e' || name[0] == 'w') && name.size() > 1 &&
                      std::all_of(name.begin() + 1, name.end(), digit);
  return !stream;
}

Piece usual_piece(const form::Tensor& tensor, std::int64_t first) {
  Piece piece;
  const std::uint64_t inner = tensor.shape.empty() ? 1 : tensor.shape.back();
  const std::uint64_t held = std::min<std::uint64_t>(inner, form::lanes);
  piece.lane_count = static_cast<std::uint16_t>(held);
  piece.word_step = static_cast<std::int64_t>(held);
  piece.first = first;
  const std::uint64_t elements = tensor.elements();
  const auto from = static_cast<std::uint64_t>(first);  // below 0: beyond all
  const std::uint64_t left = from < elements ? elements - from : 0;
  const bool even = held != 0 && left % held == 0 && left / held <= 0xffffffffU &&
                    (inner <= form::lanes || inner % form::lanes == 0);
  piece.words = even ? static_cast<std::uint32_t>(left / held) : 0;
  return piece;
}

Piece striped(const Piece& all, std::size_t i, std::size_t ways) {
  Piece piece = all;
  piece.first += static_cast<std::int64_t>(i) * all.word_step;
  piece.word_step *= static_cast<std::int64_t>(ways);
  return piece;
}

bool same(const Piece& a, const Piece& b) {
  return a.chip == b.chip && a.hemisphere == b.hemisphere && a.bank == b.bank &&
         a.slices == b.slices && a.address == b.address && a.stride == b.stride &&
         a.words == b.words && a.lane_first == b.lane_first && a.lane_count == b.lane_count &&
         a.first == b.first && a.word_step == b.word_step && a.lane_step == b.lane_step;
}

std::int64_t abreast(std::int64_t cycle, std::uint32_t first_stop, std::uint32_t stop,
                     form::Direction direction) {
  const std::int64_t along = std::int64_t{stop} - std::int64_t{first_stop};
  return direction == form::Direction::east ? cycle + along : cycle - along;
}

}  // namespace weft::tsp
