// SPDX-License-Identifier: Apache-2.0
// Vertices found in preprocessed text: names, fields, instances; and what is refused.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/codelet_parse.hpp"

namespace {

using namespace weft::frontends::poplar;
using Names = std::vector<std::string>;

std::vector<VertexClass> vertices_of(const std::string& text) {
  const std::string source = "# 1 \"user.cpp\"\n" + text;
  return find_vertices(parse_codelets(tokens_of(source, {"/headers"})));
}

Names field_names(const VertexClass& vertex) {
  Names out;
  for (const VertexField& field : vertex.fields) out.push_back(field.name);
  return out;
}

/// Fields of the one vertex whose class body is given.
Names fields_of(const std::string& body) {
  const auto found = vertices_of("class V : public Vertex { public: " + body +
                                 " bool compute() { return true; } };");
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? Names{} : field_names(found.front());
}

Names spellings(const std::string& text) {
  Names out;
  for (const VertexClass& vertex : vertices_of(text)) out.push_back(vertex.spelling);
  return out;
}

std::string refusal(const std::string& text) {
  try {
    vertices_of(text);
  } catch (const weft::Error& error) {
    return error.what();
  }
  return "";
}

TEST(CodeletParse, FieldsInOrder) {
  EXPECT_EQ(fields_of("Input<Vector<float>> in; Output<float> out; unsigned a, b; float c;"),
            (Names{"in", "out", "a", "b", "c"}));
}

TEST(CodeletParse, FieldDeclarationsOfEveryForm) {
  EXPECT_EQ(fields_of("const float sigma; poplar::Input<poplar::Vector<half, "
                      "poplar::VectorLayout::SPAN, 8, (1 < 2)>> const x;"),
            (Names{"sigma", "x"}));
  EXPECT_EQ(fields_of("unsigned n = 3; unsigned m{4}, k = (1 > 2) ? f<int, 3>(1) : 2, j;"),
            (Names{"n", "m", "k", "j"}));
  EXPECT_EQ(fields_of("[[poplar::constraint(\"elem(*a) != elem(*b)\")]] InOut<Vector<float>> a; "
                      "alignas(8) unsigned b __attribute__((unused)); struct State s;"),
            (Names{"a", "b", "s"}));
  EXPECT_EQ(fields_of("Vector<Input<Vector<float, ONE_PTR, 8>>, ONE_PTR> rows; std::uint8_t u;"),
            (Names{"rows", "u"}));
}

TEST(CodeletParse, WhatIsNoField) {
  EXPECT_EQ(
      fields_of(
          "static constexpr unsigned size = 8; static int counter; using T = float; typedef "
          "int I; enum Kind : int { a, b }; struct Inner { float x[9]; }; friend class W; "
          "template <typename T> T scaled(T x) const { return x * 2; } static_assert(1, \"\"); "
          "V() : n(2) {} ~V() = default; float operator()(int i) const { return i; } bool "
          "operator==(const V& o) const { return n == o.n; } operator bool() const; V& "
          "operator=(const V&) = default; auto get() const -> decltype(n) { return n; } "
          "constexpr static int more() { return 1; } virtual void f(int) = 0; int n; "
          "void g() noexcept(true);"),
      (Names{"n"}));
}

TEST(CodeletParse, BodiesThatLookLikeDeclarations) {
  EXPECT_EQ(
      spellings("int table[] = {1, 2}; auto f = [](int i) { struct A { int x; }; return i; }; "
                "template <typename T> T twice(T x) { return {x}; } Foo::Foo() : a{1}, b(2) {} "
                "const char* text = \"class X : public Vertex { bool compute(); };\"; "
                "char c = '}'; auto raw = R\"(class Y : Vertex {)\"; "
                "struct Z : Vertex { bool compute() { return '{' != \"}\"[0]; } };"),
      (Names{"Z"}));
}

TEST(CodeletParse, OnlyVerticesThatCompute) {
  EXPECT_EQ(spellings("struct A {}; struct B : A { bool compute(); }; class C : public Vertex {}; "
                      "class D final : public poplar::MultiVertex { bool compute(unsigned); }; "
                      "class E; class F : private A, public SupervisorVertex { bool compute(); }; "
                      "class G : public Vertex { virtual bool compute() = 0; };"),
            (Names{"D", "F"}));
}

TEST(CodeletParse, FieldsOfBasesComeFirst) {
  const auto found = vertices_of(
      "template <typename T> class Base : public Vertex { public: Input<T> x; bool compute(); };"
      "class Mine : public Base<float> { public: Output<float> y; };");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(field_names(found[0]), (Names{"x", "y"}));
}

TEST(CodeletParse, InstancesOfTemplates) {
  const auto found = vertices_of(
      "namespace a::b { inline namespace c { template <typename T, bool fast = true, typename U = "
      "std::pair<T, T>> class S : public Vertex { Input<T> x; bool compute(); }; } namespace { "
      "template class S<float>; } }\n"
      "template <> class a::b::S<int, false> : public Vertex { Input<int> z; bool compute(); };\n"
      "template struct a::b::S<half, (2 > 1)>; extern template class a::b::S<char>;\n"
      "template float f<float>(float);");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].spelling, "a :: b :: S < int , false >");
  EXPECT_EQ(field_names(found[0]), (Names{"z"}));
  EXPECT_EQ(found[1].spelling, "S < float >");
  EXPECT_EQ(found[1].scope, (Names{"a", "b", ""}));
  EXPECT_EQ(found[2].spelling, "a :: b :: S < half , ( 2 > 1 ) >");
  EXPECT_TRUE(found[2].scope.empty());
}

