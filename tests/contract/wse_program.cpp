// SPDX-License-Identifier: Apache-2.0
// The program of the WSE's contract rows, tile by tile.
#include "contract/wse_program.hpp"

#include <array>
#include <map>
#include <vector>

#include "program/wse_builder.hpp"

namespace weft::test {

using namespace program::wse;

namespace {

constexpr std::uint32_t words = 12;
constexpr std::uint8_t spread = 5;
constexpr std::uint8_t silent = 6;
constexpr std::uint8_t host_in = 21;
constexpr std::uint8_t host_out = 22;

/// Colors of a chain alternate, so that a tile receives on one and sends on the other.
std::uint8_t receives(std::uint8_t first, std::uint32_t at) {
  return static_cast<std::uint8_t>(first + at % 2);
}
std::uint8_t sends(std::uint8_t first, std::uint32_t at) {
  return static_cast<std::uint8_t>(first + 1 - at % 2);
}

class TileWriter {
 public:
  TileWriter(std::uint32_t x, std::uint32_t y, std::uint32_t width, std::uint32_t height)
      : x_(x), y_(y), width_(width), height_(height), b_("contract") {}

  TileCode write() {
    const std::uint16_t address = b_.allocate("data", Type::f32, words, 8, "data");
    const std::vector<float> ones(words, 1.0F);
    b_.initialise_values(address, std::span<const float>(ones));
    total_ = b_.allocate("total", Type::u32, 1, 0, "total");
    b_.initialise_zero(total_, 4);
    data_ = b_.descriptor(mem1d(address, words));
    done_ = b_.declare("done");
    const TaskIndex done_task = b_.task(TaskKind::local, 10, done_);
    write_main(done_task);
    write_done();
    write_starve();
    write_fail();
    write_host_word();
    return b_.finish();
  }

 private:
  std::uint16_t input(std::uint8_t color, std::uint8_t queue) {
    const auto known = inputs_.find(color);
    if (known != inputs_.end()) return known->second;
    b_.bind_input_queue(queue, color);
    return inputs_[color] = b_.descriptor(fabric_in(color, queue, words));
  }
  void operate(VectorOperation operation, std::uint16_t to,
               std::initializer_list<Operand> sources) {
    b_.vector(vector_instruction(operation, register_operand(to), sources));
  }
  /// One step of a chain with `count` places towards place 0, this tile at `at`.
  void chain_step(std::uint8_t first, std::uint8_t queue, std::uint32_t at, std::uint32_t count) {
    const Operand own = register_operand(data_);
    const bool end = at + 1 == count;
    const Operand from = end ? Operand{} : register_operand(input(receives(first, at), queue));
    const std::uint16_t to =
        at == 0 ? data_ : b_.descriptor(fabric_out(sends(first, at), queue, words));
    if (end && at > 0) operate(VectorOperation::fmovs, to, {own});
    if (!end) operate(VectorOperation::fadds, to, {own, from});
  }

  void write_main(TaskIndex done_task) {
    const FunctionId main = b_.function("main");
    const bool root = x_ == 0 && y_ == 0;
    if (!root) {
      // Its own queue and microthread: it waits while the chains run.
      VectorInstruction v = vector_instruction(VectorOperation::fmovs, register_operand(data_),
                                               {register_operand(input(spread, 4))});
      v.asynchronous = true;
      v.activate = done_task.index;
      b_.vector(v);
    }
    chain_step(1, 2, x_, width_);
    if (x_ == 0) chain_step(3, 3, y_, height_);
    if (root) {
      operate(VectorOperation::fmovs, b_.descriptor(fabric_out(spread, 4, words)),
              {register_operand(data_)});
      b_.activate(done_task);
    }
    b_.end();
    b_.entry_point("main", main);
  }

  void write_done() {
    b_.begin(done_);
    const Register sum = b_.constant(Type::u32, 0);
    const Register k = b_.constant(Type::u16, 0);
    const Label again = b_.make_label();
    b_.bind(again);
    const Register element = b_.make_register();
    b_.emit({.operation = Operation::element_load,
             .type = Type::f32,
             .d = element,
             .a = data_,
             .b = k});
    b_.binary_into(sum, Operation::add, Type::u32, sum, b_.convert(Type::f32, Type::u32, element));
    b_.binary_into(k, Operation::add, Type::u16, k, 1);
    b_.branch_if(b_.binary(Operation::less, Type::u16, k, static_cast<std::int32_t>(words)), again);
    add_to_total(sum);
    b_.unblock_command_stream();
    b_.end();
  }

