// SPDX-License-Identifier: Apache-2.0
// Codelets compiled and run: fields of every form, kinds of vertices, state, checks.
#include <string>
#include <vector>

#include "codelet_fixture.hpp"

namespace {

using namespace weft::frontends::poplar;
using namespace weft::program::ipu;

const std::string source = R"codelet(
#include <poplar/HalfFloat.hpp>
#include <poplar/Vertex.hpp>
#include <ipudef.h>
#include <cassert>
#include <cmath>
using namespace poplar;

class Sum : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<float> out;
  InOut<unsigned> calls;
  bool compute() {
    float sum = 0;
    for (const float x : in) sum += x;
    *out = sum;
    (*calls)++;
    return in->size() > 2;
  }
};

enum class Mode : unsigned char { add = 1, multiply = 2 };

namespace ops {
template <typename T, bool negate>
class Apply : public MultiVertex {
 public:
  Apply();
  Input<Vector<T, VectorLayout::ONE_PTR, 8>> in;
  Output<Vector<T>> out;
  const T factor;
  Mode mode = Mode::multiply;
  bool compute(unsigned worker) {
    for (unsigned i = worker; i < out.size(); i += numWorkers()) {
      const T x = mode == Mode::add ? in[i] + factor : in[i] * factor;
      out[i] = negate ? -x : x;
    }
    return true;
  }
};
template class Apply<float, true>;
template class Apply<half, false>;
}  // namespace ops

class Defaults : public Vertex {
 public:
  Defaults() : b(4) {}
  unsigned a = 3;
  unsigned b;
  short c{5};
  float untouched;
  Output<int> sum;
  bool compute() {
    sum = a + b + c;
    return sum == 12;
  }
};

class Rows : public Vertex {
 public:
  Vector<Input<Vector<int>>> in;
  Input<VectorList<unsigned, VectorListLayout::COMPACT_DELTAN, 4, false>> more;
  Output<VectorList<int, VectorListLayout::DELTAN>> out;
  bool compute() {
    for (unsigned r = 0; r < in.size(); ++r) {
      for (unsigned i = 0; i < in[r].size(); ++i) out[r][i] = in[r][i] + more[r][i];
    }
    return in.size() == out.size();
  }
};

struct Boss : public SupervisorVertex {
  Output<Vector<float>> out;
  Input<unsigned> at;
  [[poplar::constraint("elem(**out) != elem(*at)")]]
  __attribute__((target("supervisor"))) bool compute() {
  assert(at < 4);
  out[at] = std::exp(out[0]);
  return true;
}
};
)codelet";

const CodeletModule& plain() {
  static const CodeletModule& out = compiled(source);
  return out;
}

TEST(CodeletCompile, TablesSayWhatAVertexHolds) {
  const CodeletModule& module = plain();
  EXPECT_EQ(module.count, 6U);
  const CodeletInfo* apply = find_codelet(module, "ops::Apply<half,false>");
  ASSERT_NE(apply, nullptr);
  EXPECT_NE(find_codelet(module, "ops::Apply<float,true>"), nullptr);
  EXPECT_EQ(apply->kind, VertexKind::multi);
  ASSERT_EQ(apply->field_count, 4U);
  const FieldInfo& in = apply->fields[0];
  EXPECT_STREQ(in.name, "in");
  EXPECT_EQ(in.role, FieldRole::input);
  EXPECT_EQ(in.shape, FieldShape::vector);
  EXPECT_EQ(in.type, ElementType::half);
  EXPECT_EQ(in.layout, FieldLayout::one_ptr);
  EXPECT_EQ(in.alignment, 8U);
  EXPECT_FALSE(in.interleaved);
  const FieldInfo& factor = apply->fields[2];
  EXPECT_EQ(factor.role, FieldRole::state);
  EXPECT_EQ(factor.type, ElementType::half);
  EXPECT_EQ(factor.bytes, 2U);
  EXPECT_EQ(apply->fields[3].type, ElementType::unsigned_char);
  EXPECT_EQ(find_codelet(module, "Boss")->kind, VertexKind::supervisor);
  const FieldInfo& more = find_codelet(module, "Rows")->fields[1];
  EXPECT_EQ(more.shape, FieldShape::vector_list);
  EXPECT_EQ(more.layout, FieldLayout::compact_delta_n);
}