TEST(CodeletParse, PlacesAreTheUsers) {
  const auto found = vertices_of(
      "# 1 \"/headers/poplar/Vertex.hpp\" 1\nclass Hidden : Vertex { bool compute(); };\n"
      "# 1 \"/usr/include/x.h\" 1 3\nclass Too : Vertex { bool compute(); };\n"
      "# 1 \"inc/mine.hpp\" 1\nclass A : public Vertex {\n bool compute();\n"
      "# 7 \"inc/mine.hpp\" 3 4\n int\n# 7 \"inc/mine.hpp\"\n n;\n};\n# 2 \"user.cpp\" 2\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].place.file, "inc/mine.hpp");
  EXPECT_EQ(found[0].place.line, 1U);
  ASSERT_EQ(found[0].fields.size(), 1U);
  EXPECT_EQ(found[0].fields[0].place.line, 7U);
}

TEST(CodeletParse, ConstructorsWithoutBody) {
  const auto found = vertices_of(
      "class A : Vertex { public: A(); bool compute(); };"
      "class B : Vertex { public: B() {} bool compute(); };"
      "class C : Vertex { public: C(); bool compute(); }; C::C() {}"
      "template <typename T> class D : Vertex { public: D(); bool compute(); };"
      "template <typename T> D<T>::D() {} template class D<int>;");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_FALSE(found[0].constructible);
  EXPECT_TRUE(found[1].constructible);
  EXPECT_TRUE(found[2].constructible);
  EXPECT_TRUE(found[3].constructible);
}

TEST(CodeletParse, RefusesWhatPoplarForbids) {
  const std::string array =
      refusal("class V : Vertex {\n float ok;\n float table[4];\n bool compute(); };");
  EXPECT_EQ(array.rfind("user.cpp:3: error: field 'table' of vertex 'V' is an array", 0), 0U)
      << array;
  EXPECT_NE(refusal("class V : Vertex { float *p; bool compute(); };")
                .find("'p' of vertex 'V' is a "
                      "pointer"),
            std::string::npos);
  EXPECT_NE(refusal("class V : Vertex { int x : 3; bool compute(); };").find("bit field"),
            std::string::npos);
  EXPECT_NE(refusal("template <typename T> class V : Vertex { bool compute(); };"
                    "template <typename T> class V<T*> : Vertex { bool compute(); };"
                    "template class V<int>;")
                .find("partial specialisation"),
            std::string::npos);
}

TEST(CodeletParse, EndsOnBrokenText) {
  for (const char* text :
       {"class A : Vertex {", "class A : Vertex { int", "namespace {", "template <",
        "template class A<", "} } }", "class", "\"", "R\"x(", "'", "f(", "class {"}) {
    EXPECT_TRUE(vertices_of(text).empty()) << text;
  }
}

}  // namespace
