// SPDX-License-Identifier: Apache-2.0
// Value numbering within extended basic blocks: see redundancy.hpp.
#include "frontends/csl/lower/redundancy.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

namespace weft::csl {
namespace {

using wse::Operation;
using Register = Emitter::Register;

/// Same operands, same result, and no more.
bool is_pure(Operation operation) {
  return operation >= Operation::add && operation <= Operation::bitcast;
}

/// Operations after which memory may be another, other than `store`.
bool changes_memory(Operation operation) {
  switch (operation) {
    case Operation::call:
    case Operation::call_indirect:
    case Operation::ret:
    case Operation::vector:
    case Operation::element_store:
    case Operation::timestamp:
    case Operation::timestamp_store:
    case Operation::unblock_command_stream:
      return true;
    default:
      return false;
  }
}

/// Where a register is written and read.
struct Uses {
  std::uint32_t writes = 0;
  std::uint32_t first_read = ~0U;
  std::uint32_t last_read = 0;
};

class ValueNumbering {
 public:
  ValueNumbering(std::vector<wse::Instruction>& code, std::vector<wse::VectorInstruction>& vectors,
                 const std::vector<bool>& shared)
      : code_(code),
        vectors_(vectors),
        shared_(shared),
        uses_(shared.size()),
        redundant_(code.size(), false) {}

  std::vector<bool> run() {
    find_uses();
    find_blocks();
    for (std::uint32_t at = 0; at < code_.size(); ++at) {
      if (block_begins_[at]) forget();
      rename(at);
      visit(at);
    }
    return std::move(redundant_);
  }

 private:
  /// What an instruction computes: equal keys, equal values.
  using Key = std::tuple<Operation, wse::Type, std::uint32_t, std::uint32_t, std::int32_t>;
  struct Holder {
    Register which = wse::no_register;
    std::uint32_t number = 0;
  };
  /// What SRAM is known to hold.
  struct Cell {
    std::uint32_t base = 0;  ///< number of the address register, 0: none
    std::int32_t offset = 0;
    wse::Type type{};
    Holder holder;
  };

  template <typename Visit>
  void for_vector_operands(const wse::Instruction& instruction, const Visit& visit) {
    if (instruction.operation != Operation::vector) return;
    auto& vector = vectors_[static_cast<std::size_t>(instruction.immediate)];
    const auto one = [&](wse::Operand& operand) {
      using Kind = wse::Operand::Kind;
      if (operand.kind == Kind::scalar || operand.kind == Kind::scalar_address) {
        visit(operand.index);
      }
    };
    one(vector.destination);
    for (wse::Operand& source : vector.sources) one(source);
  }

  template <typename Visit>
  void for_reads(wse::Instruction& instruction, const Visit& visit) {
    const RegisterUse use = register_use(instruction);
    if (use.reads_a) visit(instruction.a);
    if (use.reads_b) visit(instruction.b);
    if (use.reads_d) visit(instruction.d);
    for_vector_operands(instruction, visit);
  }

  void find_uses() {
    for (std::uint32_t at = 0; at < code_.size(); ++at) {
      for_reads(code_[at], [&](std::uint16_t& which) {
        Uses& uses = uses_[which];
        uses.first_read = std::min(uses.first_read, at);
        uses.last_read = at;
      });
      if (register_use(code_[at]).writes_d) ++uses_[code_[at].d].writes;
    }
  }

  /// A block ends where code that comes from elsewhere joins; block_end_: first instruction after.
  void find_blocks() {
    block_begins_.assign(code_.size() + 1, false);
    block_end_.assign(code_.size() + 1, static_cast<std::uint32_t>(code_.size()));
    for (const wse::Instruction& instruction : code_) {
      if (!is_jump(instruction.operation)) continue;
      block_begins_[static_cast<std::size_t>(instruction.immediate)] = true;
    }
    for (std::size_t at = code_.size(); at-- > 0;) {
      block_end_[at] =
          block_begins_[at + 1] ? static_cast<std::uint32_t>(at + 1) : block_end_[at + 1];
    }
  }

  void forget() {
    numbers_.clear();
    known_.clear();
    cells_.clear();
    renamed_.clear();
  }

  std::uint32_t number(Register which) {
    const auto [entry, is_new] = numbers_.try_emplace(which, next_);
    if (is_new) ++next_;
    return entry->second;
  }
  bool holds(const Holder& holder) const {
    const auto found = numbers_.find(holder.which);
    return found != numbers_.end() && found->second == holder.number;
  }

  void rename(std::uint32_t at) {
    for_reads(code_[at], [&](std::uint16_t& which) {
      const auto found = renamed_.find(which);
      if (found != renamed_.end()) which = found->second;
    });
  }

