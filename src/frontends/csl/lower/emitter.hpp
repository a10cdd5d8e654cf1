// SPDX-License-Identifier: Apache-2.0
// The instructions of one function while it is lowered: registers without number limit, labels.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "program/wse.hpp"

namespace weft::csl {

namespace wse = program::wse;

class Emitter {
 public:
  using Register = std::uint16_t;
  struct Label {
    std::uint32_t number = 0;
  };

  /// A new register; known to live from here on, in loops that begin here too.
  Register new_register();
  /// A register that belongs to another function's frame: register `absolute` of the tile.
  Register foreign_register(std::uint16_t absolute);
  /// Source line that following instructions come from.
  void set_line(std::uint32_t line) { line_ = line; }
  void emit(wse::Instruction instruction);
  /// Emits an instruction with a new destination register, which is returned.
  Register emit_to_new(wse::Operation operation, wse::Type type, Register a = wse::no_register,
                       Register b = wse::no_register, std::int32_t immediate = 0);
  /// to = from. When `from` was just computed for this, computes into `to` instead.
  void move(wse::Type type, Register to, Register from);
  /// A register that keeps its value for a name: never renamed by move().
  void pin(Register which);
  bool is_pinned(Register which) const { return which < pinned_.size() && pinned_[which]; }
  /// Emits a vector instruction. @return the register of its success flag if wanted.
  void vector(const wse::VectorInstruction& instruction, Register flag);

  /// Calls functions[callee] of `code`, which is finished and has `depth` calls below it.
  void call(const wse::TileCode& code, std::uint32_t callee, unsigned depth);
  /// Calls below this function, so far.
  unsigned depth() const { return depth_; }

  Label new_label();
  void bind(Label label);
  void jump(Label label);
  void branch_if(Register condition, Label label);
  void branch_unless(Register condition, Label label);

  std::size_t size() const { return code_.size(); }
  /// An emitter that knows this one's registers and labels and has no code: for what is looked at
  /// and not run.
  Emitter without_code() const;
  /// Replaces the instruction at `position`.
  void patch(std::size_t position, const wse::Instruction& instruction) {
    code_[position] = instruction;
  }
  /// Forgets everything emitted since the emitter had `size` instructions (a trial).
  void rewind(std::size_t size);

  /// Resolves labels, packs registers, appends to `code`. The parameters stay the first registers
  /// of the frame, and so does, after them, the register of a result; the frame comes after those
  /// of all functions that are called.
  /// @return the number of the new function.
  std::uint32_t finish(wse::TileCode& code, const std::string& name,
                       const std::vector<wse::Type>& parameters, bool has_result = false);

 private:
  void jump_to(wse::Operation operation, Register condition, Label label);
  void resolve_labels();
  void leave_out_redundant(std::size_t result);
  std::vector<Register> pack_registers(std::size_t reserved, std::uint32_t& count) const;

  std::vector<wse::Instruction> code_;
  std::vector<std::uint32_t> lines_;
  std::vector<wse::VectorInstruction> vectors_;
  std::vector<std::uint32_t> targets_;  // of labels
  std::vector<std::uint32_t> births_;   // of registers: position when made
  std::vector<bool> pinned_;
  std::map<Register, std::uint16_t> foreign_;
  std::uint32_t frame_base_ = 0;
  unsigned depth_ = 0;
  std::size_t barrier_ = 0;  // a label is bound here: do not rewrite earlier instructions
  std::uint32_t line_ = 0;
};

/// Operations whose immediate is an instruction's number.
constexpr bool is_jump(wse::Operation operation) {
  return operation == wse::Operation::jump || operation == wse::Operation::branch_if ||
         operation == wse::Operation::branch_unless;
}

/// Which operand fields of an instruction are registers.
struct RegisterUse {
  bool writes_d = false;
  bool reads_d = false;
  bool reads_a = false;
  bool reads_b = false;
};
RegisterUse register_use(const wse::Instruction& instruction);

}  // namespace weft::csl
