// SPDX-License-Identifier: Apache-2.0
// The examples of docs/tsp-schedule.md are schedules, and the words it lists are all there are.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "frontends/tsp/tensor_text.hpp"
#include "text.hpp"

namespace weft::test {
namespace {

std::string page() {
  std::ifstream in(std::string(WEFT_SOURCE_DIR) + "/docs/tsp-schedule.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(TspDocs, EveryExampleIsASchedule) {
  const std::string text = page();
  std::size_t examples = 0;
  for (std::size_t at = text.find("```tsp\n"); at != std::string::npos;
       at = text.find("```tsp\n", at)) {
    at += 7;
    const std::size_t end = text.find("```", at);
    ASSERT_NE(end, std::string::npos);
    const auto program = read_text(text.substr(at, end - at));
    EXPECT_NO_THROW(validate(program)) << text.substr(at, end - at);
    ++examples;
    at = end + 3;
  }
  EXPECT_EQ(examples, 4U);
}

TEST(TspDocs, EveryTensorExampleIsATensorProgram) {
  const std::string text = page();
  std::size_t examples = 0;
  for (std::size_t at = text.find("```tensors\n"); at != std::string::npos;
       at = text.find("```tensors\n", at)) {
    at += 11;
    const std::size_t end = text.find("```", at);
    ASSERT_NE(end, std::string::npos);
    EXPECT_NO_THROW(tsp::parse_tensors(text.substr(at, end - at), "page.tensors"))
        << text.substr(at, end - at);
    ++examples;
    at = end + 3;
  }
  EXPECT_EQ(examples, 2U);
}

TEST(TspDocs, EveryWordIsThere) {
  const std::string text = page();
  using numerics::VectorOperation;
  using program::tsp::Opcode;
  for (unsigned i = 0; i < static_cast<unsigned>(VectorOperation::count_); ++i) {
    const std::string name(numerics::traits_of(static_cast<VectorOperation>(i)).name);
    EXPECT_TRUE(text.find(" " + name + " ") != std::string::npos ||
                text.find(name + "\n") != std::string::npos ||
                text.find("`" + name + " ") != std::string::npos ||
                text.find("\n" + name + " ") != std::string::npos ||
                text.find(name + "`") != std::string::npos)
        << name;
  }
  for (unsigned i = 0; i < static_cast<unsigned>(Opcode::count_); ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (opcode == Opcode::alu) continue;
    EXPECT_NE(text.find("`" + std::string(name_of(opcode))), std::string::npos) << name_of(opcode);
  }
}

}  // namespace
}  // namespace weft::test
