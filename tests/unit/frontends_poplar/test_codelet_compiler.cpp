// SPDX-License-Identifier: Apache-2.0
// clang++ is taken where it is; the bits are the same from both compilers; g++ is told what it
// lacks.
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "frontends/poplar/codelet_compiler.hpp"
#include "unit/frontends_poplar/codelet_fixture.hpp"

namespace {

using namespace weft;
using namespace weft::frontends::poplar;

CodeletOptions with_compiler(const std::string& compiler) {
  CodeletOptions out = test_options();
  out.compiler = compiler;
  return out;
}

/// Sets PATH while it lives.
class Path {
 public:
  explicit Path(const std::string& folders) : before_(std::getenv("PATH")) {
    ::setenv("PATH", folders.c_str(), 1);
  }
  ~Path() { ::setenv("PATH", before_.c_str(), 1); }

 private:
  std::string before_;
};

void make_program(const std::string& path) {
  write_file(path, "#!/bin/sh\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

TEST(CodeletCompiler, IsTheClangThatIsInstalled) {
  const ScratchFolder folder;
  const Path path("/nowhere:" + folder.path());
  EXPECT_EQ(installed_clang(), "");
  make_program(folder.file("clang++-14"));
  EXPECT_EQ(installed_clang(), "clang++-14");
  make_program(folder.file("clang++-16"));
  make_program(folder.file("clang++-9"));
  EXPECT_EQ(installed_clang(), "clang++-16");
  make_program(folder.file("clang++"));
  EXPECT_EQ(default_codelet_options().compiler, "clang++");
  ::setenv("WEFT_CXX", "my-compiler", 1);
  EXPECT_EQ(default_codelet_options().compiler, "my-compiler");
  ::unsetenv("WEFT_CXX");
}

TEST(CodeletCompiler, KnowsClangByItsOwnWords) {
  EXPECT_TRUE(is_clang("Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu\n"));
  EXPECT_TRUE(is_clang("clang version 18.1.0 (https://example)\n"));
  EXPECT_FALSE(is_clang("g++ (Debian 12.2.0-14) 12.2.0\nclang is no part of it\n"));
}

const char* const arithmetic = R"(
#include <cmath>
#include <poplar/Vertex.hpp>
using namespace poplar;
class Arithmetic : public Vertex {
 public:
  Input<Vector<float>> in;
  Output<Vector<float>> out;
  bool compute() {
    float sum = 0;
    for (float x : in) sum += x * x + 0.1f * x;  // no fused product, no other order
    unsigned k = 0;
    out[k++] = sum;
    out[k++] = in[0] * in[1] + in[2];
    out[k++] = std::exp(1.0f);
    out[k++] = expf(2.5f);
    out[k++] = std::exp(3);
    out[k++] = static_cast<float>(__builtin_exp(0.7) * 1e8);
    out[k++] = std::pow(in[0], 2.0f);
    out[k++] = static_cast<float>(std::pow(3.0, 0.3) * 1e8);
    out[k++] = static_cast<float>(std::log(in[1]) * 1e7);
    out[k++] = std::fmax(in[3], in[4]);
    out[k++] = std::fmax(in[4], in[3]);
    out[k++] = fminf(in[3], in[4]);
    out[k++] = __builtin_ipu_min(in[4], in[3]);
    out[k++] = std::fmax(in[5], in[0]);
    out[k++] = half(in[0]) * half(in[1]);
    out[k++] = std::sqrt(in[2]) / in[0];
    return true;
  }
};
)";

TEST(CodeletCompiler, BothGiveTheSameBits) {
  const std::string clang = installed_clang();
  if (clang.empty()) GTEST_SKIP() << "no clang++ is installed";
  std::vector<std::vector<float>> results;
  for (const std::string& compiler : {std::string("g++"), clang}) {
    TestVertex vertex(compiled(arithmetic, with_compiler(compiler)), "Arithmetic");
    std::vector<float> in = {1.1F, 2.3F, 3.7F, 0.0F, -0.0F, NAN, 1e-3F, 7e3F, -9.1F};
    std::vector<float> out(16);
    vertex.vector("in", in);
    vertex.vector("out", out);
    vertex.compute();
    results.push_back(out);
  }
  EXPECT_EQ(std::memcmp(results[0].data(), results[1].data(), 16 * sizeof(float)), 0);
  EXPECT_TRUE(std::signbit(results[0][9]));  // the second of two zeros
  EXPECT_FALSE(std::signbit(results[0][10]));
}

TEST(CodeletCompiler, LoopsAreUnrolledAsItLikes) {
  const std::string source = R"(
#include <poplar/Vertex.hpp>
#define TIMES 4
class Sum : public poplar::Vertex {
 public:
  poplar::Input<poplar::Vector<float>> in;
  poplar::Output<float> out;
  bool compute() {
    float sum = 0;
    #pragma unroll TIMES
    for (int i = 0; i < TIMES; ++i) sum += in[i];
    *out = sum;
    return true;
  }
};
)";
  for (const std::string& compiler : {std::string("g++"), installed_clang()}) {
    if (compiler.empty()) continue;
    EXPECT_EQ(compile_error(source, with_compiler(compiler)), "") << compiler;
  }
}

/// Poplar's own words, under the warnings that public programs turn on.
TEST(CodeletCompiler, HeadersPassTheUsersWarnings) {
  for (const std::string& compiler : {std::string("g++"), installed_clang()}) {
    if (compiler.empty()) continue;
    CodeletOptions options = with_compiler(compiler);
    options.user_flags = "-Wall -Wextra -Werror -Wdouble-promotion";
    EXPECT_EQ(compile_error(R"(
#include <poplar/Vertex.hpp>
#include <ipudef.h>
#include <ipu_vector_math>
class Add : public poplar::Vertex {
 public:
  poplar::Input<poplar::Vector<float, poplar::VectorLayout::SPAN, 8>> in;
  poplar::InOut<poplar::Vector<float, poplar::VectorLayout::ONE_PTR, 8>> out;
  static float2 twice(const float2* x) { return *x + *x; }
  bool compute() {
    *reinterpret_cast<float2*>(&out[0]) = twice(reinterpret_cast<const float2*>(&in[0]));
    return true;
  }
};
)",
                            options),
              "")
        << compiler;
  }
}

