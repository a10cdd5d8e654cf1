// SPDX-License-Identifier: Apache-2.0
// The numbers of codelets: halves round as numerics/ does, one by one and as vectors; functions
// give the bits of numerics/.
#include <cmath>
#include <string>
#include <vector>

#include "codelet_fixture.hpp"
#include "numerics/elementary.hpp"
#include "numerics/float16.hpp"
#include "numerics/stochastic.hpp"

namespace {

using namespace weft::frontends::poplar;
using namespace weft::program::ipu;
using weft::numerics::Half;

const std::string source = R"codelet(
#include <poplar/HalfFloat.hpp>
#include <poplar/Vertex.hpp>
#include <ipudef.h>
#include <ipu_builtins.h>
#include <ipu_vector_math>
#include <algorithm>
#include <cmath>
#include <limits>
using namespace poplar;

class Narrow : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<half, VectorLayout::SPAN, 8>> out;
  bool compute() {
    for (unsigned i = 0; i < in.size(); ++i) out[i] = in[i];
    return true;
  }
};

class NarrowFour : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<half, VectorLayout::SPAN, 8>> out;
  bool compute() {
    for (unsigned i = 0; i < in.size(); i += 4) {
      half4 x = {in[i], in[i + 1], in[i + 2], in[i + 3]};
      *reinterpret_cast<half4*>(&out[i]) = x * 1.0f;
    }
    return true;
  }
};

class Arithmetic : public Vertex {
 public:
  Input<Vector<half>> a, b;
  Output<Vector<half, VectorLayout::SPAN, 8>> sum, product, quotient, vectors;
  bool compute() {
    for (unsigned i = 0; i < a.size(); ++i) {
      sum[i] = a[i] + b[i];
      product[i] = a[i] * b[i];
      quotient[i] = a[i] / b[i];
    }
    for (unsigned i = 0; i + 4 <= a.size(); i += 4) {
      const half4 x = *reinterpret_cast<const half4*>(&a[i]);
      const half4 y = *reinterpret_cast<const half4*>(&b[i]);
      *reinterpret_cast<half4*>(&vectors[i]) = x * y;
    }
    return true;
  }
};

class Mixed : public Vertex {
 public:
  InOut<Vector<half>> h;
  InOut<Vector<float>> f;
  bool compute() {
    static_assert(sizeof(half2) == 4 && sizeof(half4) == 8 && alignof(half4) == 8, "");
    const half x = h[0];
    f[0] = x * 0.1f;                       // fp32
    h[1] = x * 2;                          // fp16
    h[2] = -std::numeric_limits<half>::max();
    h[3] = std::max(x, half(3));
    h[4] += 0.25f;
    const auto [p, q] = half2{1, 2} * x;
    h[5] = p;
    h[6] = q;
    const auto [u, v] = float2{1.f, 2.f} / 4.f + 1.f;
    f[1] = u;
    f[2] = v;
    f[3] = (half4{1, 2, 3, 4} > half4{2, 2, 2, 2})[2];
    f[4] = float(x) > 0 && x < 2 ? 1.f : 0.f;
    f[5] = ipu::fmax(float2{1, 5}, float2{3, 4})[0];
    f[6] = __builtin_ipu_max(2.f, 3.f) + __builtin_ipu_get_tile_id();
    constexpr half fixed = 0.333;
    constexpr half folded = (half(3) - half(1)) / 16 + half(2) * 1;
    static_assert(folded == half(2.125f), "arithmetic of constants");
    h[7] = fixed;
    return true;
  }
};

class Functions : public Vertex {
 public:
  Input<Vector<float>> x;
  Output<Vector<float>> e, l, t, p, s;
  bool compute() {
    for (unsigned i = 0; i < x.size(); ++i) {
      e[i] = std::exp(x[i]);
      l[i] = logf(x[i]);
      t[i] = tanh(x[i]);
      p[i] = std::pow(x[i], 1.7f);
      s[i] = std::sin(x[i]) + std::cos(x[i]);
    }
    return true;
  }
};
)codelet";

const CodeletModule& module() {
  static const CodeletModule& out = compiled(source);
  return out;
}

std::vector<float> interesting_floats() {
  std::vector<float> out;
  for (std::uint32_t bits = 0; bits < 0xff000000U; bits += 0xfff1U) {
    out.push_back(weft::numerics::float_of(bits));
  }
  for (std::uint32_t half = 0; half < 0x10000U; ++half) {  // values and midpoints
    const float value = weft::numerics::float_from_half(static_cast<Half>(half));
    out.push_back(value);
    out.push_back(weft::numerics::float_of(weft::numerics::bits_of(value) + 0x1000U));
  }
  out.resize(out.size() / 4 * 4);
  return out;
}

TEST(CodeletHalf, RoundsToNearestAsNumericsDoes) {
  std::vector<float> in = interesting_floats();
  for (const char* name : {"Narrow", "NarrowFour"}) {
    TestVertex vertex(module(), name);
    std::vector<Half> out(in.size(), 1);
    vertex.vector("in", in);
    vertex.vector("out", out);
    EXPECT_TRUE(vertex.compute());
    for (std::size_t i = 0; i < in.size(); ++i) {
      ASSERT_EQ(out[i], weft::numerics::half_saturated(in[i])) << name << " " << in[i];
    }
  }
}

