// SPDX-License-Identifier: Apache-2.0
// Folders that come to be as a whole, where nothing was or where an empty one is.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "cli/compile/folder.hpp"
#include "support/scratch.hpp"

namespace {

namespace fs = std::filesystem;
using weft::Category;
using weft::cli::NewFolder;

class NewFolders : public weft::test::Scratch {
 protected:
  void SetUp() override {
    if (!weft::test::world().is_root()) GTEST_SKIP() << "one rank makes folders";
  }
  std::string at(const std::string& name) const { return path(name); }
  static void write(const std::string& path) { std::ofstream(path) << "text"; }
  /// A program's files, one of them in a folder of its own.
  static void write_program(NewFolder& folder) {
    write(folder.making().file("job.toml"));
    write(folder.making().file("layers/a.csl"));
  }
  static bool has_program(const std::string& path) {
    return fs::exists(path + "/job.toml") && fs::exists(path + "/layers/a.csl") &&
           entries(path) == 2;
  }
  static std::ptrdiff_t entries(const std::string& path) {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
  static struct stat status(const std::string& path) {
    struct stat out {};
    EXPECT_EQ(::stat(path.c_str(), &out), 0) << path;
    return out;
  }
  static std::string refusal(const std::string& path, Category category) {
    try {
      NewFolder folder(path);
      write_program(folder);
      folder.put_in_place("job.toml");
    } catch (const weft::Error& error) {
      EXPECT_EQ(error.category(), category) << error.what();
      return error.what();
    }
    return "none";
  }
};

TEST_F(NewFolders, AreMadeWhereNothingIs) {
  const mode_t before = ::umask(027);
  NewFolder folder(at("new///"));
  EXPECT_EQ(folder.path(), at("new"));
  write_program(folder);
  EXPECT_FALSE(fs::exists(at("new")));
  folder.put_in_place("job.toml");
  ::umask(before);
  EXPECT_TRUE(has_program(at("new")));
  EXPECT_EQ(status(at("new")).st_mode & 0777U, 0750U);
  EXPECT_EQ(entries(at("")), 1);
}

TEST_F(NewFolders, EmptyOnesAreFilledWhereTheyAre) {
  fs::create_directory(at("there"));
  ::chmod(at("there").c_str(), 0711);
  const auto before = status(at("there"));
  NewFolder folder(at("there"));
  write_program(folder);
  folder.put_in_place("job.toml");
  EXPECT_TRUE(has_program(at("there")));
  EXPECT_EQ(status(at("there")).st_ino, before.st_ino);
  EXPECT_EQ(status(at("there")).st_mode, before.st_mode);
}

TEST_F(NewFolders, ALinkToAnEmptyOneStaysALink) {
  fs::create_directory(at("there"));
  fs::create_directory_symlink("there", at("link"));
  NewFolder folder(at("link/"));
  EXPECT_EQ(folder.path(), at("link"));
  write_program(folder);
  folder.put_in_place("job.toml");
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_TRUE(has_program(at("there")));
}

TEST_F(NewFolders, TheWorkingFolderMayBeOne) {
  const fs::path before = fs::current_path();
  fs::create_directory(at("there"));
  fs::current_path(at("there"));
  NewFolder folder(".");
  write_program(folder);
  folder.put_in_place("job.toml");
  fs::current_path(before);
  EXPECT_TRUE(has_program(at("there")));
}

TEST_F(NewFolders, NothingStaysOfOneThatIsNotPutInPlace) {
  fs::create_directory(at("there"));
  for (const char* name : {"there", "new"}) {
    NewFolder folder(at(name));
    write_program(folder);
  }
  EXPECT_EQ(entries(at("there")), 0);
  EXPECT_EQ(entries(at("")), 1);
}

TEST_F(NewFolders, WhatIsThereIsNotTouched) {
  fs::create_directory(at("full"));
  write(at("full/mine"));
  write(at("file"));
  EXPECT_NE(refusal(at("full"), Category::input).find("full' is there and not empty"),
            std::string::npos);
  EXPECT_NE(refusal(at("file"), Category::input).find("file' is there and no folder"),
            std::string::npos);
  EXPECT_EQ(entries(at("full")), 1);
  EXPECT_EQ(entries(at("")), 2);
}

TEST_F(NewFolders, OnesThatNobodyMayWriteToAreRefused) {
  fs::create_directory(at("there"));
  ::chmod(at("there").c_str(), 0555);
  EXPECT_EQ(refusal(at("there"), Category::system),
            "cannot write to folder '" + at("there") + "': it is read-only");
  EXPECT_EQ(status(at("there")).st_mode & 0777U, 0555U);
  EXPECT_EQ(entries(at("there")), 0);
}

TEST_F(NewFolders, LinksToNothingAreNamed) {
  fs::create_symlink("nowhere", at("link"));
  fs::create_symlink("loop", at("loop"));
  EXPECT_EQ(refusal(at("link"), Category::input),
            "'" + at("link") + "' is a link to 'nowhere', where nothing is");
  EXPECT_NE(refusal(at("loop"), Category::system).find("loop'"), std::string::npos);
  EXPECT_EQ(entries(at("")), 2);
}

TEST_F(NewFolders, WhoeverWasFasterStays) {
  fs::create_directory(at("there"));
  for (const char* name : {"there", "new"}) {
    NewFolder folder(at(name));
    write_program(folder);
    fs::create_directory(at("new"));
    write(at(name) + std::string("/job.toml"));
    EXPECT_THROW(folder.put_in_place("job.toml"), weft::Error) << name;
  }
  EXPECT_EQ(entries(at("there")), 1);
  EXPECT_EQ(entries(at("new")), 1);
}

}  // namespace
