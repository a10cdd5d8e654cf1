// SPDX-License-Identifier: Apache-2.0
// --json: rank 0 writes, in the order in which keys were set.
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/json_output.hpp"
#include "support/world.hpp"

namespace weft {
namespace {

namespace fs = std::filesystem;

/// A folder of this test and this rank, gone at the end.
class JsonFile : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name =
        "weft-json-" + std::to_string(getpid()) + "-" + std::to_string(test::world().rank());
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

TEST_F(JsonFile, JsonIsWrittenByRootAloneInOrder) {
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

TEST(JsonOption, StandardOutputIsNoFile) {
  CLI::App app;
  cli::JsonOutput json;
  json.add_option(app);
  EXPECT_THROW(app.parse("--json -"), CLI::ValidationError);
  EXPECT_FALSE(fs::exists("-"));
}

}  // namespace
}  // namespace weft