TEST(CodeletCompiler, IsPartOfTheCachesKey) {
  const std::string clang = installed_clang();
  if (clang.empty()) GTEST_SKIP() << "no clang++ is installed";
  const ScratchFolder cache;
  for (const std::string& compiler : {std::string("g++"), clang}) {
    CodeletOptions options = with_compiler(compiler);
    options.cache_folder = cache.path();
    compile_codelet_text("// no vertices\n#include <poplar/Vertex.hpp>\n", "c.cpp", options);
  }
  const auto files = std::filesystem::directory_iterator(cache.file("codelets"));
  EXPECT_EQ(std::distance(begin(files), end(files)), 2);
}

const char* const with_members = R"(
#include <poplar/Vertex.hpp>
typedef float Pair __attribute__((ext_vector_type(2)));
class Norm : public poplar::Vertex {
 public:
  poplar::Input<poplar::Vector<float>> in;
  poplar::Output<float> out;
  bool compute() {
    const Pair p = {in[0], in[1]};
    const Pair square = p * p;
    *out = square.x + square.yx.x;
    return true;
  }
};
)";

TEST(CodeletCompiler, ClangsVectorsHaveMembers) {
  const std::string clang = installed_clang();
  if (clang.empty()) GTEST_SKIP() << "no clang++ is installed";
  TestVertex vertex(compiled(with_members, with_compiler(clang)), "Norm");
  std::vector<float> in = {3, 4};
  float out = 0;
  vertex.vector("in", in);
  vertex.scalar("out", out);
  vertex.compute();
  EXPECT_EQ(out, 25.0F);
}

TEST(CodeletCompiler, GccIsToldWhatOnlyClangTakes) {
  try {
    compile_codelet_text(with_members, "norm.cpp", with_compiler("g++"));
    FAIL() << "a vector would be a number";
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::unsupported);
    EXPECT_NE(std::string(error.what()).find("norm.cpp use ext_vector_type, which only clang has"),
              std::string::npos)
        << error.what();
  }
  const std::string out_of_order = R"(
struct Two { int a; int b; };
inline Two two() { return {.b = 1, .a = 2}; }
)";
  const std::string told = compile_error(out_of_order, with_compiler("g++ -std=c++20"));
  EXPECT_NE(told.find("Poplar's compiler of codelets is clang, and these went to"),
            std::string::npos)
      << told;
  EXPECT_EQ(compile_error("int f() { return x; }", with_compiler("g++")).find("clang"),
            std::string::npos);
}

}  // namespace
