// SPDX-License-Identifier: Apache-2.0
// What docs/codelets.md lets a codelet rely on where C++ leaves a choice to compiler or processor:
// the same at every level of optimisation.
#include <csignal>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "codelet_fixture.hpp"
#include "frontends/poplar/codelet_compiler.hpp"

namespace {

using namespace weft::frontends::poplar;
using weft::program::ipu::CodeletModule;

const std::string source = R"codelet(
#include <poplar/Vertex.hpp>
#include <bit>
#include <cmath>
using namespace poplar;

class Integers : public Vertex {
 public:
  Input<Vector<int>> in;
  Output<Vector<int>> out;
  bool compute() {
    out[0] = in[0] + 1;                                  // beyond the largest
    out[1] = in[0] * 2;
    out[2] = static_cast<char>(in[1]) < 0 ? 1 : 0;
    out[3] = __builtin_clz(static_cast<unsigned>(in[2]));
    out[4] = __builtin_ctz(static_cast<unsigned>(in[2]));
    out[5] = __builtin_clzll(static_cast<unsigned>(in[2]));
    out[6] = __builtin_clz(static_cast<unsigned>(in[3]));
    out[7] = in[0] + 1 > in[0] ? 1 : 0;
    out[8] = -in[4] == in[4] ? 1 : 0;
    out[9] = static_cast<int>(std::countl_zero(static_cast<unsigned>(in[2])));
    return true;
  }
};

class Zeros : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<float>> out;
  bool compute() {
    out[0] = std::fmin(in[0], in[1]);
    out[1] = std::fmin(in[1], in[0]);
    out[2] = std::fmax(in[0], in[1]);
    out[3] = std::fmax(in[1], in[0]);
    out[4] = std::fmin(0.0f, -0.0f);
    out[5] = std::fmax(-0.0f, 0.0f);
    return true;
  }
};

class Whole : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<int>> out;
  bool compute() {
    for (unsigned i = 0; i < in.size(); ++i) out[i] = static_cast<int>(in[i]);
    return true;
  }
};

template <typename T, int what>
class Risky : public Vertex {
 public:
  Input<Vector<T>> in;
  Output<Vector<T>> out;
  bool compute() {
    const T a = in[0];
    const T b = in[1];
    if constexpr (what == 0) *out = a / b;
    if constexpr (what == 1) *out = a % b;
    if constexpr (what == 2) *out = a << b;
    return true;
  }
};
template class Risky<int, 0>;
template class Risky<int, 1>;
template class Risky<int, 2>;
template class Risky<unsigned, 0>;
template class Risky<unsigned, 1>;
template class Risky<long long, 0>;
template class Risky<long long, 1>;
template class Risky<short, 0>;
)codelet";

/// The codelets unoptimised, optimised, and optimised with checks; each compiled once.
const CodeletModule& module_of(const std::string& level, bool checks = false) {
  static std::map<std::string, const CodeletModule*> known;
  const CodeletModule*& out = known[level + (checks ? " checked" : "")];
  if (out == nullptr) out = &compiled(source, test_options(level + " -std=c++20", checks));
  return *out;
}
const std::vector<std::string> levels{"-O0", "-O3"};

bool with_clang() { return is_clang(run_process({test_options().compiler, "--version"}).messages); }

/// By the codelet's own check, and not by a processor that may or may not raise one.
bool trapped(int status) {
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGILL || WTERMSIG(status) == SIGTRAP);
}

template <typename T>
void run_risky(const std::string& name, T a, T b, const CodeletModule& module) {
  TestVertex vertex(module, name);
  std::vector<T> in{a, b};
  std::vector<T> out{0};
  vertex.vector("in", in);
  vertex.vector("out", out);
  vertex.compute();
}

