// SPDX-License-Identifier: Apache-2.0
// Host arrays to tiles and back.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <numeric>

#include "base/error.hpp"
#include "cli/job/job_data.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/stream_words.hpp"
#include "support/world.hpp"

namespace weft::cli {
namespace {

JobCommand command(const std::string& rest) {
  static const std::string head =
      "[job]\nname = 'n'\n[machine]\ntopology = 'm'\n[program]\ncsl = 'l.csl'\n[[command]]\n";
  return read_job(topology::Document::parse_text(head + rest, "job.toml")).commands.at(0);
}

std::vector<float> floats(const std::vector<std::byte>& bytes) {
  std::vector<float> out(bytes.size() / sizeof(float));
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

/// A file with 0, 1, 2 ... of that shape, gone at the end of the test.
class CountingFile {
 public:
  explicit CountingFile(const std::vector<std::uint64_t>& shape) {
    const int rank = test::world().rank();
    path = std::filesystem::temp_directory_path() /
           ("weft_count_" + std::to_string(::getpid()) + "_" + std::to_string(rank) + ".npy");
    trace::Tensor tensor{trace::ElementType::f32, shape, {}};
    std::vector<float> values(tensor.elements());
    std::iota(values.begin(), values.end(), 0.0F);
    tensor.bytes.resize(values.size() * sizeof(float));
    std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    trace::write_tensor(path.string(), "", tensor);
  }
  ~CountingFile() { std::filesystem::remove(path); }
  CountingFile(const CountingFile&) = delete;
  CountingFile& operator=(const CountingFile&) = delete;

  std::filesystem::path path;
};

const Target any{"A", trace::ElementType::f32, 0};

TEST(JobData, BlocksOfAMatrix) {
  const CountingFile file({4, 6});
  const JobCommand in =
      command("copy_in = 'A'\nlayout = 'blocks'\ndata = '" + file.path.string() + "'\n");
  const TileData data = tile_data(in, any, {0, 0, 3, 2}, false);
  EXPECT_EQ(data.elements, 4U);
  const auto values = floats(data.bytes);
  EXPECT_EQ(std::vector<float>(values.begin() + 4, values.begin() + 8),
            (std::vector<float>{2, 3, 8, 9}));  // tile (1, 0)
  const JobCommand by_column =
      command("copy_in = 'A'\nlayout = 'blocks'\norder = 'column_major'\ndata = '" +
              file.path.string() + "'\n");
  const auto columns = floats(tile_data(by_column, any, {0, 0, 3, 2}, false).bytes);
  EXPECT_EQ(std::vector<float>(columns.begin() + 4, columns.begin() + 8),
            (std::vector<float>{2, 8, 3, 9}));
}

TEST(JobData, BothOrdersOfTheSdk) {
  const CountingFile file({24});
  const std::string source = "data = '" + file.path.string() + "'\n";
  const Rectangle region{0, 0, 3, 2};
  const auto rows =
      floats(tile_data(command("copy_in = 'A'\n" + source), any, region, false).bytes);
  EXPECT_EQ(rows[5 * 4 + 1], 21.0F);  // [h][w][l]
  const auto columns = floats(
      tile_data(command("copy_in = 'A'\norder = 'column_major'\n" + source), any, region, false)
          .bytes);
  // Tile (x 1, y 1), element 2: index y + x * 2 + e * 2 * 3.
  EXPECT_EQ(columns[(1 * 3 + 1) * 4 + 2], 1.0F + 2.0F + 12.0F);
}

TEST(JobData, OutIsTheInverseOfIn) {
  const CountingFile file({6, 8});  // for tiles in rows it would be another matrix
  for (const std::string keys : {"order = 'column_major'\n", "layout = 'blocks'\nblock_rows = 3\n",
                                 "layout = 'blocks'\nblock_rows = 3\norder = 'column_major'\n"}) {
    const JobCommand in =
        command("copy_in = 'A'\n" + keys + "data = '" + file.path.string() + "'\n");
    const Rectangle region{0, 0, 4, 2};
    const TileData data = tile_data(in, any, region, false);
    const trace::Tensor back = host_array(in, in.layout, region, data);
    const trace::Tensor original = trace::read_tensor(file.path.string());
    EXPECT_EQ(back.bytes, original.bytes) << keys;
  }
}

TEST(JobData, ItemsBecomeWordsOfEachTile) {
  const CountingFile file({3, 4});
  const JobCommand in = command("stream_in = 'S'\nregion = [0, 0, 1, 2]\nitems = [1, 2]\ndata = '" +
                                file.path.string() + "'\n");
  TileData data = tile_data(in, any, {0, 0, 1, 2}, true);
  EXPECT_EQ(data.items, 2U);
  EXPECT_EQ(data.elements, 2U);
  const std::vector<std::byte> words = to_words(data, 2, 0, 2);
  EXPECT_EQ(floats(words), (std::vector<float>{4, 5, 8, 9, 6, 7, 10, 11}));
  const std::vector<std::byte> before = data.bytes;
  from_words(words, 2, data);
  EXPECT_EQ(data.bytes, before);
}

TEST(JobData, PatternCountsTiles) {
  const JobCommand in = command(
      "copy_in = 'A'\npattern = { constant = -1, x = 1, y = 3, element = 5, modulo = 7 }\n");
  const TileData data = tile_data(in, {"A", trace::ElementType::f32, 2}, {0, 0, 2, 2}, false);
  EXPECT_EQ(floats(data.bytes), (std::vector<float>{6, 4, 0, 5, 2, 0, 3, 1}));
}

TEST(JobData, RefusesWhatDoesNotFit) {
  const CountingFile file({7});
  const JobCommand in = command("copy_in = 'A'\ndata = '" + file.path.string() + "'\n");
  EXPECT_THROW(tile_data(in, any, {0, 0, 2, 1}, false), Error);
  EXPECT_THROW(tile_data(in, {"A", trace::ElementType::f32, 6}, {0, 0, 1, 1}, false), Error);
  EXPECT_THROW(tile_data(in, {"A", trace::ElementType::f16, 8}, {0, 0, 1, 1}, false), Error);
  const JobCommand whole = command("copy_in = 'A'\nfill = 1.5\n");
  EXPECT_THROW(tile_data(whole, {"A", trace::ElementType::u16, 1}, {0, 0, 1, 1}, false), Error);
}

/// What is said of data; empty where they are taken.
std::string said_of(const std::string& keys, const Target& target, const Rectangle& region) {
  try {
    tile_data(command("copy_in = 'A'\n" + keys), target, region, false);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(JobData, ShapesAreTheTensorsUpToMergedNeighbours) {
  const auto said = [](const std::vector<std::uint64_t>& given,
                       const std::vector<std::uint64_t>& shape) {
    const CountingFile file(given);
    Target target{"A", trace::ElementType::f32, 1, true, shape};
    for (const std::uint64_t extent : shape) target.elements *= static_cast<std::uint32_t>(extent);
    return said_of("data = '" + file.path.string() + "'\n", target, {0, 0, 1, 1});
  };
  using Shape = std::vector<std::uint64_t>;
  for (const auto& [given, shape] : std::vector<std::pair<Shape, Shape>>{{{4, 6}, {4, 6}},
                                                                         {{24}, {4, 6}},
                                                                         {{4, 2, 3}, {4, 6}},
                                                                         {{4, 6}, {4, 2, 3}},
                                                                         {{1, 4, 1, 6}, {4, 6}},
                                                                         {{4, 6}, {4, 6, 1}},
                                                                         {{1}, {}},
                                                                         {{2, 2, 6}, {4, 6}}}) {
    EXPECT_EQ(said(given, shape), "");
  }
  EXPECT_EQ(
      said({6, 4}, {4, 6}),
      "job.toml:9:8: key 'command.0.data' is f32 [6, 4]; 'A' takes f32 [4, 6]: lengths in that "
      "order, of which neighbours may stand multiplied");
  EXPECT_NE(said({2, 12}, {4, 6}), "");
  EXPECT_NE(said({2, 3, 4}, {4, 6}), "");
  EXPECT_NE(said({4, 3, 2, 10}, {12, 4, 5}), "");
}

TEST(JobData, ShapesOfTilesAreTheirLayouts) {
  const auto said = [](const std::vector<std::uint64_t>& given, const std::string& keys) {
    const CountingFile file(given);
    return said_of(keys + "data = '" + file.path.string() + "'\n", any, {0, 0, 3, 2});
  };
  EXPECT_EQ(said({2, 3, 4}, ""), "");
  EXPECT_EQ(said({6, 4}, ""), "");
  EXPECT_EQ(said({24}, ""), "");
  EXPECT_EQ(said({4, 3, 2}, "order = 'column_major'\n"), "");
  EXPECT_EQ(said({4}, "layout = 'same'\n"), "");
  EXPECT_NE(
      said({4, 3, 2}, "").find("is f32 [4, 3, 2]; 'A' takes f32 [2, 3, 4]: lengths in that order"),
      std::string::npos);
  EXPECT_NE(said({2, 3, 4}, "order = 'column_major'\n"), "");
}

TEST(JobData, NumbersThatTheTypeDoesNotHoldAreRefused) {
  using trace::ElementType;
  const auto said = [](const std::string& keys, ElementType type) {
    return said_of(keys + "\n", {"A", type, 1}, {0, 0, 1, 1});
  };
  EXPECT_EQ(said("fill = 1e60", ElementType::f32),
            "job.toml:9:8: key 'command.0.fill' gives 1e+60, which is no f32");
  EXPECT_EQ(said("values = [16777217]", ElementType::f32),
            "job.toml:9:10: key 'command.0.values' gives 16777217, which is no f32");
  EXPECT_EQ(said("pattern = { modulo = 1, offset = 1, scale = 1e-60 }", ElementType::f32),
            "job.toml:9:11: key 'command.0.pattern' gives 1e-60, which is no f32");
  for (const auto& [number, type] :
       std::vector<std::pair<std::string, ElementType>>{{"300", ElementType::i8},
                                                        {"-129", ElementType::i8},
                                                        {"-1", ElementType::u16},
                                                        {"0.5", ElementType::i32},
                                                        {"2147483648", ElementType::i32},
                                                        {"65520", ElementType::f16},
                                                        {"2049", ElementType::f16},
                                                        {"-1e39", ElementType::f32},
                                                        {"1e-9", ElementType::f16},
                                                        {"256", ElementType::u8}}) {
    EXPECT_NE(said("fill = " + number, type), "") << number;
  }
  for (const auto& [number, type] :
       std::vector<std::pair<std::string, ElementType>>{{"-128", ElementType::i8},
                                                        {"0.1", ElementType::f16},
                                                        {"0.1", ElementType::f32},
                                                        {"16777216", ElementType::f32},
                                                        {"1e30", ElementType::f32},
                                                        {"65504", ElementType::f16},
                                                        {"-0.0", ElementType::f32},
                                                        {"4294967295", ElementType::u32},
                                                        {"6e-8", ElementType::f16}}) {
    EXPECT_EQ(said("fill = " + number, type), "") << number;
  }
}

TEST(JobData, IntegersOfTheOtherSignMustMeanTheSame) {
  for (const bool fits : {true, false}) {
    trace::Tensor tensor{trace::ElementType::u8, {2}, {std::byte{127}, std::byte{200}}};
    if (fits) tensor.bytes[1] = std::byte{0};
    const CountingFile file({1});
    trace::write_tensor(file.path.string(), "", tensor);
    const Target target{"A", trace::ElementType::i8, 2};
    EXPECT_EQ(
        said_of("data = '" + file.path.string() + "'\n", target, {0, 0, 1, 1}),
        fits ? ""
             : "job.toml:9:8: key 'command.0.data' is u8 [2]: element 1 is 200, which is no i8");
  }
}

}  // namespace
}  // namespace weft::cli
