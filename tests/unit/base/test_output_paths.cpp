// SPDX-License-Identifier: Apache-2.0
// What one call writes are files of their own, however they are spelled, and not what it reads.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "base/output_paths.hpp"

namespace weft {
namespace {

class OutputPathsOfACall : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  /// The refusal of one more output; empty: none.
  std::string said(const std::string& path, const std::string& what) {
    try {
      paths_.writes(path, what);
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("weft-paths-" + std::to_string(getpid()));
  OutputPaths paths_{"job.toml: keys "};
};

TEST_F(OutputPathsOfACall, AreApart) {
  paths_.reads(path("model"), "the model");
  paths_.reads("", "no newer one");
  EXPECT_EQ(said(path("a"), "'first'"), "");
  EXPECT_EQ(said(path("b"), "'second'"), "");
  EXPECT_EQ(said(path("./x/../a"), "'third'"),
            "job.toml: keys 'first' and 'third' write one file, " + path("./x/../a"));
  std::filesystem::create_symlink(path("a"), path("link"));
  EXPECT_NE(said(path("link"), "'fourth'").find("write one file"), std::string::npos);
  EXPECT_NE(said(path("./model"), "'fifth'").find("'fifth' would replace the model"),
            std::string::npos);
}

TEST_F(OutputPathsOfACall, AreApartByNamesOfThisFolder) {
  EXPECT_EQ(said("weft-is-not-there", "'one'"), "");
  EXPECT_NE(said("./weft-is-not-there", "'two'").find("write one file"), std::string::npos);
}

TEST_F(OutputPathsOfACall, AreNotOfDevicesAndStandardOutput) {
  for (const char* place : {"", "-", "/dev/null"}) {
    EXPECT_EQ(said(place, "'one'"), "");
    EXPECT_EQ(said(place, "'two'"), "");
  }
}

}  // namespace
}  // namespace weft