TEST(CodeletHalf, PortableAndProcessorsConversionsAgree) {
  CodeletOptions options = test_options();
  options.portable = true;
  const CodeletModule& portable = compiled(source, options);
  std::vector<float> in = interesting_floats();
  TestVertex vertex(portable, "NarrowFour");
  std::vector<Half> out(in.size(), 1);
  vertex.vector("in", in);
  vertex.vector("out", out);
  EXPECT_TRUE(vertex.compute());
  for (std::size_t i = 0; i < in.size(); ++i) {
    ASSERT_EQ(out[i], weft::numerics::half_saturated(in[i])) << in[i];
  }
}

TEST(CodeletHalf, RoundsStochasticallyWhereTheTileDoes) {
  std::vector<float> in = interesting_floats();
  TestVertex vertex(module(), "Narrow");
  std::vector<Half> out(in.size(), 1);
  vertex.vector("in", in);
  vertex.vector("out", out);
  vertex.context.stochastic_rounding = true;
  vertex.context.random = weft::numerics::random_state(0, 5, 9);
  EXPECT_TRUE(vertex.compute());
  std::uint64_t state = weft::numerics::random_state(0, 5, 9);
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Half expected =
        weft::numerics::half_stochastic(in[i], weft::numerics::random_bits(state));
    ASSERT_EQ(out[i], expected) << in[i];
  }
  EXPECT_EQ(vertex.context.random, state);
}

TEST(CodeletHalf, OperationsRoundOnce) {
  std::vector<Half> a;
  std::vector<Half> b;
  std::uint64_t state = 1;
  for (int i = 0; i < 40000; ++i) {
    const std::uint32_t bits = weft::numerics::random_bits(state);
    a.push_back(static_cast<Half>(bits & 0xffffU));
    b.push_back(static_cast<Half>(bits >> 16U));
  }
  std::vector<Half> sum(a.size());
  std::vector<Half> product(a.size());
  std::vector<Half> quotient(a.size());
  std::vector<Half> vectors(a.size());
  TestVertex vertex(module(), "Arithmetic");
  vertex.vector("a", a);
  vertex.vector("b", b);
  vertex.vector("sum", sum);
  vertex.vector("product", product);
  vertex.vector("quotient", quotient);
  vertex.vector("vectors", vectors);
  EXPECT_TRUE(vertex.compute());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float x = weft::numerics::float_from_half(a[i]);
    const float y = weft::numerics::float_from_half(b[i]);
    if (std::isnan(x) || std::isnan(y)) continue;  // which NaN is the processor's choice
    const auto same = [](Half got, Half expected) {
      return got == expected || (weft::numerics::is_nan(got) && weft::numerics::is_nan(expected));
    };
    const auto saturated = [](Half exact, bool finite) {
      const bool overflow = finite && (exact & 0x7fffU) == weft::numerics::half_infinity;
      return static_cast<Half>(exact - (overflow ? 1U : 0U));
    };
    const Half wanted = weft::numerics::divide(a[i], b[i], {});
    const bool finite = std::isfinite(x) && y != 0;
    ASSERT_TRUE(same(sum[i], weft::numerics::half_saturated(x + y))) << x << " " << y;
    ASSERT_TRUE(same(product[i], weft::numerics::half_saturated(x * y))) << x << " " << y;
    ASSERT_TRUE(same(quotient[i], saturated(wanted, finite))) << x << " " << y;
    ASSERT_TRUE(same(vectors[i], product[i])) << x << " " << y;
  }
}

TEST(CodeletHalf, MixesWithOtherTypes) {
  const auto of = [](float x) { return weft::numerics::half_from_float(x); };
  std::vector<Half> h(8, of(1.5F));
  std::vector<float> f(8, 0);
  TestVertex vertex(module(), "Mixed");
  vertex.vector("h", h);
  vertex.vector("f", f);
  vertex.context.tile = 10;
  EXPECT_TRUE(vertex.compute());
  EXPECT_EQ(h, (std::vector<Half>{of(1.5F), of(3), 0xfbff, of(3), of(1.75F), of(1.5F), of(3),
                                  of(0.333F)}));
  EXPECT_EQ(f, (std::vector<float>{1.5F * 0.1F, 1.25F, 1.5F, -1, 1, 3, 13, 0}));
}

const CodeletMath& numerics_math() {
  namespace e = weft::numerics::elementary;
  static const CodeletMath out = {e::exp, e::exp2, e::log,  e::log2, e::sin,
                                  e::cos, e::tan,  e::tanh, e::atan, e::pow};
  return out;
}

TEST(CodeletMathematics, IsThatOfNumerics) {
  namespace n = weft::numerics::elementary;
  std::vector<float> x;
  for (int i = 1; i < 2000; ++i) x.push_back(0.013F * static_cast<float>(i));
  std::vector<std::vector<float>> out(5, std::vector<float>(x.size()));
  TestVertex vertex(module(), "Functions");
  vertex.vector("x", x);
  const std::vector<std::string> names{"e", "l", "t", "p", "s"};
  for (std::size_t i = 0; i < names.size(); ++i) vertex.vector(names[i], out[i]);
  vertex.context.math = &numerics_math();
  EXPECT_TRUE(vertex.compute());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double v = static_cast<double>(x[i]);
    ASSERT_EQ(out[0][i], static_cast<float>(n::exp(v)));
    ASSERT_EQ(out[1][i], static_cast<float>(n::log(v)));
    ASSERT_EQ(out[2][i], static_cast<float>(n::tanh(v)));
    ASSERT_EQ(out[3][i], static_cast<float>(n::pow(v, static_cast<double>(1.7F))));
    ASSERT_EQ(out[4][i], static_cast<float>(n::sin(v)) + static_cast<float>(n::cos(v)));
  }
}

}  // namespace