TEST(CodeletCompile, ScalarsAndVectors) {
  TestVertex sum(plain(), "Sum");
  std::vector<float> in{1, 2, 3.5F};
  float out = 0;
  unsigned calls = 7;
  sum.vector("in", in);
  sum.scalar("out", out);
  sum.scalar("calls", calls);
  EXPECT_TRUE(sum.compute());
  EXPECT_EQ(out, 6.5F);
  EXPECT_EQ(calls, 8U);
  in.resize(2);
  sum.vector("in", in);
  EXPECT_FALSE(sum.compute());
}

TEST(CodeletCompile, WorkersShareAMultiVertex) {
  TestVertex apply(plain(), "ops::Apply<float,true>");
  std::vector<float> in{1, 2, 3, 4, 5, 6, 7, 8};
  std::vector<float> out(8, 0);
  apply.vector("in", in);
  apply.vector("out", out);
  apply.state("factor", 2.0F);
  apply.state<std::uint8_t>("mode", 1);
  for (const std::uint32_t workers : {6U, 2U}) {
    apply.context.workers = workers;
    EXPECT_TRUE(apply.compute(1));
    EXPECT_EQ(out, workers == 6 ? (std::vector<float>{0, -4, 0, 0, 0, 0, 0, -10})
                                : (std::vector<float>{0, -4, 0, -6, 0, -8, 0, -10}));
  }
}

TEST(CodeletCompile, StateBeginsAsTheClassSays) {
  TestVertex defaults(plain(), "Defaults");
  EXPECT_EQ(defaults.state_of<unsigned>("a"), 3U);
  EXPECT_EQ(defaults.state_of<unsigned>("b"), 4U);
  EXPECT_EQ(defaults.state_of<short>("c"), 5);
  EXPECT_EQ(defaults.state_of<float>("untouched"), 0.0F);
  int sum = 0;
  defaults.scalar("sum", sum);
  EXPECT_TRUE(defaults.compute());
  EXPECT_EQ(sum, 12);
  // A constructor that nobody defined is not called: zeros.
  EXPECT_EQ(TestVertex(plain(), "ops::Apply<float,true>").state_of<float>("factor"), 0.0F);
}

TEST(CodeletCompile, Lists) {
  TestVertex rows(plain(), "Rows");
  std::vector<std::vector<int>> in{{1, 2}, {3}};
  std::vector<std::vector<unsigned>> more{{10, 20}, {30}};
  std::vector<std::vector<int>> out{{0, 0}, {0}};
  rows.list("in", in);
  rows.list("more", more);
  rows.list("out", out);
  EXPECT_TRUE(rows.compute());
  EXPECT_EQ(out, (std::vector<std::vector<int>>{{11, 22}, {33}}));
}

TEST(CodeletCompile, ElementaryFunctionsAreTheMachines) {
  static const CodeletMath math = {[](double) { return 42.0; },
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr,
                                   nullptr};
  TestVertex boss(plain(), "Boss");
  std::vector<float> out(4, 0);
  unsigned at = 2;
  boss.vector("out", out);
  boss.scalar("at", at);
  boss.context.math = &math;
  EXPECT_TRUE(boss.compute());
  EXPECT_EQ(out[2], 42.0F);
}

TEST(CodeletCompile, AFailedAssertIsAFault) {
  TestVertex boss(plain(), "Boss");
  unsigned at = 4;
  boss.scalar("at", at);
  try {
    boss.compute();
    FAIL();
  } catch (const CodeletFault& fault) {
    EXPECT_EQ(fault.what, "assertion 'at < 4' failed at codelets.cpp:78");
  }
}

std::string fault_of(TestVertex& vertex) {
  try {
    vertex.compute();
  } catch (const CodeletFault& fault) {
    return fault.what;
  }
  return "";
}

TEST(CodeletChecks, NameIndexAndField) {
  const CodeletModule& module = compiled(source, test_options("", true));
  TestVertex boss(module, "Boss");
  std::vector<float> out(2, 0);
  unsigned at = 3;
  boss.vector("out", out);
  boss.scalar("at", at);
  EXPECT_EQ(fault_of(boss), "index 3 of field 'out' is out of range: it has 2 elements");
  at = 1;
  EXPECT_EQ(fault_of(boss), "");

  TestVertex rows(module, "Rows");
  std::vector<std::vector<int>> in{{1, 2}, {3, 4}};
  std::vector<std::vector<unsigned>> more{{10, 20}, {30}};
  std::vector<std::vector<int>> sums{{0, 0}, {0, 0}};
  rows.list("in", in);
  rows.list("more", more);
  rows.list("out", sums);
  EXPECT_EQ(fault_of(rows), "index 1 of field 'more[1]' is out of range: it has 1 elements");
}

}  // namespace