TEST(CodeletRules, IntegersWrapCharsHaveASignAndZeroHasNoBits) {
  for (const std::string& level : levels) {
    std::vector<std::int32_t> in{std::numeric_limits<std::int32_t>::max(), 200, 0, 1,
                                 std::numeric_limits<std::int32_t>::min()};
    std::vector<std::int32_t> out(10);
    TestVertex vertex(module_of(level), "Integers");
    vertex.vector("in", in);
    vertex.vector("out", out);
    EXPECT_TRUE(vertex.compute());
    EXPECT_EQ(out, (std::vector<std::int32_t>{in[4], -2, 1, 32, 32, 64, 31, 0, 1, 32})) << level;
  }
}

TEST(CodeletRules, OfTwoZerosTheSecondIsTheSmallerAndTheLarger) {
  for (const std::string& level : levels) {
    std::vector<float> in{0.0F, -0.0F};
    std::vector<std::uint32_t> out(6, 1);
    TestVertex vertex(module_of(level), "Zeros");
    vertex.vector("in", in);
    vertex.vector("out", out);
    EXPECT_TRUE(vertex.compute());
    const std::uint32_t minus = 0x80000000U;
    EXPECT_EQ(out, (std::vector<std::uint32_t>{minus, 0, minus, 0, minus, 0})) << level;
  }
}

TEST(CodeletRules, DivisionsWithoutAValueAreRefusedByTheCodelet) {
  constexpr auto least = std::numeric_limits<std::int32_t>::min();
  constexpr auto longest = std::numeric_limits<long long>::min();
  for (const std::string& level : levels) {
    const CodeletModule& module = module_of(level);
    EXPECT_EXIT(run_risky<int>("Risky<int,0>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<int>("Risky<int,1>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<unsigned>("Risky<unsigned int,0>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<unsigned>("Risky<unsigned int,1>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<long long>("Risky<long long,1>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<short>("Risky<short,0>", 7, 0, module), trapped, "");
    EXPECT_EXIT(run_risky<int>("Risky<int,0>", least, -1, module), trapped, "");
    EXPECT_EXIT(run_risky<int>("Risky<int,1>", least, -1, module), trapped, "");
    EXPECT_EXIT(run_risky<long long>("Risky<long long,0>", longest, -1, module), trapped, "");
  }
}

TEST(CodeletRules, ChecksRefuseShiftsAndConversionsWithoutAValue) {
  const CodeletModule& module = module_of("-O3", true);
  EXPECT_EXIT(run_risky<int>("Risky<int,2>", 1, 32, module), trapped, "");
  EXPECT_EXIT(run_risky<int>("Risky<int,2>", 1, -1, module), trapped, "");
  run_risky<int>("Risky<int,2>", 1, 31, module);
  const auto convert = [&](float value) {
    TestVertex vertex(module, "Whole");
    std::vector<float> in{value};
    std::vector<std::int32_t> out{0};
    vertex.vector("in", in);
    vertex.vector("out", out);
    vertex.compute();
    return out[0];
  };
  EXPECT_EQ(convert(-2147483648.0F), std::numeric_limits<std::int32_t>::min());
  EXPECT_EXIT(convert(2147483648.0F), trapped, "");
  EXPECT_EXIT(convert(std::numeric_limits<float>::quiet_NaN()), trapped, "");
}

TEST(CodeletRules, WithClangAFloatBecomesTheNearestInteger) {
  if (!with_clang()) GTEST_SKIP() << "g++ leaves it to the processor";
  for (const std::string& level : levels) {
    std::vector<float> in{1e10F, -1e10F, std::numeric_limits<float>::quiet_NaN(), -7.9F};
    std::vector<std::int32_t> out(4, 1);
    TestVertex vertex(module_of(level), "Whole");
    vertex.vector("in", in);
    vertex.vector("out", out);
    EXPECT_TRUE(vertex.compute());
    EXPECT_EQ(out, (std::vector<std::int32_t>{std::numeric_limits<std::int32_t>::max(),
                                              std::numeric_limits<std::int32_t>::min(), 0, -7}))
        << level;
  }
}

}  // namespace
