// SPDX-License-Identifier: Apache-2.0
// Message, broadcast, star, chain and tree on a row.
#include "cli/validation/row_programs.hpp"

#include <array>
#include <bit>
#include <vector>

#include "base/error.hpp"

namespace weft::cli::validation {

using namespace program::wse;

RowTile::RowTile(const std::string& name, std::uint32_t words) : code_(name) {
  data_address_ = code_.allocate("data", Type::f32, words, 8, "data");
  const std::vector<float> ones(words, 1.0F);
  code_.initialise_values(data_address_, std::span<const float>(ones));
  begin_ = code_.allocate("begin", Type::u32, 1, 0, "begin");
  end_ = code_.allocate("end", Type::u32, 1, 0, "end");
  code_.initialise_zero(begin_, 4);
  code_.initialise_zero(end_, 4);
  data_ = code_.descriptor(mem1d(data_address_, words));
  code_.function("main");
  code_.emit({.operation = Operation::timestamp_enable, .immediate = timestamp_since_reset});
  // A row begins at the reset: the low half is all of it, and one instruction.
  code_.store(Type::u16, code_.timestamp(), no_register, begin_);
}

void RowTile::operate(VectorOperation operation, std::uint16_t destination,
                      std::initializer_list<std::uint16_t> sources, bool load_destination) {
  VectorInstruction v;
  v.operation = operation;
  v.destination =
      load_destination ? descriptor_operand(destination) : register_operand(destination);
  std::size_t k = 0;
  for (const std::uint16_t source : sources) v.sources[k++] = register_operand(source);
  code_.vector(v);
}

std::uint16_t RowTile::input(std::uint8_t color, std::uint8_t queue, std::uint32_t words) {
  code_.bind_input_queue(queue, color);
  return code_.descriptor(fabric_in(color, queue, words));
}

std::uint16_t RowTile::output(std::uint8_t color, std::uint8_t queue, std::uint32_t words) {
  return code_.descriptor(fabric_out(color, queue, words));
}

TileCode RowTile::finish() {
  code_.store(Type::u32, code_.timestamp(), no_register, end_);
  code_.end();
  code_.start_active(code_.task(TaskKind::local, 14, {0}));
  return code_.finish();
}

namespace {

constexpr std::uint8_t color_a = 1;
constexpr std::uint8_t color_b = 2;
constexpr std::uint8_t in_queue = 2;
constexpr std::uint8_t out_queue = 2;

RowProgram row(ProgramBuilder& p, std::uint32_t first, std::uint32_t last, std::uint32_t words,
               float expected) {
  const std::uint32_t tiles = p.width();
  return {p.finish(), first, last, tiles, words, expected};
}

TileCode sender(std::uint32_t words, std::uint8_t color, bool advance) {
  RowTile t("sender", words);
  const std::uint16_t out = t.output(color, out_queue, words);
  t.code().descriptor_at(out).advance_switch = advance;
  t.operate(VectorOperation::fmovs, out, {t.data()});
  return t.finish();
}

TileCode receiver(std::uint32_t words, std::uint8_t color) {
  RowTile t("receiver", words);
  t.operate(VectorOperation::fmovs, t.data(), {t.input(color, in_queue, words)});
  return t.finish();
}

TileCode adder(std::uint32_t words, std::uint8_t from, std::uint8_t to) {
  RowTile t("adder", words);
  const std::uint16_t out = t.output(to, out_queue, words);
  t.operate(VectorOperation::fadds, out, {t.data(), t.input(from, in_queue, words)});
  return t.finish();
}

TileCode accumulator(std::uint32_t words, std::uint8_t from) {
  RowTile t("accumulator", words);
  t.operate(VectorOperation::fadds, t.data(), {t.data(), t.input(from, in_queue, words)});
  return t.finish();
}

/// Takes `vectors` vectors one behind the other with one operation.
TileCode star_root(std::uint32_t words, std::uint32_t vectors) {
  RowTile t("star root", words);
  const std::array extents{static_cast<std::uint16_t>(vectors), static_cast<std::uint16_t>(words)};
  const std::array<std::int16_t, 2> strides{0, 1};
  const std::uint16_t all = t.code().descriptor(mem4d(t.data_address(), extents, strides));
  t.operate(VectorOperation::fadds, all, {all, t.input(color_a, in_queue, vectors * words)});
  return t.finish();
}

/// Receives rounds 0 .. rounds - 1 on colors 1, 2, ...; the last one streams on to color `to`.
TileCode tree_tile(std::uint32_t words, unsigned rounds, bool root) {
  RowTile t(root ? "tree root" : "tree", words);
  for (unsigned k = 0; k < rounds; ++k) {
    const auto color = static_cast<std::uint8_t>(k + 1);
    const auto queue = static_cast<std::uint8_t>(k % 8);
    const bool last = k + 1 == rounds && !root;
    // Beyond eight rounds a queue would serve two colors.
    if (k >= 8) fail(Category::unsupported, "a tree of more than 512 tiles");
    const std::uint16_t in = t.input(color, queue, words);
    const std::uint16_t to =
        last ? t.output(static_cast<std::uint8_t>(rounds + 1), out_queue, words) : t.data();
    t.operate(VectorOperation::fadds, to, {t.data(), in});
  }
  return t.finish();
}

}  // namespace

RowProgram message(std::uint32_t tiles, std::uint32_t words) {
  ProgramBuilder p(Generation::wse2, tiles, 1);
  p.place(0, 0, p.add_code(sender(words, color_a, false)));
  p.place(tiles - 1, 0, p.add_code(receiver(words, color_a)));
  p.set_route(0, 0, route(color_a, {Port::ramp}, {Port::east}));
  if (tiles > 2) p.set_route({1, 0, tiles - 2, 1}, route(color_a, {Port::west}, {Port::east}));
  p.set_route(tiles - 1, 0, route(color_a, {Port::west}, {Port::ramp}));
  return row(p, 0, tiles - 1, words, 1);
}

RowProgram broadcast(std::uint32_t tiles, std::uint32_t words) {
  ProgramBuilder p(Generation::wse2, tiles, 1);
  p.place(0, 0, p.add_code(sender(words, color_a, false)));
  p.place({1, 0, tiles - 1, 1}, p.add_code(receiver(words, color_a)));
  p.set_route(0, 0, route(color_a, {Port::ramp}, {Port::east}));
  if (tiles > 2) {
    p.set_route({1, 0, tiles - 2, 1}, route(color_a, {Port::west}, {Port::ramp, Port::east}));
  }
  p.set_route(tiles - 1, 0, route(color_a, {Port::west}, {Port::ramp}));
  return row(p, 0, tiles - 1, words, 1);
}

RowProgram star(std::uint32_t tiles, std::uint32_t words) {
  ProgramBuilder p(Generation::wse2, tiles, 1);
  p.place(0, 0, p.add_code(star_root(words, tiles - 1)));
  p.place({1, 0, tiles - 1, 1}, p.add_code(sender(words, color_a, true)));
  p.set_route(0, 0, route(color_a, {Port::east}, {Port::ramp}));
  ColorRoute own = route(color_a, {Port::ramp}, {Port::west});
  own.position_count = 2;
  own.positions[1] = {bit(Port::east), bit(Port::west)};
  p.set_route({1, 0, tiles - 1, 1}, own);
  return row(p, tiles - 1, 0, words, static_cast<float>(tiles));
}

RowProgram chain(std::uint32_t tiles, std::uint32_t words) {
  ProgramBuilder p(Generation::wse2, tiles, 1);
  for (std::uint32_t x = 0; x < tiles; ++x) {
    // A tile receives on one color and sends on the other.
    const std::uint8_t from = x % 2 == 0 ? color_a : color_b;
    const std::uint8_t to = x % 2 == 0 ? color_b : color_a;
    TileCode code = x == 0           ? accumulator(words, from)
                    : x + 1 == tiles ? sender(words, to, false)
                                     : adder(words, from, to);
    p.place(x, 0, p.add_code(std::move(code)));
    if (x + 1 < tiles) p.set_route(x, 0, route(from, {Port::east}, {Port::ramp}));
    if (x > 0) p.set_route(x, 0, route(to, {Port::ramp}, {Port::west}));
  }
  return row(p, tiles - 1, 0, words, static_cast<float>(tiles));
}

RowProgram tree(std::uint32_t tiles, std::uint32_t words) {
  if (!std::has_single_bit(tiles)) fail(Category::input, "a binary tree needs 2^n tiles");
  const auto depth = static_cast<unsigned>(std::countr_zero(tiles));
  ProgramBuilder p(Generation::wse2, tiles, 1);
  for (std::uint32_t x = 0; x < tiles; ++x) {
    const unsigned rounds = x == 0 ? depth : static_cast<unsigned>(std::countr_zero(x));
    TileCode code = rounds == 0 ? sender(words, 1, false) : tree_tile(words, rounds, x == 0);
    p.place(x, 0, p.add_code(std::move(code)));
    for (unsigned k = 0; k < depth; ++k) {
      const auto color = static_cast<std::uint8_t>(k + 1);
      const std::uint32_t span = 2U << k;
      const bool sends = x % span == span / 2;
      const bool receives = x % span == 0;
      if (sends) p.set_route(x, 0, route(color, {Port::ramp}, {Port::west}));
      if (receives) p.set_route(x, 0, route(color, {Port::east}, {Port::ramp}));
      const bool between = x % span < span / 2 && !receives;
      if (between) p.set_route(x, 0, route(color, {Port::east}, {Port::west}));
    }
  }
  return row(p, tiles - 1, 0, words, static_cast<float>(tiles));
}

}  // namespace weft::cli::validation
