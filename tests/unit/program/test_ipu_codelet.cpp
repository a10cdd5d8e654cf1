// SPDX-License-Identifier: Apache-2.0
// Codelets compiled in are found by name; bytes that are no library are refused.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "program/ipu_codelet.hpp"

namespace {

using namespace weft::program::ipu;

CodeletInfo named(const char* name) {
  CodeletInfo out;
  out.name = name;
  return out;
}

CodeletModule module_of(const CodeletInfo& codelet) {
  CodeletModule out;
  out.count = 1;
  out.codelets = &codelet;
  return out;
}

std::string refusal(const std::string& bytes) {
  try {
    load_codelets({reinterpret_cast<const std::byte*>(bytes.data()), bytes.size()});
  } catch (const weft::Error& error) {
    EXPECT_EQ(error.category(), weft::Category::input);
    return error.what();
  }
  return "";
}

TEST(IpuCodelet, ElementTypes) {
  EXPECT_EQ(bytes_of(ElementType::boolean), 1U);
  EXPECT_EQ(bytes_of(ElementType::half), 2U);
  EXPECT_EQ(bytes_of(ElementType::unsigned_long_long), 8U);
  EXPECT_EQ(name_of(ElementType::single), "float");
  EXPECT_EQ(name_of(ElementType::unsigned_int), "unsigned int");
}

TEST(IpuCodelet, RegisteredOnesAreFoundByName) {
  static const CodeletInfo codelet = named("test::First");
  static const CodeletModule module = module_of(codelet);
  EXPECT_EQ(find_registered_codelet("test::First").info, nullptr);
  register_codelets(module);
  register_codelets(module);  // again: nothing happens
  const RegisteredCodelet found = find_registered_codelet("test::First");
  EXPECT_EQ(found.info, &codelet);
  EXPECT_EQ(found.module, &module);
  EXPECT_EQ(find_codelet(module, "test::First"), &codelet);
  EXPECT_EQ(find_codelet(module, "test::Second"), nullptr);
}

TEST(IpuCodelet, OneNameIsOneCodelet) {
  static const CodeletInfo codelet = named("test::Twice");
  static const CodeletModule first = module_of(codelet);
  static const CodeletModule second = module_of(codelet);
  register_codelets(first);
  EXPECT_THROW(register_codelets(second), weft::Error);
}

TEST(IpuCodelet, RefusesWhatIsNoLibrary) {
  EXPECT_NE(refusal("").find("no codelet library"), std::string::npos);
  EXPECT_NE(refusal("class A : public Vertex {};").find("no codelet library"), std::string::npos);
  EXPECT_NE(refusal(std::string("\x7f"
                                "ELF") +
                    std::string(200, '\0'))
                .find("cannot be loaded"),
            std::string::npos);
}

}  // namespace
