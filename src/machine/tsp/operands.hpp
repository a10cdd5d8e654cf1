// SPDX-License-Identifier: Apache-2.0
// What a task takes: results of other tasks as runs, their words checked.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "machine/tsp/step.hpp"

namespace weft::machine::tsp {

class Operands {
 public:
  Operands(Part& part, std::uint32_t task, Shop& shop);
  ~Operands();
  Operands(const Operands&) = delete;
  Operands& operator=(const Operands&) = delete;

  const std::vector<Take>& takes() const { return takes_; }
  /// Checks every word of every operand: a flipped bit is corrected and noted, two are refused.
  void check_words();
  /// Operand `operand` as a run: [count][width][320].
  const std::byte* data(std::uint32_t operand);
  /// Everything was taken.
  void release();

  /// Refuses `element` of the instruction.
  void refuse(std::uint32_t element, TspError code, std::uint64_t detail);

  // Memory with faults: what was read has them, what was written is free of them.
  void note_read(Result& result) const;
  void note_gathered(Result& result, const std::byte* index) const;
  void note_written();
  void note_scattered(const std::byte* index);

 private:
  /// A flipped bit of an operand: word (element, stream, superlane), and its bit of the vector.
  struct Bit {
    std::uint32_t operand, element, stream, superlane, bit;
    friend auto operator<=>(const Bit&, const Bit&) = default;
  };
  void collect_bits(const Take& take, const Result& from);
  std::uint32_t width(std::uint32_t operand) const;
  /// The run where it lies, if it lies in one piece.
  const std::byte* in_place(std::uint32_t operand) const;
  std::byte* assembled(std::uint32_t operand);
  void correct(std::uint32_t operand, std::byte* run);
  Result& result_of(std::uint32_t task) const;

  Part& part_;
  std::uint32_t number_;
  const program::tsp::Task& task_;
  const program::tsp::Instruction& in_;
  Shop& shop_;
  std::vector<Take> takes_;
  std::vector<Bit> bits_;  ///< to be corrected
  std::vector<DeviceArray<std::byte>> held_;
};

}  // namespace weft::machine::tsp
