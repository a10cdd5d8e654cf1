// SPDX-License-Identifier: Apache-2.0
// Jobs whose program is C++: what is read, what is refused, and how the program is built.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "cli/job/door.hpp"
#include "cli/job/doors/host_program.hpp"
#include "cli/job/job.hpp"
#include "cli/job/job_outcome.hpp"

namespace weft::cli {
namespace {

constexpr const char* head = R"([job]
name = "sample"
[machine]
topology = "graphcore-gc200"
[program]
)";

Job read(const std::string& rest) {
  return read_job(topology::Document::parse_text(head + rest, "jobs/sample.toml"));
}

std::string refusal(const std::string& rest) {
  try {
    read(rest);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  ADD_FAILURE() << "was taken: " << rest;
  return "";
}

bool holds(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  std::fprintf(stderr, "'%s' is not in '%s'\n", part.c_str(), text.c_str());
  return false;
}

TEST(JobPoplar, ProgramAndInputs) {
  const Job job = read(R"(
poplar = "../kernels/main.cpp"
arguments = ["--steps", "4"]
flags = ["-DFAST"]
[[input]]
stream = "images"
data = "data/d.h5:images"
items = [2, 3]
[[input]]
tensor = "scale"
values = [0.5]
[[check]]
kind = "exit_code"
[[check]]
kind = "equals"
result = "whatever the program reads"
data = "y.npy"
[output]
scores = "scores.npy"
)");
  EXPECT_EQ(job.door->traits().key, "poplar");
  const auto& sources = std::any_cast<const PoplarSources&>(job.program);
  EXPECT_EQ(sources.paths, std::vector<std::string>{"kernels/main.cpp"});
  EXPECT_EQ(sources.arguments, (std::vector<std::string>{"--steps", "4"}));
  EXPECT_EQ(sources.flags, std::vector<std::string>{"-DFAST"});
  ASSERT_EQ(job.inputs.size(), 2U);
  EXPECT_EQ(job.inputs[0].kind, JobInput::Kind::stream);
  EXPECT_EQ(job.inputs[0].data.path, "jobs/data/d.h5");
  EXPECT_EQ(job.inputs[0].first_item, 2U);
  EXPECT_EQ(job.inputs[0].most_items, 3U);
  EXPECT_EQ(job.inputs[1].kind, JobInput::Kind::tensor);
  EXPECT_EQ(job.inputs[1].handle, "scale");
  EXPECT_EQ(job.inputs[1].data.values, std::vector<double>{0.5});
  EXPECT_EQ(job.checks.at(0).name, "exit_code");
}

TEST(JobPoplar, SeveralSources) {
  const Job job = read("poplar = ['a.cpp', '/abs/b.cpp']\n");
  EXPECT_EQ(std::any_cast<const PoplarSources&>(job.program).paths,
            (std::vector<std::string>{"jobs/a.cpp", "/abs/b.cpp"}));
}

TEST(JobPoplar, RefusesWhatDoesNotGoTogether) {
  const std::string program = "poplar = 'main.cpp'\n";
  EXPECT_TRUE(holds(refusal("popla = 'main.cpp'\n"), "did you mean 'poplar'?"));
  EXPECT_TRUE(holds(refusal("x = 1\n"), "so are 'poplar', 'tsp'"));
  EXPECT_TRUE(holds(refusal(program + "csl = 'a.csl'\n"), "one program"));
  EXPECT_TRUE(holds(refusal(program + "argument = ['x']\n"), "did you mean 'arguments'?"));
  EXPECT_TRUE(holds(refusal(program + "parameters = { a = 1 }\n"), "parameters"));
  EXPECT_TRUE(holds(refusal(program + "[[command]]\nlaunch = 'f'\n"), "programs in CSL"));
  EXPECT_TRUE(holds(refusal(program + "[[input]]\ndata = 'a.npy'\n"), "tensor"));
  EXPECT_TRUE(holds(refusal(program + "[[input]]\ntensor = 'x'\n"), "data"));
  EXPECT_TRUE(holds(refusal(program + "[[input]]\ntensor = 'x'\nstream = 'x'\ndata = 'a.npy'\n"),
                    "one handle"));
  EXPECT_TRUE(holds(refusal(program + "[[input]]\ntensor = 'x'\nvalues = [1]\ndata = 'a.npy'\n"),
                    "second source"));
  EXPECT_TRUE(holds(
      refusal(program + "[[check]]\nkind = 'faster'\ncommand = 'a'\nthan = 'b'\nat_least = 2\n"),
      "no command"));
}

TEST(JobPoplar, ResultNamesAreCheckedOnceTheProgramIsKnown) {
  const Job job = read(
      "poplar = 'main.cpp'\n[[check]]\nkind = 'equals'\nresult = 'scors'\n"
      "data = 'y.npy'\n");
  check_result_names(job, {"scors"});
  try {
    check_result_names(job, {"scores"});
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_TRUE(holds(error.what(), "did you mean 'scores'?"));
  }
}

TEST(JobPoplar, ExitCodeIsAnExpectation) {
  const Job job = read("poplar = 'm.cpp'\n[[check]]\nkind = 'exit_code'\nexpected = 3\n");
  JobOutcome outcome;
  outcome.exit_code = 3;
  EXPECT_TRUE(evaluate_checks(job, outcome).at(0).passed);
  outcome.exit_code = 0;
  EXPECT_FALSE(evaluate_checks(job, outcome).at(0).passed);
}

/// A folder with a source and a cache of its own.
class HostPrograms : public testing::Test {
 protected:
  HostPrograms() {
    folder_ = std::filesystem::temp_directory_path() / ("weft_host_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    setenv("WEFT_CODELET_CACHE", folder_.c_str(), 1);
  }
  ~HostPrograms() override {
    unsetenv("WEFT_CODELET_CACHE");
    std::filesystem::remove_all(folder_);
  }

  PoplarSources source(const std::string& text, std::vector<std::string> arguments = {}) {
    const std::string path = (folder_ / ("main" + std::to_string(count_++) + ".cpp")).string();
    std::ofstream(path) << text;
    return {{path}, std::move(arguments), {}};
  }
  std::string refusal(const PoplarSources& sources, Category category) {
    try {
      const HostProgram program(sources);
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), category);
      return error.what();
    }
    ADD_FAILURE() << "was built";
    return "";
  }

  std::filesystem::path folder_;
  int count_ = 0;
};

TEST_F(HostPrograms, MainGetsItsArgumentsAndMayEndWithoutReturn) {
  const HostProgram program(
      source("#include <cstring>\nint main(int argc, char** argv) {\n"
             "  if (argc == 3 && std::strcmp(argv[2], \"two\") == 0) return 42;\n}\n",
             {"one", "two"}));
  EXPECT_EQ(program.run(), 42);
  const HostProgram other(source("int main() {}\n"));
  EXPECT_EQ(other.run(), 0);
}

TEST_F(HostPrograms, RefusalsNameWhatIsWrong) {
  EXPECT_TRUE(holds(refusal(source("int main() { return 1 }\n"), Category::input), "main0.cpp:1"));
  EXPECT_TRUE(holds(refusal(source("int f() { return 1; }\n"), Category::input), "no main()"));
  EXPECT_TRUE(holds(
      refusal(source("void nowhere(int);\nint main() { nowhere(1); }\n"), Category::unsupported),
      "nowhere(int)"));
  EXPECT_TRUE(
      holds(refusal({{"/nowhere/main.cpp"}, {}, {}}, Category::input), "/nowhere/main.cpp"));
}

}  // namespace
}  // namespace weft::cli
