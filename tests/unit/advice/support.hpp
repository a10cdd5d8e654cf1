// SPDX-License-Identifier: Apache-2.0
// What tests of the advisor share: models of a file, and tables that a test changes.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "advice/advise.hpp"
#include "base/error.hpp"
#include "frontends/onnx/import.hpp"
#include "support/onnx_node.hpp"

namespace weft::advice {

/// A folder of a test, gone at its end.
class Folder {
 public:
  Folder() {
    static std::atomic<int> number = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("weft-advice-" + std::to_string(::getpid()) + "-" + std::to_string(number++));
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline graph::SourceModel listed(const test::OnnxModel& model, const onnx::Options& options = {}) {
  const Folder folder;
  test::write_file(folder.path("model.onnx"), model.bytes());
  return onnx::list_model(folder.path("model.onnx"), options);
}

inline Target target_named(const std::string& name) {
  return {name, std::make_shared<const topology::Topology>(topology::load_topology(name))};
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The repository's tables in a folder of a test, to be changed.
class OwnTables {
 public:
  OwnTables() {
    std::filesystem::copy(std::string(WEFT_SOURCE_DIR) + "/advice", folder_.path("advice"),
                          std::filesystem::copy_options::recursive);
  }
  std::string path(const std::string& file) const { return folder_.path("advice/" + file); }
  /// Puts `now` for `was` once; fails the test where it is not there.
  void change(const std::string& file, const std::string& was, const std::string& now) const {
    std::string text = text_of_file(path(file));
    const std::size_t at = text.find(was);
    ASSERT_NE(at, std::string::npos) << was << " is not in " << file;
    text.replace(at, was.size(), now);
    test::write_file(path(file), text);
  }
  Tables load() const { return load_tables(folder_.path("advice")); }
  /// What the loader says against them; "" where it takes them.
  std::string refusal() const {
    try {
      (void)load();
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), Category::input);
      return error.what();
    }
  }

 private:
  Folder folder_;
};

}  // namespace weft::advice
