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
  const CountingFile file({6, 8});
  for (const std::string keys :
       {"", "order = 'column_major'\n", "layout = 'blocks'\nblock_rows = 3\n",
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

}  // namespace
}  // namespace weft::cli
