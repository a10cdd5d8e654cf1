// SPDX-License-Identifier: Apache-2.0
// Variables of the environment: a value that means nothing is told, not passed over.
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/environment.hpp"
#include "base/error.hpp"

namespace weft {
namespace {

constexpr const char* name = "WEFT_TEST_VARIABLE";

std::string said(const char* value, bool of_folder) {
  setenv(name, value, 1);
  try {
    if (of_folder) return "folder " + environment_folder(name);
    return environment_switch(name) ? "on" : "off";
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(Environment, ASwitchIsOneOrZero) {
  EXPECT_EQ(said("1", false), "on");
  EXPECT_EQ(said("0", false), "off");
  EXPECT_EQ(said("", false), "off");
  EXPECT_EQ(said("yes", false), "WEFT_TEST_VARIABLE: 'yes' is neither 0 nor 1");
  unsetenv(name);
  EXPECT_FALSE(environment_switch(name));
}

TEST(Environment, AFolderIsThere) {
  EXPECT_EQ(said("/", true), "folder /");
  EXPECT_EQ(said("", true), "folder ");
  EXPECT_EQ(said("/no/such/folder", true), "WEFT_TEST_VARIABLE: '/no/such/folder' is no folder");
}

}  // namespace
}  // namespace weft
