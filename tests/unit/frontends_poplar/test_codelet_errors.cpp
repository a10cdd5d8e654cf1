// SPDX-License-Identifier: Apache-2.0
// What is wrong with a codelet is said with its own file and line; files, libraries, the cache.
#include <filesystem>
#include <fstream>
#include <string>

#include "codelet_fixture.hpp"

namespace {

using namespace weft::frontends::poplar;
using namespace weft::program::ipu;

const std::string good =
    "#include <poplar/Vertex.hpp>\nclass Good : public poplar::Vertex {\npublic:\n  "
    "poplar::Output<int> x;\n  bool compute() { *x = VALUE; return true; }\n};\n";

std::string vertex_with(const std::string& field) {
  return "#include <poplar/Vertex.hpp>\nusing namespace poplar;\nstruct Pair { int a, b; };\nclass "
         "V "
         ": public Vertex {\npublic:\n  " +
         field + "\n  bool compute() { return true; }\n};\n";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CodeletErrors, TheCompilersOwnWithTheUsersLines) {
  const std::string error =
      compile_error("#include <poplar/Vertex.hpp>\n\nint f() { return oops; }\n");
  EXPECT_TRUE(contains(error, "codelets do not compile:\n")) << error;
  EXPECT_TRUE(contains(error, "codelets.cpp:3:")) << error;
  EXPECT_TRUE(contains(error, "oops")) << error;
  EXPECT_FALSE(contains(error, "weft-")) << error;  // no scratch folder
}

TEST(CodeletErrors, MissingHeaderAndMissingFunction) {
  EXPECT_TRUE(contains(compile_error("#include <no/such.hpp>\n"), "codelets.cpp:1:"));
  const std::string error = compile_error(
      "#include <poplar/Vertex.hpp>\nint nowhere();\nclass V : public poplar::Vertex { public: "
      "bool "
      "compute() { return nowhere() == 1; } };\n");
  EXPECT_TRUE(contains(error, "nowhere")) << error;
}

TEST(CodeletErrors, NameTheFieldThatPoplarForbids) {
  const std::string pair = compile_error(vertex_with("Pair state;"));
  EXPECT_TRUE(contains(pair, "codelets.cpp:6")) << pair;
  EXPECT_TRUE(contains(pair, "field 'state' of vertex 'V': the state of a vertex is")) << pair;
  EXPECT_TRUE(contains(compile_error(vertex_with("int table[3];")), "is an array"));
  const std::string wide = compile_error(vertex_with("Input<Vector<long>> x;"));
  EXPECT_TRUE(contains(wide, "field 'x' of vertex 'V': the elements of Input")) << wide;
  EXPECT_TRUE(contains(wide, "long has 32 bits on an IPU")) << wide;
}

TEST(CodeletErrors, APointerHasNoSize) {
  const std::string error = compile_error(
      "#include <poplar/Vertex.hpp>\nusing namespace poplar;\nclass V : public Vertex {\npublic:\n "
      " "
      "Input<Vector<float, VectorLayout::ONE_PTR>> x;\n  bool compute() { return x.size() > 1; "
      "}\n};\n");
  EXPECT_TRUE(contains(error, "codelets.cpp:6:")) << error;
  EXPECT_TRUE(contains(error, "does not know its size")) << error;
}

TEST(CodeletErrors, FilesThatCannotBeRead) {
  try {
    compile_codelets({"no/such/codelets.cpp"}, test_options());
    FAIL();
  } catch (const weft::Error& error) {
    EXPECT_EQ(error.category(), weft::Category::input);
    EXPECT_STREQ(error.what(),
                 "cannot read codelet source 'no/such/codelets.cpp': No such file or directory");
  }
}

TEST(CodeletErrors, LibrariesThatAreNone) {
  const ScratchFolder scratch;
  write_file(scratch.file("other.gp"), "!<arch>\n");
  for (const std::vector<std::string>& paths :
       {std::vector{scratch.file("other.gp")},
        std::vector{scratch.file("other.gp"), std::string("a.cpp")}}) {
    try {
      compile_codelets(paths, test_options());
      FAIL();
    } catch (const weft::Error& error) {
      EXPECT_TRUE(contains(error.what(), "other.gp: ")) << error.what();
    }
  }
}

TEST(CodeletErrors, NoHeadersNoCompiler) {
  CodeletOptions options = test_options();
  options.include_folders.clear();
  EXPECT_TRUE(contains(compile_error(good, options), "WEFT_DATA_DIR"));
  options = test_options();
  options.compiler = "weft-no-such-compiler";
  EXPECT_THROW(compile_codelet_text(good, "x", options), weft::Error);
}

TEST(CodeletFiles, SeveralSourcesFlagsAndRelativeIncludes) {
  const ScratchFolder scratch;
  write_file(scratch.file("value.hpp"), "#define VALUE GIVEN\n");
  write_file(scratch.file("one.cpp"), "#include \"value.hpp\"\n" + good);
  write_file(
      scratch.file("two.cpp"),
      "#include <poplar/Vertex.hpp>\nnamespace {\nstruct Two : poplar::MultiVertex { "
      "poplar::Output<unsigned> n; void compute(unsigned w) { n = numWorkers() + w; } };\n}\n");
  const Library library = compile_codelets({scratch.file("one.cpp"), scratch.file("two.cpp")},
                                           test_options("-DGIVEN=41+1 -O1"));
  const CodeletModule& module = load_codelets(library);
  EXPECT_EQ(module.count, 2U);
  TestVertex one(module, "Good");
  int x = 0;
  one.scalar("x", x);
  EXPECT_TRUE(one.compute());
  EXPECT_EQ(x, 42);
  TestVertex two(module, "Two");
  unsigned n = 0;
  two.scalar("n", n);
  two.context.workers = 6;
  EXPECT_TRUE(two.compute(3));
  EXPECT_EQ(n, 9U);
}

TEST(CodeletFiles, LibrariesMadeBeforehand) {
  const ScratchFolder scratch;
  const Library made = compile_codelet_text(good, "a.cpp", test_options("-DVALUE=7"));
  write_file(scratch.file("a.gp"),
             std::string(reinterpret_cast<const char*>(made.data()), made.size()));
  EXPECT_EQ(compile_codelets({scratch.file("a.gp")}, test_options()), made);
  EXPECT_EQ(&load_codelets(made), &load_codelets(made));  // loaded once
}

TEST(CodeletFiles, LibrariesOfOneNameStayApart) {
  const CodeletModule& seven = compiled(good, test_options("-DVALUE=7"));
  const CodeletModule& eight = compiled(good, test_options("-DVALUE=8"));
  int x = 0;
  TestVertex first(seven, "Good");
  TestVertex second(eight, "Good");
  first.scalar("x", x);
  second.scalar("x", x);
  first.compute();
  EXPECT_EQ(x, 7);
  second.compute();
  EXPECT_EQ(x, 8);
}

TEST(CodeletFiles, TheSecondTimeComesFromTheCache) {
  const ScratchFolder scratch;
  CodeletOptions options = test_options("-DVALUE=9");
  options.cache_folder = scratch.path();
  const Library made = compile_codelet_text(good, "a.cpp", options);
  std::string cached;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.file("codelets"))) {
    EXPECT_EQ(cached, "") << "one library, one file";
    cached = entry.path().string();
  }
  std::ofstream(cached, std::ios::app) << "marked";
  const Library found = compile_codelet_text(good, "a.cpp", options);
  EXPECT_EQ(found.size(), made.size() + 6);  // what the cache held, not a new one
  options.user_flags = "-DVALUE=10";
  EXPECT_NE(compile_codelet_text(good, "a.cpp", options).size(), found.size());
}

}  // namespace
