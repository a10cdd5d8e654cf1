// SPDX-License-Identifier: Apache-2.0
// Output files are whole or absent, and a path that cannot be written is refused by name.
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "cli/json_output.hpp"
#include "cli/output_file.hpp"
#include "support/world.hpp"

namespace weft {
namespace {

namespace fs = std::filesystem;

/// A folder of this test and this rank, gone at the end.
class OutputFile : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name =
        "weft-output-" + std::to_string(getpid()) + "-" + std::to_string(test::world().rank());
    folder_ = fs::temp_directory_path() / name;
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

TEST_F(OutputFile, ReplacesWholeFilesAndLeavesNoTemporary) {
  cli::write_file(path("a"), "first");
  cli::write_file(path("a"), "2");
  EXPECT_EQ(content(path("a")), "2");
  EXPECT_FALSE(fs::exists(path("a.tmp")));
}

TEST_F(OutputFile, RefusesAPathBelowAFileBeforeAndWhileWriting) {
  cli::write_file(path("a"), "x");
  for (const auto& attempt : {+[](const std::string& p) { cli::require_writable(p); },
                              +[](const std::string& p) { cli::write_file(p, "x"); }}) {
    try {
      attempt(path("a/b"));
      FAIL() << "written below a file";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::system);
      EXPECT_NE(std::string(error.what()).find(path("a/b")), std::string::npos);
    }
  }
}

TEST_F(OutputFile, RefusesAFolderAsAFile) {
  EXPECT_THROW(cli::require_writable(folder_.string()), Error);
  EXPECT_THROW(cli::write_file(folder_.string(), "x"), Error);
  EXPECT_NO_THROW(cli::require_writable(path("new")));
}

TEST_F(OutputFile, JsonIsWrittenByRootAloneInOrder) {
  CLI::App app;
  cli::JsonOutput json;
  json.add_option(app);
  app.parse("--json " + path("s.json"));
  json.require_writable();
  json.write(test::world(), [] { return cli::Json{{"zebra", 1}, {"ant", 2}}; });
  if (test::world().is_root()) {
    EXPECT_EQ(content(path("s.json")), "{\n  \"zebra\": 1,\n  \"ant\": 2\n}\n");
  } else {
    EXPECT_FALSE(fs::exists(path("s.json")));
  }
}

}  // namespace
}  // namespace weft
