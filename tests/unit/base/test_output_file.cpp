// SPDX-License-Identifier: Apache-2.0
// Output files are whole or absent; links are followed, devices and pipes stay what they are.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/error.hpp"
#include "base/output_file.hpp"

namespace weft {
namespace {

namespace fs = std::filesystem;

class OutputFiles : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("weft-output-" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  template <typename Action>
  void expect_refusal(const std::string& name, const std::string& reason, const Action& action,
                      Category category = Category::system) {
    try {
      action();
      ADD_FAILURE() << name << " was written";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), category);
      EXPECT_NE(std::string(error.what()).find(name + ": " + reason), std::string::npos)
          << error.what();
    }
  }

  fs::path folder_;
};

// Before long work, not at its end: its file beside could not be made.
TEST_F(OutputFiles, ANameWithoutRoomForItsFileBesideIsRefusedBefore) {
  const std::string name(250, 'n');
  expect_refusal(path(name), "File name too long", [&] { require_writable(path(name)); });
  require_writable(path("short"));
  EXPECT_EQ(files(), 0U);
}

TEST_F(OutputFiles, ReplacesWholeFilesAndLeavesNoOther) {
  write_file(path("a"), "first");
  fs::permissions(path("a"), fs::perms{0640});
  write_file(path("a"), "2");
  EXPECT_EQ(content(path("a")), "2");
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms{0640});
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFiles, NothingAppearsBeforeItIsCommitted) {
  write_file(path("a"), "old");
  {
    OutputFile given_up(path("a"));
    given_up.stream() << std::string(1U << 20U, 'x');
    OutputFile other(path("a"));
    other.stream() << "other";
    other.commit();
    EXPECT_EQ(content(path("a")), "other");
  }
  EXPECT_EQ(content(path("a")), "other");
  EXPECT_EQ(files(), 1U);
}

TEST_F(OutputFiles, LibrariesCanOpenWhatIsBeingWritten) {
  OutputFile file(path("a"), OutputFile::Opened::by_name);
  std::ofstream(file.open_name(), std::ios::binary | std::ios::trunc) << "by name";
  file.commit();
  EXPECT_EQ(content(path("a")), "by name");
}

TEST_F(OutputFiles, FollowsLinksToAFileThatIsThereOrNot) {
  fs::create_directory(path("d"));
  fs::create_symlink("d/real", path("one"));
  fs::create_symlink(path("one"), path("two"));
  for (const char* text : {"made", "replaced"}) {
    require_writable(path("two"));
    write_file(path("two"), text);
    EXPECT_EQ(content(path("d/real")), text);
  }
  EXPECT_TRUE(fs::is_symlink(path("one")) && fs::is_symlink(path("two")));
  EXPECT_EQ(require_regular(path("one"), "a trace"), path("d/real"));
}

TEST_F(OutputFiles, RefusesWhatIsNoPlaceForAFile) {
  write_file(path("file"), "x");
  fs::create_symlink("loop", path("loop"));
  const std::pair<const char*, const char*> bad[] = {{"file/b", "Not a directory"},
                                                     {"none/b", "No such file"},
                                                     {"loop", "Too many levels"},
                                                     {".", "Is a directory"}};
  for (const auto& [name, reason] : bad) {
    expect_refusal(path(name), reason, [&, n = name] { require_writable(path(n)); });
    expect_refusal(path(name), reason, [&, n = name] { write_file(path(n), "x"); });
  }
}

TEST_F(OutputFiles, WritesAPipeInPlace) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  fs::create_symlink("pipe", path("link"));
  require_writable(path("link"));
  std::string got;
  std::thread reader([&] { got = content(path("pipe")); });
  write_file(path("link"), "through");
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
  expect_refusal(path("pipe"), "it is a device or a pipe, and a trace needs a file",
                 [&] { require_regular(path("pipe"), "a trace"); });
}

TEST_F(OutputFiles, AFullDeviceIsToldAndStaysADevice) {
  fs::create_symlink("/dev/full", path("link"));
  require_writable(path("link"));
  expect_refusal(path("link"), "No space left on device", [&] { write_file(path("link"), "x"); });
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(OutputFiles, ADeviceNodeStaysADeviceNode) {
  // A node of our own: what went wrong as root must not cost the machine its /dev.
  if (mknod(path("node").c_str(), S_IFCHR | 0600, makedev(1, 7)) != 0) {
    GTEST_SKIP() << "this user may make no device nodes";
  }
  const int probe = open(path("node").c_str(), O_WRONLY);
  if (probe < 0) GTEST_SKIP() << "no devices on this file system";
  close(probe);
  expect_refusal(path("node"), "No space left on device", [&] { write_file(path("node"), "x"); });
  EXPECT_TRUE(fs::is_character_file(path("node")));
}

TEST_F(OutputFiles, ADescriptorOfThisProcessIsWrittenWhereItStands) {
  const int file = open(path("a").c_str(), O_CREAT | O_RDWR, 0600);
  ASSERT_EQ(write(file, "before ", 7), 7);
  write_file("/dev/fd/" + std::to_string(file), "after");
  close(file);
  EXPECT_EQ(content(path("a")), "before after");
}

TEST_F(OutputFiles, AUsersFileOfAnotherKindIsKept) {
  const auto ask = [&] { require_kind(path("a"), {"{", "["}, "JSON"); };
  EXPECT_NO_THROW(ask());
  for (const char* own : {"", "{}", "[1]"}) {
    write_file(path("a"), own);
    EXPECT_NO_THROW(ask()) << own;
  }
  write_file(path("a"), "\x08\x07 a model");
  expect_refusal(path("a"), "is not JSON", ask, Category::input);
  EXPECT_NO_THROW(require_kind("-", {"{"}, "JSON"));
}

TEST_F(OutputFiles, ADashIsStandardOutput) {
  testing::internal::CaptureStdout();
  write_file("-", "here");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "here");
  EXPECT_THROW(require_regular("-", "a trace"), Error);
}

}  // namespace
}  // namespace weft
