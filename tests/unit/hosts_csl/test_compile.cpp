// SPDX-License-Identifier: Apache-2.0
// What cslc does: parameters, the fabric's room, the folder that it leaves.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "hosts/csl/compile.hpp"
#include "hosts/csl/compiled.hpp"
#include "hosts/csl/definitions.hpp"
#include "hosts/csl/out_json.hpp"

namespace weft::hosts::csl {
namespace {

constexpr const char* layout_text = R"csl(
param columns: u16;
param way: color;
layout {
  @set_rectangle(columns, 1);
  for (@range(u16, columns)) |x| {
    @set_tile_code(x, 0, "pe.csl", .{ .way = way });
  }
  @export_name("kept", [*]u32, true);
}
)csl";
constexpr const char* tile_text = R"csl(
param way: color;
var kept = @constants([2]u32, @get_int(way));
var kept_pointer: [*]u32 = &kept;
task start() void { kept[1] = 3; }
comptime {
  @bind_local_task(start, @get_local_task_id(9));
  @export_symbol(kept_pointer, "kept");
}
)csl";

/// A folder with a program, removed at the end.
class Folder {
 public:
  Folder() {
    path_ = testing::TempDir() + "weft_cslc_" + std::to_string(getpid());
    std::filesystem::create_directories(path_);
    std::ofstream(path_ + "/layout.csl") << layout_text;
    std::ofstream(path_ + "/pe.csl") << tile_text;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  CompileOptions options() const {
    CompileOptions out;
    out.layout = path_ + "/layout.csl";
    out.machine = "cerebras-wse2";
    out.parameters = {{"columns", "0x2"}};
    out.colors = {{"way", "7"}};
    out.memcpy = true;
    out.place = FabricPlace{9, 3, 4, 1};
    return out;
  }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

std::string refusal(const CompileOptions& options) {
  try {
    compile(options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CslCompile, ParametersAndColorsReachTheLayout) {
  const Folder folder;
  const Compiled compiled = compile(folder.options());
  EXPECT_EQ(compiled.program.width, 2U);
  const auto& code = compiled.program.codes.front();
  ASSERT_EQ(code.symbols.front().exported, "kept");
  EXPECT_EQ(code.data.at(code.symbols.front().address), std::byte{7});
}

TEST(CslCompile, AFabricOfExactlyTheRightSizeHasRoom) {
  const Folder folder;
  CompileOptions options = folder.options();
  EXPECT_EQ(refusal(options), "");
  const auto without = [&](auto change) {
    CompileOptions less = folder.options();
    change(less);
    return refusal(less);
  };
  const std::string wanted = "a fabric of 9 x 3";
  EXPECT_NE(without([](auto& o) { --o.place->width; }).find(wanted), std::string::npos);
  EXPECT_NE(without([](auto& o) { --o.place->height; }).find(wanted), std::string::npos);
  EXPECT_NE(without([](auto& o) { --o.place->x; }).find(wanted), std::string::npos);
  EXPECT_NE(without([](auto& o) { --o.place->y; }).find(wanted), std::string::npos);
  options.memcpy = false;
  options.place = FabricPlace{2, 1, 0, 0};
  EXPECT_EQ(refusal(options), "");
}

TEST(CslCompile, WhatMeansNothingIsRefused) {
  const Folder folder;
  CompileOptions options = folder.options();
  options.parameters["way"] = "1";
  EXPECT_NE(refusal(options).find("'way' is in --params and in --colors"), std::string::npos);
  for (const std::string text : {"two", "--2", "0x", "0x-2", "2 ", "-"}) {
    options = folder.options();
    options.parameters["columns"] = text;
    EXPECT_NE(refusal(options).find("'columns:" + text + "' gives no number"), std::string::npos);
  }
  options = folder.options();
  options.machine = "graphcore-gc200";
  EXPECT_NE(refusal(options).find("is no wafer"), std::string::npos);
  options = folder.options();
  options.parameters["columns"] = "751";
  options.place.reset();
  EXPECT_NE(refusal(options).find("751"), std::string::npos);
}

TEST(CslCompiled, AFolderGivesBackWhatWasWritten) {
  const Folder folder;
  const Compiled compiled = compile(folder.options());
  write_compiled(folder.path("out"), compiled);
  const Compiled read = read_compiled(folder.path("out"));
  EXPECT_EQ(read.machine, compiled.machine);
  EXPECT_EQ(read.parameters, compiled.parameters);
  EXPECT_EQ(read.colors, compiled.colors);
  EXPECT_EQ(read.place, compiled.place);
  EXPECT_EQ(read.program, compiled.program);
}

TEST(CslCompiled, EveryCutAndEveryFlippedBitIsRefused) {
  const Folder folder;
  write_compiled(folder.path("out"), compile(folder.options()));
  const std::string path = folder.path("out/program.weft");
  std::ifstream in(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto refused = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    try {
      read_compiled(folder.path("out"));
    } catch (const Error& error) {
      return error.category() == Category::input;
    }
    return false;
  };
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 1 << place % 8);
    EXPECT_TRUE(refused(damaged)) << "bit " << place;
    EXPECT_TRUE(refused(whole.substr(0, place))) << "cut at " << place;
  }
  EXPECT_TRUE(refused(whole + "x"));
  EXPECT_FALSE(refused(whole));
}

TEST(CslCompiled, TasksHaveTheNamesOfTheirFunctions) {
  const Folder folder;
  const auto tables = definitions(compile(folder.options()).program);
  ASSERT_EQ(tables.size(), 2U);
  EXPECT_EQ(tables[0].entries.at(9), "start");
  EXPECT_EQ(tables[1].name, "vector_operations");
}

}  // namespace
}  // namespace weft::hosts::csl
