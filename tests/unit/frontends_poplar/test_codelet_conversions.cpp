// SPDX-License-Identifier: Apache-2.0
// Halves to floats and back: the processor's conversions and the portable ones give the same bits,
// of every half and of floats drawn at random, NaN of all kinds among them.
#include <random>
#include <string>
#include <vector>

#include "codelet_fixture.hpp"
#include "numerics/stochastic.hpp"

namespace {

using namespace weft::frontends::poplar;
using weft::numerics::Half;
using weft::program::ipu::CodeletModule;

const std::string source = R"codelet(
#include <poplar/HalfFloat.hpp>
#include <poplar/Vertex.hpp>
#include <ipu_vector_math>
#include <ipudef.h>
using namespace poplar;

class Widen : public Vertex {
 public:
  Input<Vector<half, VectorLayout::SPAN, 8>> in;
  Output<Vector<float>> one, four, eight;
  bool compute() {
    for (unsigned i = 0; i < in.size(); ++i) one[i] = in[i];
    for (unsigned i = 0; i + 8 <= in.size(); i += 8) {
      weft::codelet::Lanes<4>::Floats f = weft::codelet::widen_halves<4>(&in[i]);
      for (unsigned k = 0; k < 4; ++k) four[i + k] = f[k];
      f = weft::codelet::widen_halves<4>(&in[i + 4]);
      for (unsigned k = 0; k < 4; ++k) four[i + 4 + k] = f[k];
      const auto e = weft::codelet::widen_halves<8>(&in[i]);
      for (unsigned k = 0; k < 8; ++k) eight[i + k] = e[k];
    }
    return true;
  }
};

class Narrow : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<half, VectorLayout::SPAN, 8>> one, four;
  bool compute() {
    for (unsigned i = 0; i < in.size(); ++i) one[i] = in[i];
    for (unsigned i = 0; i + 4 <= in.size(); i += 4) {
      const weft::codelet::Lanes<4>::Floats f = {in[i], in[i + 1], in[i + 2], in[i + 3]};
      weft::codelet::round_halves<4>(f, &four[i]);
    }
    return true;
  }
};

class Largest : public Vertex {
 public:
  Input<Vector<half, VectorLayout::SPAN, 8>> a, b;
  Output<Vector<half, VectorLayout::SPAN, 8>> most, least, vectors;
  Output<Vector<float>> wide;
  bool compute() {
    for (unsigned i = 0; i < a.size(); ++i) {
      most[i] = ipu::fmax(half(a[i]), half(b[i]));
      least[i] = ipu::fmin(half(a[i]), half(b[i]));
      wide[i] = std::fmax(float(a[i]), float(b[i]));
    }
    for (unsigned i = 0; i + 4 <= a.size(); i += 4) {
      const half4 x = *reinterpret_cast<const half4*>(&a[i]);
      const half4 y = *reinterpret_cast<const half4*>(&b[i]);
      *reinterpret_cast<half4*>(&vectors[i]) = ipu::fmax(x, y);
    }
    return true;
  }
};
)codelet";

constexpr std::uint32_t half_count = 65536;

/// With the processor's conversions, where it has them, and without.
const std::vector<const CodeletModule*>& modules() {
  static const std::vector<const CodeletModule*> out = [] {
    CodeletOptions portable = test_options();
    portable.portable = true;
    return std::vector{&compiled(source), &compiled(source, portable)};
  }();
  return out;
}

using Bits = std::vector<std::uint32_t>;

std::vector<Half> every_half() {
  std::vector<Half> out;
  for (std::uint32_t bits = 0; bits < half_count; ++bits) out.push_back(static_cast<Half>(bits));
  return out;
}

TEST(CodeletConversions, EveryHalfIsTheSameFloat) {
  std::vector<Half> in = every_half();
  for (const CodeletModule* module : modules()) {
    TestVertex vertex(*module, "Widen");
    std::vector<Bits> out(3, Bits(half_count, 1));
    vertex.vector("in", in);
    vertex.vector("one", out[0]);
    vertex.vector("four", out[1]);
    vertex.vector("eight", out[2]);
    EXPECT_TRUE(vertex.compute());
    for (const Half half : in) {
      const std::uint32_t exact = weft::numerics::bits_of(weft::numerics::float_from_half(half));
      const std::uint32_t quiet = weft::numerics::is_nan(half) ? 0x00400000U : 0U;
      for (const Bits& one : out) ASSERT_EQ(one[half], exact | quiet) << half;
    }
  }
}

TEST(CodeletConversions, FloatsDrawnAtRandomAreTheSameHalf) {
  std::mt19937 generator(7);
  const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
  Bits in;
  for (int i = 0; i < 400'000; ++i) in.push_back(random());
  for (std::uint32_t i = 0; i < 40'000; ++i) {  // NaN, and what lies at the edges of the range
    in.push_back((random() & 0x807fffffU) | 0x7f800000U);
    in.push_back((random() & 0x80001fffU) | 0x477fe000U);
    in.push_back((random() & 0x80ffffffU) | 0x33000000U);
  }
  for (const CodeletModule* module : modules()) {
    TestVertex vertex(*module, "Narrow");
    std::vector<std::vector<Half>> out(2, std::vector<Half>(in.size(), 1));
    vertex.vector("in", in);
    vertex.vector("one", out[0]);
    vertex.vector("four", out[1]);
    EXPECT_TRUE(vertex.compute());
    for (std::size_t i = 0; i < in.size(); ++i) {
      const Half wanted = weft::numerics::half_saturated(weft::numerics::float_of(in[i]));
      ASSERT_EQ(out[0][i], wanted) << in[i];
      ASSERT_EQ(out[1][i], wanted) << in[i];
    }
  }
}

TEST(CodeletConversions, TheLargerOfTwoHalvesIsTheSame) {
  std::vector<std::vector<std::vector<Half>>> results;
  std::vector<Bits> wide;
  const std::vector<Half> partners{0,      0x8000, 0x3c00, 0x7c00, 0xfc00, 0x7e00,
                                   0xfe00, 0x7c01, 0xfd23, 0x7eab, 0x0001, 0xfbff};
  std::vector<Half> a;
  std::vector<Half> b;
  for (const Half half : every_half()) {
    a.push_back(half);
    b.push_back(partners[half % partners.size()]);
  }
  for (const Half x : partners) {
    for (const Half y : partners) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  for (const CodeletModule* module : modules()) {
    TestVertex vertex(*module, "Largest");
    auto& out = results.emplace_back(3, std::vector<Half>(a.size(), 1));
    vertex.vector("a", a);
    vertex.vector("b", b);
    vertex.vector("most", out[0]);
    vertex.vector("least", out[1]);
    vertex.vector("vectors", out[2]);
    vertex.vector("wide", wide.emplace_back(a.size(), 1));
    EXPECT_TRUE(vertex.compute());
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (std::size_t which = 0; which < 3; ++which) {
      ASSERT_EQ(results[0][which][i], results[1][which][i]) << which << ": " << a[i] << " " << b[i];
    }
    ASSERT_EQ(wide[0][i], wide[1][i]) << a[i] << " " << b[i];
    ASSERT_EQ(results[0][0][i], results[0][2][i]) << a[i] << " " << b[i];
  }
}

}  // namespace
