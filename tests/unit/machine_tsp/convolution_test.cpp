// SPDX-License-Identifier: Apache-2.0
// Convolutions of several images, with data, on a whole chip and on one in slices.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "chip_slices.hpp"
#include "unit/program/tsp_tensor_values.hpp"

namespace weft::machine::tsp {
namespace {

namespace form = program::tsp;

/// Two layers, whose second reaches over quarters and to where images end.
form::TensorProgram two_layers(form::VectorType type, const form::TensorShape& shape) {
  form::TensorProgram program;
  const bool halves = type == form::VectorType::f16;
  form::TensorWindow window;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
  form::TensorId x = program.input("image", type, shape);
  x = program.convolution(x, program.pattern("first", type, {3, 3, shape[3], 48}, 1), window);
  if (halves) x = program.unary(form::VectorOperation::relu, x);
  const form::TensorId scale = program.scalar("scale", form::VectorType::f32, 0.01);
  const form::TensorId offset = program.pattern("offset", form::VectorType::f32, {48}, 2);
  x = halves ? program.convert(x, type) : program.requantise(x, scale, offset, type);
  window.stride_y = window.stride_x = 2;
  x = program.convolution(x, program.pattern("second", type, {3, 3, 48, 336}, 3), window, "y");
  program.output(x);
  return program;
}

/// A filter a channel, then groups of several channels.
form::TensorProgram layers_of_groups(form::VectorType type, const form::TensorShape& shape) {
  form::TensorProgram program;
  form::TensorWindow window;
  window.pad_top = window.pad_bottom = window.pad_left = window.pad_right = 1;
  window.groups = static_cast<std::uint32_t>(shape[3]);
  form::TensorId x = program.input("image", type, shape);
  x = program.convolution(x, program.pattern("first", type, {3, 3, 1, shape[3]}, 1), window);
  const form::TensorId wide = program.convert(x, form::VectorType::f32);
  const form::TensorId scale = program.scalar("scale", form::VectorType::f32, 0.01);
  x = program.convert(program.binary(form::VectorOperation::multiply, wide, scale), type);
  window.groups = 4;
  x = program.convolution(x, program.pattern("second", type, {3, 3, shape[3] / 4, 336}, 3), window,
                          "y");
  program.output(x);
  return program;
}

void expect_bits_on_any_cut(const form::TensorProgram& program, form::VectorType type,
                            const form::TensorShape& shape) {
  const Constants constants = read_constants(topology::load_topology("groq-tsp"));
  const form::ScheduledProgram scheduled = form::schedule(program, constants.timing);
  const form::test::Bytes image = form::test::pattern_bytes(type, shape, 7);
  const form::test::Evaluator host(program, {{0, image}});
  const auto y = static_cast<form::TensorId>(program.tensors.size() - 1);
  ASSERT_EQ(program.at(y).name, "y");
  Digest whole;
  for (const std::vector<std::uint32_t>& cuts :
       {std::vector<std::uint32_t>{}, {10, 19}, {3, 9, 14, 15, 20, 27}}) {
    SCOPED_TRACE(testing::Message() << cuts.size() + 1 << " slices");
    ChipSlices chip(constants, scheduled.program, cuts);
    chip.write("image", image);
    chip.launch();
    chip.run();
    ASSERT_EQ(chip.error(), "");
    EXPECT_TRUE(chip.read("y", host.at(y).size()) == host.at(y));
    EXPECT_EQ(chip.machine(0).last_activity() + 1, scheduled.cycles);
    EXPECT_EQ(chip.payload_bytes() > 0, !cuts.empty());
    if (cuts.empty()) whole = chip.digest();
    EXPECT_EQ(chip.digest(), whole);
  }
}

TEST(TspConvolution, HasTheHostsBitsOnAnyCut) {
  const form::TensorShape shape = {2, 5, 4, 40};
  for (const form::VectorType type : {form::VectorType::i8, form::VectorType::f16}) {
    SCOPED_TRACE(type == form::VectorType::i8 ? "i8" : "f16");
    expect_bits_on_any_cut(two_layers(type, shape), type, shape);
    expect_bits_on_any_cut(layers_of_groups(type, shape), type, shape);
  }
}

}  // namespace
}  // namespace weft::machine::tsp
