// SPDX-License-Identifier: Apache-2.0
// A cell of the program's own over time steps, against the same loop on the host.
#include <gtest/gtest.h>

#include <poplar/exceptions.hpp>
#include <popnn/Rnn.hpp>
#include <popops/Cast.hpp>
#include <popops/ElementWise.hpp>
#include <poputil/exceptions.hpp>

#include "library_run.hpp"

using namespace poplar;
namespace rnn = popnn::rnn;

namespace weft::test {
namespace {

using Shape = std::vector<std::size_t>;
constexpr std::size_t steps = 5, batch = 2, size = 6;
constexpr std::size_t items = batch * size;

/// state = 2 state + input; output = state - counter; created = state + interim.
rnn::LoopBodyType cell() {
  return [](Graph& graph, const rnn::TimeStepState& time, const rnn::RnnBatchwiseFlags& flags,
            std::vector<Tensor>& state, const rnn::RnnSlice& slice, std::vector<Tensor>& created,
            program::Sequence* initial, const DebugNameAndId& name) {
    EXPECT_FALSE(flags.valid());
    EXPECT_NE(initial, nullptr);
    EXPECT_EQ(slice.inputs.at(0).shape(), (Shape{batch, size}));
    EXPECT_EQ(slice.outputs.at(0).shape(), (Shape{1, batch, size}));
    program::Sequence out({}, {name, "cell"});
    const Tensor now = state.at(0).squeeze({0});
    popops::mulInPlace(graph, now, 2, out);
    popops::addInPlace(graph, now, slice.inputs[0], out);
    const Tensor counter = popops::cast(graph, time.counter, INT, out);
    const Tensor difference = popops::sub(graph, now, counter.expand({1}), out);
    out.add(program::Copy(difference, slice.outputs[0].squeeze({0})));
    created.at(0) = popops::add(graph, now, slice.interimIn, out);
    return out;
  };
}

struct Sums {
  std::vector<int> state, states, output, created;
};
Sums on_host(const std::vector<int>& first, const std::vector<int>& input,
             const std::vector<int>& interim, bool reverse) {
  Sums out{first, input, input, input};
  for (std::size_t n = 0; n < steps; ++n) {
    const std::size_t t = reverse ? steps - 1 - n : n;
    for (std::size_t i = 0; i < items; ++i) {
      out.state[i] = 2 * out.state[i] + input[t * items + i];
      out.states[t * items + i] = out.state[i];
      out.output[t * items + i] = out.state[i] - static_cast<int>(t);
      out.created[t * items + i] = out.state[i] + interim[t * items + i];
    }
  }
  return out;
}

TEST(Rnn, RunsACellForEveryStep) {
  on_ranks([] {
    for (const bool reverse : {false, true}) {
      LibraryRun run;
      const rnn::RnnParams params(INT, batch, steps, {size, size});
      const auto first = whole_numbers<int>(items, -9, 9, 1);
      const auto values = whole_numbers<int>(steps * items, -9, 9, 2);
      const auto more = whole_numbers<int>(steps * items, -9, 9, 3);
      const Tensor init = rnn::createInitialState(run.graph, params, true, 1, 1, "init");
      const Tensor input = rnn::createInputTensor(run.graph, params, 1, "input");
      const Tensor interim = rnn::createRecurrentTensor(run.graph, params, size, 1, "interim");
      run.set(init, first);
      run.set(input, values);
      run.set(interim, more);
      const rnn::StateSequence states{rnn::createOutputTensor(run.graph, params, 1, "states"), 0};
      const Tensor output = rnn::createOutputTensor(run.graph, params, 1, "output");
      const Tensor created = rnn::createOutputTensor(run.graph, params, 1, 1, "created");
      OptionFlags options = {{"codeReuse", "false"}};
      const auto last = rnn::Rnn(run.graph, params, reverse, {init}, states, {input}, &interim,
                                 nullptr, {output}, {created}, run.prog, cell(), 1, options, "rnn");
      ASSERT_EQ(last.size(), 1U);
      const auto read = run.results<int>({last[0], states.output, output, created});
      const Sums expected = on_host(first, values, more, reverse);
      EXPECT_EQ(read[0], expected.state) << reverse;
      EXPECT_EQ(read[1], expected.states) << reverse;
      EXPECT_EQ(read[2], expected.output) << reverse;
      EXPECT_EQ(read[3], expected.created) << reverse;
    }
  });
}

TEST(Rnn, ShiftsBySteps) {
  on_ranks([] {
    LibraryRun run;
    const rnn::RnnParams params(INT, batch, steps, {size, size});
    const auto values = whole_numbers<int>(steps * items, -9, 9, 2);
    const Tensor base = rnn::createInputTensor(run.graph, params, 1);
    const Tensor first = rnn::createInitialState(run.graph, params, false, 1, 1);
    run.set(base, values);
    run.set(first, std::vector<int>(items, 77));
    const Tensor out = rnn::shiftRnnTensor(run.graph, params, base, first, run.prog, 1);
    std::vector<int> expected(items, 77);
    expected.insert(expected.end(), values.data(), values.data() + (steps - 1) * items);
    EXPECT_EQ(run.result<int>(out), expected);
  });
}

TEST(Rnn, WhatIsRefused) {
  LibraryRun run;
  const rnn::RnnParams params(INT, batch, steps, {size, size});
  const Tensor init = rnn::createInitialState(run.graph, params, true, 1, 1);
  const Tensor input = rnn::createInputTensor(run.graph, params, 1);
  OptionFlags options;
  const auto call = [&](const rnn::RnnParams& how, const Tensor& in, Tensor* interim_out,
                        OptionFlags& flags) {
    rnn::Rnn(run.graph, how, false, {init}, {Tensor(), 0}, {in}, nullptr, interim_out, {}, {},
             run.prog, cell(), 1, flags);
  };
  using poputil::poplibs_error;
  Tensor interim = input;
  EXPECT_THROW(call(params, input, &interim, options), poplibs_error);
  EXPECT_THROW(call(params, input.slice(0, 3), nullptr, options), poplibs_error);
  const Tensor lengths = run.input(UNSIGNED_INT, {batch}, std::vector<unsigned>(batch));
  const rnn::RnnParams varying(INT, batch, steps, lengths, {size, size});
  EXPECT_TRUE(varying.batchVariableTimeSteps());
  EXPECT_THROW(call(varying, input, nullptr, options), poplibs_error);
  EXPECT_THROW(rnn::RnnParams(INT, 3, steps, lengths, {size, size}), poplibs_error);
  EXPECT_THROW(rnn::createInputTensor(run.graph, rnn::RnnParams(INT, 1, 2, {3}), 1), poplibs_error);
  OptionFlags stray = {{"codeReused", "true"}};
  EXPECT_THROW(call(params, input, nullptr, stray), invalid_option);
}

}  // namespace
}  // namespace weft::test