  /// Whether `holder` can stand for what the instruction at `at` writes, wherever that is read.
  bool can_replace(std::uint32_t at, Register holder) const {
    const Register d = code_[at].d;
    if (shared_[d] || shared_[holder]) return false;
    const Uses& uses = uses_[d];
    if (uses.writes != 1 || uses.first_read <= at || uses.last_read >= block_end_[at]) return false;
    for (std::uint32_t i = at + 1; i < uses.last_read; ++i) {
      if (register_use(code_[i]).writes_d && code_[i].d == holder) return false;
    }
    return true;
  }

  /// The instruction at `at` computes what a register holds, or will.
  void define(std::uint32_t at, const Holder& known) {
    const Register d = code_[at].d;
    if (holds(known) && known.which != d && can_replace(at, known.which)) {
      redundant_[at] = true;
      renamed_[d] = known.which;
      return;
    }
    numbers_[d] = known.number;
  }

  Key key_of(const wse::Instruction& i) {
    const RegisterUse use = register_use(i);
    const std::uint32_t a = use.reads_a ? number(i.a) : 0;
    const std::uint32_t b = use.reads_b ? number(i.b) : i.b == wse::use_immediate ? ~0U : 0U;
    return {i.operation, i.type, a, b, i.immediate};
  }

  void visit(std::uint32_t at) {
    const wse::Instruction& i = code_[at];
    if (i.operation == Operation::load) return visit_load(at);
    if (i.operation == Operation::store) return visit_store(i);
    if (changes_memory(i.operation)) cells_.clear();
    if (i.operation == Operation::call) {
      std::erase_if(numbers_, [&](const auto& entry) { return shared_[entry.first]; });
    }
    if (!register_use(i).writes_d) return;
    if (i.operation == Operation::move) {
      numbers_[i.d] = number(i.a);
      return;
    }
    const bool is_constant = i.operation == Operation::constant;
    if (!is_pure(i.operation) && !is_constant) {
      numbers_[i.d] = next_++;
      return;
    }
    const Key key = key_of(i);  // numbers its operands
    const auto [entry, is_new] = known_.try_emplace(key, Holder{i.d, next_});
    if (is_new) ++next_;
    if (is_constant) {
      numbers_[i.d] = entry->second.number;
      return;
    }
    define(at, entry->second);
    if (!redundant_[at]) entry->second.which = i.d;
  }

  void visit_load(std::uint32_t at) {
    const wse::Instruction& i = code_[at];
    if (i.immediate >= first_register_byte) {
      numbers_[i.d] = next_++;
      return;
    }
    const std::uint32_t base = i.a == wse::no_register ? 0 : number(i.a);
    for (Cell& cell : cells_) {
      if (cell.base != base || cell.offset != i.immediate || cell.type != i.type) continue;
      define(at, cell.holder);
      if (!redundant_[at] && !holds(cell.holder)) cell.holder.which = i.d;
      return;
    }
    numbers_[i.d] = next_++;
    cells_.push_back({base, i.immediate, i.type, {i.d, numbers_[i.d]}});
  }

  void visit_store(const wse::Instruction& i) {
    if (i.immediate >= first_register_byte) return;
    const std::uint32_t base = i.a == wse::no_register ? 0 : number(i.a);
    std::erase_if(cells_, [&](const Cell& cell) {
      if (cell.base != base) return true;
      return cell.offset < i.immediate + static_cast<std::int32_t>(wse::bytes_of(i.type)) &&
             i.immediate < cell.offset + static_cast<std::int32_t>(wse::bytes_of(cell.type));
    });
    cells_.push_back({base, i.immediate, i.type, {i.d, number(i.d)}});
  }

  std::vector<wse::Instruction>& code_;
  std::vector<wse::VectorInstruction>& vectors_;
  const std::vector<bool>& shared_;
  std::vector<Uses> uses_;
  std::vector<bool> redundant_;
  std::vector<bool> block_begins_;
  std::vector<std::uint32_t> block_end_;
  std::unordered_map<Register, std::uint32_t> numbers_;
  std::unordered_map<Register, Register> renamed_;
  std::map<Key, Holder> known_;
  std::vector<Cell> cells_;
  std::uint32_t next_ = 1;
};

}  // namespace

std::vector<bool> find_redundant(std::vector<wse::Instruction>& code,
                                 std::vector<wse::VectorInstruction>& vectors,
                                 const std::vector<bool>& shared) {
  return ValueNumbering(code, vectors, shared).run();
}

}  // namespace weft::csl
