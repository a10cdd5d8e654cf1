// SPDX-License-Identifier: Apache-2.0
// A directory that all ranks of a test share, gone at its end.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/world.hpp"

namespace weft::test {

class Scratch : public ::testing::Test {
 protected:
  Scratch() {
    const auto id = world().broadcast_value(::getpid());
    directory_ = std::filesystem::temp_directory_path() / ("weft-test-" + std::to_string(id));
    if (world().is_root()) std::filesystem::create_directories(directory_);
    world().barrier();
  }
  ~Scratch() override {
    world().barrier();
    if (world().is_root()) std::filesystem::remove_all(directory_);
  }
  std::string path(const std::string& name) const { return directory_ / name; }

 private:
  std::filesystem::path directory_;
};

}  // namespace weft::test
