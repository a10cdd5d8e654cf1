// SPDX-License-Identifier: Apache-2.0
// Is an IPU program one that a machine can run without looking again?
#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "program/ipu_outline.hpp"

namespace weft::program::ipu {

namespace {

[[noreturn]] void refuse(const std::string& what) { fail(Category::input, "IPU program: " + what); }

void require(bool good, const char* what) {
  if (!good) refuse(what);
}

/// Whether [first, first + count) lies in [0, size).
bool inside(std::uint64_t first, std::uint64_t count, std::uint64_t size) {
  return first <= size && count <= size - first;
}

/// Moves and runs may lie elsewhere than in the program.
template <typename Moves, typename Runs>
class Validator {
 public:
  Validator(const Program& program, const Moves& moves, const Runs& runs)
      : p_(program), moves_(moves), runs_(runs) {}

  void run() const {
    machine();
    sets();
    vertices();
    moves();
    arrays();
    initial();
    code();
  }

 private:
  bool in_memory(std::uint32_t tile, std::uint64_t address, std::uint64_t bytes) const {
    return tile < p_.tiles() && inside(address, bytes, p_.memory_bytes[tile]);
  }

  void machine() const {
    require(p_.tiles_per_ipu > 0 && p_.ipus > 0, "it has no tiles");
    require(p_.memory_bytes.size() == p_.tiles(), "memory_bytes is not one a tile");
    require(p_.memory_use.size() == p_.tiles() * memory_uses,
            "memory_use is not one a use and tile");
  }

  void sets() const {
    for (const ComputeSet& set : p_.compute_sets) {
      require(inside(set.first, set.count, p_.vertices.size()), "a compute set is out of range");
      for (std::uint64_t v = set.first + 1; v < set.first + set.count; ++v) {
        require(p_.vertices[v - 1].tile <= p_.vertices[v].tile, "vertices are not by tile");
      }
    }
    for (const Codelet& codelet : p_.codelets) {
      require(codelet.module == compiled_in || codelet.module < p_.modules.size(),
              "a codelet's module is out of range");
    }
  }

  void vertices() const {
    for (const Vertex& vertex : p_.vertices) {
      require(vertex.tile < p_.tiles(), "a vertex lies on no tile");
      require(vertex.codelet < p_.codelets.size(), "a vertex has no codelet");
      require(vertex.words <= p_.field_words.size(), "a vertex's fields are out of range");
      require(vertex.state <= p_.state_bytes.size(), "a vertex's state is out of range");
    }
  }

  void move_set(const MoveSet& set, bool between_tiles) const {
    require(inside(set.first, set.count, moves_.size()), "a set of moves is out of range");
    for (std::uint64_t m = set.first; m < set.first + set.count; ++m) {
      const Move move = moves_[m];
      require((move.from_tile != move.to_tile) == between_tiles,
              between_tiles ? "an exchange moves within a tile" : "a copy moves between tiles");
      if (!in_memory(move.from_tile, move.from_address, move.bytes) ||
          !in_memory(move.to_tile, move.to_address, move.bytes)) {
        refuse("set '" + set.name + "' moves outside a tile's memory");
      }
    }
  }

  void moves() const {
    for (const MoveSet& set : p_.exchanges) {
      move_set(set, true);
      for (std::uint64_t m = set.first + 1; m < set.first + set.count; ++m) {
        const Move a = moves_[m - 1];
        const Move b = moves_[m];
        const bool apart =
            a.to_tile < b.to_tile ||
            (a.to_tile == b.to_tile && std::uint64_t{a.to_address} + a.bytes <= b.to_address);
        if (!apart) {
          refuse("exchange '" + set.name + "' writes address " + std::to_string(b.to_address) +
                 " of tile " + std::to_string(b.to_tile) + " twice, or is not in order");
        }
      }
    }
    for (const MoveSet& set : p_.rearrangements) move_set(set, false);
  }

  void arrays() const {
    for (const HostArray& array : p_.arrays) {
      require(inside(array.first, array.count, runs_.size()), "an array is out of range");
      std::uint64_t bytes = 0;
      for (std::uint64_t r = array.first; r < array.first + array.count; ++r) {
        const ArrayRun run = runs_[r];
        require(in_memory(run.tile, run.address, run.bytes), "an array lies outside a memory");
        bytes += run.bytes;
      }
      if (bytes != array.bytes) refuse("array '" + array.name + "' has runs of another size");
    }
    for (const HostRequest& request : p_.requests) {
      for (const std::uint32_t array : request.arrays) {
        require(array < p_.arrays.size(), "a host request names no array");
      }
    }
    for (const Place& place : p_.places) {
      require(in_memory(place.tile, place.address, 1), "a place lies outside a memory");
    }
  }

  void initial() const {
    for (const InitialData& data : p_.initial) {
      require(inside(data.first, data.bytes, p_.initial_bytes.size()),
              "initial data are out of range");
      require(in_memory(data.tile, data.address, data.bytes), "initial data lie outside a memory");
    }
  }

  std::uint64_t limit_of_a(Operation operation) const {
    switch (operation) {
      case Operation::execute:
        return p_.compute_sets.size();
      case Operation::rearrange:
        return p_.rearrangements.size();
      case Operation::exchange:
        return p_.exchanges.size();
      case Operation::request:
        return p_.requests.size();
      case Operation::set_counter:
      case Operation::repeat:
      case Operation::skip_if_zero:
        return p_.counters;
      case Operation::branch_true:
      case Operation::branch_false:
      case Operation::branch_equal:
      case Operation::read_clock:
        return p_.places.size();
      case Operation::abort:
      case Operation::enter:
        return p_.texts.size();
      default:
        return ~std::uint64_t{0};
    }
  }

  void instruction(const Instruction& i) const {
    require(i.operation <= Operation::leave, "an instruction has no operation");
    require(i.a < limit_of_a(i.operation), "an instruction's operand is out of range");
    switch (i.operation) {
      case Operation::repeat:
      case Operation::skip_if_zero:
      case Operation::jump:
      case Operation::branch_true:
      case Operation::branch_false:
      case Operation::branch_equal:
      case Operation::call:
        require(i.b < p_.code.size(), "an instruction goes nowhere");
        break;
      case Operation::set_counter:
        require(i.b < p_.counts.size(), "an instruction's count is out of range");
        break;
      default:
        break;
    }
    require(i.operation != Operation::branch_equal || i.c < p_.counts.size(),
            "an instruction's count is out of range");
  }

  void code() const {
    for (const Instruction& i : p_.code) instruction(i);
    require(p_.code.empty() || p_.code.back().operation == Operation::halt ||
                p_.code.back().operation == Operation::jump ||
                p_.code.back().operation == Operation::return_ ||
                p_.code.back().operation == Operation::abort,
            "its code runs out at the end");
    for (const std::uint32_t entry : p_.entries) {
      require(entry < p_.code.size(), "an entry is out of range");
    }
  }

  const Program& p_;
  const Moves& moves_;
  const Runs& runs_;
};

}  // namespace

void validate(const Program& program) { Validator(program, program.moves, program.runs).run(); }
void validate(const Outline& outline) {
  Validator(outline.program, outline.moves, outline.runs).run();
}

}  // namespace weft::program::ipu
