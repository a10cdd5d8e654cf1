// SPDX-License-Identifier: Apache-2.0
// Inputs of a model for a machine that holds whole numbers as floats.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "cli/compile/arrays.hpp"
#include "cli/compile/compiled_model.hpp"

namespace weft::cli {
namespace {

using graph::Element;
using graph::Numbers;

constexpr std::int64_t count = 40;

struct Case {
  graph::Graph model;
  lower::Lowered lowered;
};

/// One input of the model, which the machine has as fp32.
Case of_element(Element element) {
  Case out;
  out.model.add_input("mask", {element, {count}});
  out.model.inputs = {graph::ValueId{0}};
  out.lowered.inputs.push_back({"mask", {Element::f32, {count}}});
  return out;
}

/// What reads a file of inputs.
using Reader = void (*)(const std::string& path, const Case& of);
void as_inputs(const std::string& path, const Case& of) { read_inputs(path, of.lowered, of.model); }
void as_scales(const std::string& path, const Case& of) { largest_magnitudes(path, of.model); }

std::string refusal(const Case& of, const Numbers& numbers, Reader read = as_inputs) {
  // Each rank of the test writes one.
  const std::string path = (std::filesystem::temp_directory_path() /
                            ("weft-model-inputs-" + std::to_string(::getpid()) + ".h5"))
                               .string();
  trace::write_tensors(path, {{"mask", stored(tensor_of(numbers))}});
  std::string said;
  try {
    read(path, of);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    said = error.what();
  }
  std::filesystem::remove(path);
  return said;
}

/// Whether `said` names the file and `what` of it.
bool names(const std::string& said, const std::string& what) {
  return said.find(".h5:" + what) != std::string::npos;
}

TEST(ModelInputs, ThePatternOfAModelsWholeNumbersIsZerosAndOnes) {
  for (const Element element : {Element::i64, Element::boolean}) {
    const Case of = of_element(element);
    const Numbers numbers = numbers_of(pattern_inputs(of.lowered, of.model).of_run(0)[0]);
    ASSERT_EQ(numbers.floats.size(), count);
    std::size_t ones = 0;
    for (const double number : numbers.floats) {
      EXPECT_TRUE(number == 0.0 || number == 1.0) << number;
      ones += number == 1.0 ? 1 : 0;
    }
    EXPECT_GT(ones, 0U);
    EXPECT_LT(ones, numbers.floats.size());
  }
  const Case floats = of_element(Element::f32);
  const Numbers numbers = numbers_of(pattern_inputs(floats.lowered, floats.model).of_run(0)[0]);
  EXPECT_NE(numbers.floats[0], 0.0);
  EXPECT_NE(numbers.floats[0], 1.0);
}

TEST(ModelInputs, AFilesNumbersAreOfTheModelsKind) {
  const Case whole = of_element(Element::i64);
  Numbers floats{{Element::f32, {count}}, std::vector<double>(count, 0.5), {}};
  Numbers twos{{Element::i64, {count}}, {}, std::vector<std::int64_t>(count, 2)};
  EXPECT_NE(refusal(whole, floats).find("mask holds floats; the model takes whole numbers"),
            std::string::npos);
  EXPECT_EQ(refusal(whole, twos), "");
  EXPECT_NE(refusal(of_element(Element::boolean), twos)
                .find("mask holds 2; the model takes conditions, 0 and 1"),
            std::string::npos);
  EXPECT_EQ(refusal(of_element(Element::f32), floats), "");
}

TEST(ModelInputs, AnotherShapeIsHeldAgainstTheModelsTypeAndNotTheMachines) {
  const Numbers square{{Element::f64, {2, 2}}, std::vector<double>(4, 0.5), {}};
  const std::string why = refusal(of_element(Element::f64), square);
  EXPECT_NE(why.find("mask is f64[2, 2]; the model takes f64["), std::string::npos) << why;
}

TEST(ModelInputs, WhatTheHostHasNotTheMemoryToJudgeIsRefused) {
  CompiledModel compiled;
  compiled.lowered.evaluation_bytes = std::uint64_t{1} << 60U;
  compiled.lowered.evaluate = [](const std::vector<graph::Tensor>&) -> lower::Evaluated {
    ADD_FAILURE() << "was evaluated";
    return {};
  };
  try {
    expected_values(compiled, {});
    FAIL() << "was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::limit);
    EXPECT_NE(std::string(error.what()).find("1073741824.0 GiB"), std::string::npos)
        << error.what();
  }
}

TEST(ModelInputs, WhatIsNoNumberIsRefusedWithItsFileAndElement) {
  const Case of = of_element(Element::f32);
  Numbers numbers{{Element::f32, {count}}, std::vector<double>(count, 0.5), {}};
  EXPECT_EQ(refusal(of, numbers, as_scales), "");
  numbers.floats[7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(names(refusal(of, numbers), "mask has NaN in element 7"));
  EXPECT_TRUE(names(refusal(of, numbers, as_scales), "mask has NaN in element 7"));
  // An infinite input has infinite results, which checks compare; a scale it has none.
  numbers.floats[7] = -std::numeric_limits<double>::infinity();
  EXPECT_EQ(refusal(of, numbers), "");
  EXPECT_TRUE(names(refusal(of, numbers, as_scales), "mask is infinite in element 7"));
}

// A recurrence's gates stay fp16: its arithmetic must not be held against what int8 could do.
TEST(CompiledModels, AnInt8ProgramSaysWhichOfItsWeightsAre) {
  CompiledModel model;
  model.precision = lower::Precision::int8;
  const auto add = [&model](Element element) {
    Numbers numbers{{element, {count}}, {}, {}};
    if (is_floating(element)) numbers.floats.assign(count, 1);
    if (!is_floating(element)) numbers.whole.assign(count, 1);
    model.lowered.weights.push_back({"w", tensor_of(numbers)});
  };
  add(Element::f16);
  EXPECT_EQ(model.arithmetic(), lower::Precision::fp16);
  EXPECT_EQ(weights_text(model),
            "1 weight of 80 bytes, none of them in int8: the program is that of fp16");
  add(Element::i8);
  EXPECT_EQ(model.arithmetic(), lower::Precision::int8);
  EXPECT_EQ(weights_text(model),
            "2 weights of 120 bytes, 1 of them in int8 (40 bytes), the others as in fp16");
  model.precision = lower::Precision::fp16;
  EXPECT_EQ(weights_text(model), "2 weights of 120 bytes in fp16");
}

}  // namespace
}  // namespace weft::cli
