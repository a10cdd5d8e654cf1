// SPDX-License-Identifier: Apache-2.0
// The two-phase reduction on a row, after the description of pr0f3ss/SpMM_Cerebras
// (reduce_2colors_2phase): what its tiles do before the first word is part of the published time.
#include <vector>

#include "cli/validation/row_programs.hpp"

namespace weft::cli::validation {

using namespace program::wse;

namespace {

constexpr std::uint8_t queue = 2;
/// First command ADV, not delivered to the tile.
constexpr std::uint32_t advance_command = (1U << 22U) | (1U << 24U);
/// Words of the published program's trace buffer, and the tag before the words of a time stamp.
constexpr std::int32_t trace_words = 100;
constexpr std::int32_t time_stamp_tag = 1;

/// Where a tile stands.
struct Place {
  std::uint32_t x, tiles, group;
  bool chain() const { return group >= tiles; }
  bool leader() const { return x % group == 0; }
  bool leaf() const { return (x + 1) % group == 0 || x + 1 == tiles; }
  bool second() const { return x % group == 1; }
  bool last_leader() const { return leader() && x + group >= tiles; }
  /// Roles of the colors alternate with the tile, and once more with the group.
  std::uint8_t receives_on() const { return (x / group + x % group) % 2 == 0 ? 1 : 2; }
  std::uint8_t sends_on() const { return receives_on() == 1 ? 2 : 1; }
};

class Writer {
 public:
  Writer(const Place& place, std::uint32_t words, Stamp stamp)
      : place_(place), tile_("two phase", words), stamp_(stamp) {
    if (!place.leaf()) in_ = tile_.input(place.receives_on(), queue, words);
    if (place.x > 0) out_ = tile_.output(place.sends_on(), queue, words);
    if (place.x > 0) tile_.code().descriptor_at(out_).advance_switch = advances();
  }

  TileCode write() {
    if (stamp_ == Stamp::yes) record_time_stamp();
    if (place_.chain()) {
      write_chain();
    } else {
      write_group();
    }
    return tile_.finish();
  }

 private:
  bool as_published() const { return stamp_ != Stamp::loaded; }
  bool advances() const { return place_.second() && !place_.chain(); }

  /// Every tile of the published program begins with <debug>'s trace_timestamp(): a tag and the
  /// three words of a time stamp go to a buffer one by one, each behind a check for room. The
  /// library is closed: its documentation names the parts, the body is ours.
  void record_time_stamp() {
    CodeBuilder& b = tile_.code();
    const std::uint16_t stamp = b.allocate("stamp", Type::u16, 3);
    const std::uint16_t used = b.allocate("trace used", Type::u16, 1);
    const std::uint16_t buffer = b.allocate("trace", Type::u16, trace_words);
    b.initialise_zero(stamp, 6);
    b.initialise_zero(used, 2);
    put(used, buffer, b.constant(Type::u16, time_stamp_tag));
    for (std::uint16_t word = 0; word < 3; ++word) {
      put(used, buffer, b.load_at(Type::u16, static_cast<std::uint16_t>(stamp + 2 * word)));
    }
  }
  void put(std::uint16_t used, std::uint16_t buffer, Register word) {
    CodeBuilder& b = tile_.code();
    const Label full = b.make_label();
    const Register index = b.load_at(Type::u16, used);
    b.branch_unless(b.binary(Operation::less, Type::u16, index, trace_words), full);
    b.store(Type::u16, word, b.binary(Operation::shift_left, Type::u16, index, 1), buffer);
    b.store(Type::u16, b.binary(Operation::add, Type::u16, index, 1), no_register, used);
    b.bind(full);
  }

  void send() {
    VectorInstruction v =
        vector_instruction(VectorOperation::fmovs, operand(out_), {operand(tile_.data())});
    tile_.code().vector(v);
  }
  /// The published descriptors are variables: the two sources are built and loaded once, a
  /// destination with every operation.
  void add_to(std::uint16_t destination) {
    const bool load = as_published() && !sources_loaded_;
    const auto source = [&](std::uint16_t d) {
      return load ? descriptor_operand(d) : register_operand(d);
    };
    sources_loaded_ = true;
    tile_.code().vector(vector_instruction(VectorOperation::fadds, operand(destination),
                                           {source(tile_.data()), source(in_)}));
  }
  void add_and_send() { add_to(out_); }
  void accumulate() { add_to(tile_.data()); }
  void switch_group() {
    CodeBuilder& b = tile_.code();
    Descriptor control = fabric_out(place_.sends_on(), queue, 1);
    control.control = true;
    const std::uint16_t d = b.descriptor(control);
    const Register word = b.constant(Type::u32, advance_command);
    b.vector(vector_instruction(VectorOperation::mov32, operand(d), {scalar_operand(word)}));
  }
  Operand operand(std::uint16_t d) const {
    return as_published() ? descriptor_operand(d) : register_operand(d);
  }

  void write_chain() {
    if (place_.x == 0) {
      accumulate();
    } else if (place_.x + 1 == place_.tiles) {
      send();
    } else {
      add_and_send();
    }
  }
  void write_group() {
    if (place_.leaf()) {
      send();
      // In groups of two the leaf is the second tile too: its router switches by itself.
      if (!place_.second()) switch_group();
    } else if (place_.second() || place_.last_leader()) {
      add_and_send();
    } else if (!place_.leader()) {
      add_and_send();
      switch_group();
    } else if (place_.x > 0) {
      accumulate();
      add_and_send();
    } else {
      accumulate();
      accumulate();
    }
  }

  Place place_;
  RowTile tile_;
  Stamp stamp_;
  bool sources_loaded_ = false;
  std::uint16_t in_ = 0;
  std::uint16_t out_ = 0;
};

ColorRoute switched(ColorRoute r) {
  r.position_count = 2;
  r.positions[1] = {bit(Port::east), bit(Port::west)};
  return r;
}

}  // namespace

RowProgram two_phase(std::uint32_t tiles, std::uint32_t words, std::uint32_t group, Stamp stamp) {
  ProgramBuilder p(Generation::wse2, tiles, 1);
  for (std::uint32_t x = 0; x < tiles; ++x) {
    const Place place{x, tiles, group};
    p.place(x, 0, p.add_code(Writer(place, words, stamp).write()));
    // The east edge has no link to take words from.
    if (x + 1 < tiles) {
      const bool bypass = (x + 1) % group == 0;
      p.set_route(
          x, 0,
          switched(route(place.receives_on(), {Port::east}, {bypass ? Port::west : Port::ramp})));
    }
    if (x > 0) {
      ColorRoute own = route(place.sends_on(), {Port::ramp}, {Port::west});
      p.set_route(x, 0, x + 1 < tiles ? switched(own) : own);
    }
  }
  return {p.finish(), tiles - 1, 0, tiles, words, static_cast<float>(tiles)};
}

}  // namespace weft::cli::validation
