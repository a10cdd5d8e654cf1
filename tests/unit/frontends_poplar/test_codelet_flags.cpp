// SPDX-License-Identifier: Apache-2.0
// Flags for the IPU's compiler become flags of the host's; cache keys and files.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/codelet_cache.hpp"
#include "frontends/poplar/codelet_flags.hpp"
#include "frontends/poplar/codelet_process.hpp"
#include "frontends/poplar/codelet_wrapper.hpp"

namespace {

using namespace weft::frontends::poplar;
using Words = std::vector<std::string>;

TEST(CodeletFlags, AreSplitAsAShellDoes) {
  EXPECT_EQ(split_flags("  -O3 -DNAME='a b' \"-I/x y\" -D'Q=\"z\"' a\\ b ''"),
            (Words{"-O3", "-DNAME=a b", "-I/x y", "-DQ=\"z\"", "a b", ""}));
  EXPECT_TRUE(split_flags("").empty());
}

TEST(CodeletFlags, WhatHasAMeaningIsKept) {
  const CompilerFlags flags =
      host_flags({"-O2", "-DX=1", "-I", "inc", "-g", "-Wall", "-Wno-unused", "-include", "a.h"});
  EXPECT_EQ(flags.preprocess, (Words{"-DX=1", "-I", "inc", "-include", "a.h"}));
  EXPECT_EQ(flags.compile, (Words{"-O2", "-g", "-Wall", "-Wno-unused"}));
  EXPECT_EQ(flags.standard, "-std=gnu++17");
}

TEST(CodeletFlags, TheVendorsOwnAreDropped) {
  const CompilerFlags flags = host_flags({"-target", "ipu2", "-mcpu=ipu2", "-Xclang", "-foo",
                                          "-ffast-math", "-march=native", "-mllvm", "-bar"});
  EXPECT_TRUE(flags.preprocess.empty());
  EXPECT_TRUE(flags.compile.empty());
  EXPECT_EQ(host_flags({"-Ofast"}).compile, (Words{"-O3"}));
}

/// What flags fail with.
std::string told(const Words& flags) {
  try {
    host_flags(flags);
  } catch (const weft::Error& error) {
    return error.what();
  }
  return "";
}

TEST(CodeletFlags, OthersAreRefused) {
  EXPECT_EQ(told({"-O3", "-funrol-loops"}),
            "codelets have no flag '-funrol-loops' (did you mean '-funroll-loops'?)");
  EXPECT_EQ(told({"-O9"}).rfind("codelets have no flag '-O9' (did you mean '-O", 0), 0U);
  EXPECT_EQ(told({"--optimise-it"}), "codelets have no flag '--optimise-it'");
  EXPECT_EQ(told({"-S"}), "the codelet flag -S is unsupported: there is no code of an IPU to show");
  EXPECT_EQ(told({"-Wdouble-promotion", "-fno-exceptions", "--target", "ipu2", "-c"}), "");
  EXPECT_EQ(told({"-mllvm"}), "the codelet flag -mllvm lacks a value");
}

TEST(CodeletFlags, TheUsersStandardWinsFromCpp17On) {
  EXPECT_EQ(host_flags({"-std=c++20"}).standard, "-std=gnu++20");
  EXPECT_EQ(host_flags({"-std=c++11"}).standard, "-std=gnu++17");
  EXPECT_THROW(host_flags({"-std=c++99"}), weft::Error);
  EXPECT_THROW(host_flags({"stray"}), weft::Error);
  EXPECT_THROW(host_flags({"-D"}), weft::Error);
}

TEST(CodeletWrapper, TargetAttributesVanish) {
  const std::string source =
      "__attribute__((target(\"worker\"))) f; __attribute__((target ( \"supervisor\" ), used)) g; "
      "target(\"worker\", 1); target = 3;";
  const std::string out = without_target_attributes(source);
  EXPECT_EQ(out.size(), source.size());
  EXPECT_EQ(out.rfind("__attribute__((                )) f; ", 0), 0U) << out;
  EXPECT_EQ(out.find("supervisor"), std::string::npos);
  EXPECT_NE(out.find("target(\"worker\", 1); target = 3;"), std::string::npos);
}

TEST(CodeletCache, KeepsWholeFilesOnly) {
  const ScratchFolder scratch;
  const CodeletCache cache(scratch.file("cache"));
  const std::string library =
      "\x7f"
      "ELF and more";
  EXPECT_FALSE(cache.find("key").has_value());
  cache.store("key", library);
  EXPECT_EQ(cache.find("key"), library);
  write_file(scratch.file("cache/codelets/key.so"), "");  // a disk that was full
  EXPECT_FALSE(cache.find("key").has_value());
  const auto files = std::filesystem::directory_iterator(scratch.file("cache/codelets"));
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(CodeletCache, AFolderThatCannotBeWrittenKeepsNothing) {
  const CodeletCache cache("/dev/null/nowhere");
  cache.store("key",
              "\x7f"
              "ELF");
  EXPECT_FALSE(cache.find("key").has_value());
}

TEST(CodeletCache, KeysDiffer) {
  EXPECT_EQ(content_key("a").size(), 32U);
  EXPECT_NE(content_key("a"), content_key("b"));
  EXPECT_NE(content_key(""), content_key(std::string(1, '\0')));
}

TEST(CodeletProcess, SaysWhatCannotBeRun) {
  try {
    run_process({"weft-no-such-compiler"});
    FAIL();
  } catch (const weft::Error& error) {
    EXPECT_EQ(error.category(), weft::Category::system);
    EXPECT_NE(std::string(error.what()).find("weft-no-such-compiler"), std::string::npos);
  }
  const ProcessResult done = run_process({"sh", "-c", "echo out; echo err >&2; exit 3"});
  EXPECT_EQ(done.status, 3);
  EXPECT_EQ(done.messages, "out\nerr\n");
}

}  // namespace
