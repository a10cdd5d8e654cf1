// SPDX-License-Identifier: Apache-2.0
// The control program: trees of steps in, instructions out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "frontends/poplar/compute_sets.hpp"
#include "frontends/poplar/copies.hpp"
#include "frontends/poplar/copy_group.hpp"
#include "frontends/poplar/host_arrays.hpp"
#include "frontends/poplar/lower_context.hpp"

namespace weft::frontends::poplar {

class Control {
 public:
  Control(LowerContext& context, const ComputeSets& sets, Fills& fills, HostArrays& arrays)
      : context_(context), program_(context.program), sets_(sets), fills_(fills), arrays_(arrays) {}

  /// Writes code and entries of all programs, and the functions that they call, once each.
  void lower(const Steps& steps);

 private:
  void lower(const Step& step);
  void sequence(const Step& step);
  void execute(const Step& step);
  void copy_or_fill(const Step& step);
  void request(const Step& step);
  void repeat(const Step& step);
  void repeat_while(const Step& step, program::ipu::Operation leave);
  void branch(const Step& step);
  void switch_cases(const Step& step);
  void call(const Step& step);
  void clock(const Step& step);
  void abort(const Step& step);
  void block(const Step& step);

  /// Where the next instruction comes to stand. Copies that wait come before it.
  std::uint32_t here();
  /// Writes the copies that wait, as one exchange.
  void flush();
  void append(program::ipu::Operation operation, const std::vector<std::uint32_t>& operands);
  /// Appends an instruction and returns its number.
  std::uint32_t emit(program::ipu::Operation operation, std::uint32_t a = 0, std::uint32_t b = 0,
                     std::uint32_t c = 0);
  /// Makes the instruction go to what comes next.
  void land(std::uint32_t instruction) { program_.code[instruction].b = here(); }
  /// Number of a boolean, int or unsigned element. Complaint::type when the view is anything else.
  std::uint32_t place_of(const View& view);
  /// Number of the two words that take a tile's clock. Complaint::other.
  std::uint32_t clock_place_of(const View& view, std::uint32_t tile);
  std::uint32_t place(const Segment& segment, ElementType type);
  std::uint32_t count(std::uint64_t value);
  /// Number of a text in Program::texts.
  std::uint32_t text(const std::string& text);
  const Step& child(const Step& step, std::size_t number) const;

  LowerContext& context_;
  program::ipu::Program& program_;
  const ComputeSets& sets_;
  Fills& fills_;
  HostArrays& arrays_;
  CopyGroup copies_;                               ///< that wait for whether more can join them
  std::map<std::uint64_t, std::uint32_t> counts_;  ///< number of a value in Program::counts
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> places_;
  std::map<std::string, std::uint32_t> texts_;
  std::vector<std::vector<std::uint32_t>> calls_;  ///< [function]: instructions that call it
  std::vector<std::uint32_t> called_;              ///< functions, in the order of first calls
};

}  // namespace weft::frontends::poplar
