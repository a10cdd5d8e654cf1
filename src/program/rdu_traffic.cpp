// SPDX-License-Identifier: Apache-2.0
// Commands of loads and stores, back to matrices.
#include "program/rdu_traffic.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "program/rdu_shape.hpp"

namespace weft::program::rdu {

namespace {

/// One go of a load or store.
struct Move {
  const Transfer* transfer = nullptr;
  std::uint32_t section = none;
  std::uint32_t address_bytes = 0;
  std::uint32_t bytes = 0;
  bool is_store() const { return transfer->kind == Transfer::Kind::store; }
};

class Moves {
 public:
  explicit Moves(const Program& program) : p_(program), ends_(ends_of(program)) {}

  std::vector<Move> take() const {
    std::vector<Move> out;
    for (const Transfer& transfer : p_.transfers) {
      const bool moves =
          transfer.kind == Transfer::Kind::load || transfer.kind == Transfer::Kind::store;
      if (!moves) continue;
      const std::optional<std::uint32_t> address = constant(transfer.address);
      const std::optional<std::uint32_t> bytes = constant(transfer.size);
      const std::uint32_t section = section_of(transfer.address);
      if (address && bytes && section != none)
        out.push_back({&transfer, section, *address, *bytes});
    }
    std::stable_sort(out.begin(), out.end(), [](const Move& a, const Move& b) {
      return a.section < b.section || (a.section == b.section && !a.is_store() && b.is_store());
    });
    return out;
  }

 private:
  std::optional<std::uint32_t> constant(std::uint32_t channel) const {
    const End& from = ends_[channel].producer;
    if (from.context == none) return {};
    const Context& context = p_.contexts[from.context];
    const std::uint32_t value = context.outputs[from.slot].value;
    if (value == none || context.nodes[value].kind != Node::Kind::constant) return {};
    return context.nodes[value].word;
  }
  std::uint32_t section_of(std::uint32_t channel) const {
    const std::uint32_t unit = unit_of(p_, ends_[channel].producer);
    return unit == none ? none : p_.units[unit].section;
  }

  const Program& p_;
  std::vector<Ends> ends_;
};

std::string name_at(const Program& program, const Move& move) {
  for (const Array& array : program.arrays) {
    const bool here = array.memory == none && array.unit == move.transfer->unit &&
                      array.address_bytes == move.address_bytes &&
                      (array.as_pairs || array.role == Array::Role::input);
    if (here) return array.name;
  }
  const std::string& name = move.transfer->name;
  constexpr std::string_view end = ".out.store";
  return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
}

}  // namespace

std::vector<MatrixUse> matrix_uses(const Program& program) {
  std::vector<MatrixUse> out;
  for (const Move& move : Moves(program).take()) {
    const auto found = std::find_if(out.rbegin(), out.rend(), [&](const MatrixUse& use) {
      return use.unit == move.transfer->unit && use.address_bytes == move.address_bytes;
    });
    if (!move.is_store() && found != out.rend()) {
      found->loaded = move.section;
      ++found->loads;
      continue;
    }
    MatrixUse& made = out.emplace_back();
    made.name = name_at(program, move);
    made.unit = move.transfer->unit;
    made.address_bytes = move.address_bytes;
    made.bytes = move.bytes;
    (move.is_store() ? made.stored : made.loaded) = move.section;
    made.loads = move.is_store() ? 0 : 1;
  }
  return out;
}

std::vector<SramUse> sram_uses(const Program& program) {
  std::vector<SramUse> out;
  for (std::uint32_t m = 0; m < program.memories.size(); ++m) {
    const Memory& of = program.memories[m];
    const Unit& unit = program.units[of.unit];
    if (unit.kind != Unit::Kind::memory) continue;
    out.push_back({m, unit.section, std::uint64_t{of.words} * of.buffers * word_bytes});
  }
  std::sort(out.begin(), out.end(), [&program](const SramUse& a, const SramUse& b) {
    // none + 1 is 0
    if (a.section != b.section) return a.section + 1 < b.section + 1;
    if (a.bytes != b.bytes) return a.bytes > b.bytes;
    return program.memories[a.memory].name < program.memories[b.memory].name;
  });
  return out;
}

std::vector<SectionBytes> section_bytes(const Program& program) {
  std::vector<SectionBytes> out(program.sections.size());
  for (const SramUse& use : sram_uses(program)) {
    if (use.section != none) out[use.section].sram += use.bytes;
  }
  for (const Move& move : Moves(program).take()) {
    const bool hbm = program.units[move.transfer->unit].kind == Unit::Kind::hbm;
    (hbm ? out[move.section].hbm : out[move.section].dram) += move.bytes;
  }
  return out;
}

}  // namespace weft::program::rdu
