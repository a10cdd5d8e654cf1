// SPDX-License-Identifier: Apache-2.0
// Prints tensors: places as short as they read back, constants exactly.
#include "frontends/tsp/print_tensors.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "frontends/tsp/words.hpp"
#include "program/tsp_tensor_text.hpp"

namespace weft::tsp {

using form::Piece;
using form::Tensor;

namespace {

std::string constant_text(const form::Program& program, const Tensor& tensor) {
  const std::uint32_t width = numerics::width_of(tensor.type);
  const std::uint64_t elements = tensor.elements();
  // Of a program without data nobody looks at values, and they may be left out.
  if (tensor.bytes_first + elements * width > program.bytes.size()) return "fill 0";
  return form::elements_text(
      tensor.type, std::span(program.bytes).subspan(tensor.bytes_first, elements * width));
}

/// How many pieces from `first` on are one tensor's rows dealt in turn; `all` becomes what they
/// share.
std::size_t ways_from(const Tensor& tensor, std::size_t first, Piece& all) {
  const Piece& head = tensor.pieces[first];
  all = head;
  if (first + 1 >= tensor.pieces.size()) return 1;
  const std::int64_t apart = tensor.pieces[first + 1].first - head.first;
  if (apart <= 0 || head.word_step % apart != 0) return 1;
  const auto ways = static_cast<std::size_t>(std::max<std::int64_t>(0, head.word_step / apart));
  if (ways < 2 || ways > form::slices_a_hemisphere || first + ways > tensor.pieces.size()) return 1;
  Piece shared = head;
  shared.word_step = apart;
  for (std::size_t i = 0; i < ways; ++i) {
    Piece wanted = striped(shared, i, ways);
    wanted.slices = tensor.pieces[first + i].slices;
    if (!same(wanted, tensor.pieces[first + i])) return 1;
  }
  if (ways * numerics::width_of(tensor.type) > form::slices_a_hemisphere) return 1;
  all = shared;
  return ways;
}

std::string slices_text(const Tensor& tensor, std::size_t first, std::size_t ways) {
  std::vector<std::uint32_t> slices;
  for (std::size_t i = 0; i < ways; ++i) {
    for (std::uint32_t b = 0; b < numerics::width_of(tensor.type); ++b) {
      slices.push_back(tensor.pieces[first + i].slices.at(b));
    }
  }
  const bool west = tensor.pieces[first].hemisphere == form::Hemisphere::west;
  std::string out = west ? "mem.w" : "mem.e";
  for (std::size_t i = 0; i < slices.size();) {
    std::size_t end = i + 1;
    while (end < slices.size() && slices[end] == slices[end - 1] + 1) ++end;
    out += (i == 0 ? "" : ",") + std::to_string(slices[i]);
    if (end - i > 1) out += ".." + std::to_string(slices[end - 1]);
    i = end;
  }
  return out;
}

std::string place_text(const Tensor& tensor, std::size_t first, std::size_t& ways) {
  Piece all;
  ways = ways_from(tensor, first, all);
  const Piece usual = usual_piece(tensor, all.first);
  const auto said = [](const char* word, auto value) {
    return std::string(" ") + word + " " + std::to_string(value);
  };
  std::string out = all.chip == 0 ? "" : "chip " + std::to_string(all.chip) + " ";
  out += slices_text(tensor, first, ways) + said("bank", all.bank) + said("word", all.address);
  if (all.stride != usual.stride) out += said("step", all.stride);
  if (std::uint64_t{all.words} * ways != usual.words) out += said("words", all.words);
  if (all.lane_first != 0 || all.lane_count != usual.lane_count) {
    out +=
        said("lanes", all.lane_first) + ".." + std::to_string(all.lane_first + all.lane_count - 1);
  }
  if (all.first != 0) out += said("from", all.first);
  if (all.word_step != usual.word_step) out += said("word_step", all.word_step);
  if (all.lane_step != usual.lane_step) out += said("lane_step", all.lane_step);
  return out;
}

}  // namespace

void print_tensors(const form::Program& program, std::string& out) {
  for (const Tensor& tensor : program.tensors) {
    const char* role = tensor.role == Tensor::Role::input    ? "input "
                       : tensor.role == Tensor::Role::output ? "output "
                                                             : "constant ";
    out += role + tensor.name + ": " + std::string(name_of(tensor.type));
    for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
      out += (axis == 0 ? "[" : ", ") + std::to_string(tensor.shape[axis]);
    }
    if (!tensor.shape.empty()) out += "]";
    for (std::size_t i = 0; i < tensor.over.size(); ++i) {
      out += (i == 0 ? " over " : ", ") + program.tensors.at(tensor.over[i]).name;
    }
    std::size_t ways = 1;
    for (std::size_t i = 0; i < tensor.pieces.size(); i += ways) {
      out += (i == 0 ? " in " : ",\n  ") + place_text(tensor, i, ways);
    }
    if (tensor.role == Tensor::Role::constant) out += " = " + constant_text(program, tensor);
    out += "\n";
  }
}

}  // namespace weft::tsp