  void add_to_total(Register value) {
    const Register old = b_.load_at(Type::u32, total_);
    b_.store(Type::u32, b_.binary(Operation::add, Type::u32, old, value), no_register, total_);
  }

  void write_starve() {
    const FunctionId starve = b_.function("starve");
    operate(VectorOperation::fmovs, data_, {register_operand(input(silent, 5))});
    b_.unblock_command_stream();
    b_.end();
    b_.entry_point("starve", starve);
  }

  void write_fail() {
    const FunctionId fail = b_.function("fail", {Type::u32, Type::u32});
    chain_step(1, 2, x_, width_);
    const Label out = b_.make_label();
    const Register own = b_.tile_constant(Type::u32, 0);
    b_.branch_unless(b_.binary(Operation::equal, Type::u32, own, b_.parameter(0)), out);
    const Register turns = b_.parameter(1);
    const Label again = b_.make_label();
    b_.bind(again);
    b_.binary_into(turns, Operation::subtract, Type::u32, turns, 1);
    b_.branch_if(turns, again);
    b_.binary(Operation::divide, Type::u32, own, turns);
    b_.bind(out);
    b_.unblock_command_stream();
    b_.end();
    b_.entry_point("fail", fail);
  }

  void write_host_word() {
    const FunctionId word = b_.function("host word", {Type::u32});
    const Register twice = b_.binary(Operation::add, Type::u32, b_.parameter(0), b_.parameter(0));
    add_to_total(twice);
    operate(VectorOperation::mov32, b_.descriptor(fabric_out(host_out, 5, 1)),
            {scalar_operand(twice)});
    b_.end();
    b_.task(TaskKind::data, host_in, word);
  }

  std::uint32_t x_, y_, width_, height_;
  CodeBuilder b_;
  std::map<std::uint8_t, std::uint16_t> inputs_;  ///< descriptors by color
  std::uint16_t total_ = 0;
  std::uint16_t data_ = 0;
  FunctionId done_;
};

void set_chain_routes(ProgramBuilder& p, std::uint32_t x, std::uint32_t y, std::uint8_t first,
                      std::uint32_t at, std::uint32_t count, Port from, Port to) {
  if (at + 1 < count) p.set_route(x, y, route(receives(first, at), {from}, {Port::ramp}));
  if (at > 0) p.set_route(x, y, route(sends(first, at), {Port::ramp}, {to}));
}

ColorRoute spread_route(std::uint32_t x, std::uint32_t y, std::uint32_t width,
                        std::uint32_t height) {
  const Port from = x > 0 ? Port::west : y > 0 ? Port::north : Port::ramp;
  ColorRoute r = route(spread, {from}, {});
  std::uint8_t& to = r.positions[0].transmit;
  if (from != Port::ramp) to |= bit(Port::ramp);
  if (x + 1 < width) to |= bit(Port::east);
  if (x == 0 && y + 1 < height) to |= bit(Port::south);
  return r;
}

}  // namespace

Program wse_program(std::uint32_t width, std::uint32_t height) {
  ProgramBuilder p(Generation::wse2, width, height);
  for (std::uint32_t y = 0; y < height; ++y) {
    for (std::uint32_t x = 0; x < width; ++x) {
      const std::array<std::uint64_t, 1> own{y * width + x};
      p.place(x, y, p.add_code(TileWriter(x, y, width, height).write()), own);
      set_chain_routes(p, x, y, 1, x, width, Port::east, Port::west);
      if (x == 0) set_chain_routes(p, x, y, 3, y, height, Port::south, Port::north);
      p.set_route(x, y, spread_route(x, y, width, height));
    }
  }
  p.host_stream("in", true, host_in);
  p.host_stream("out", false, host_out);
  return p.finish();
}

}  // namespace weft::test
