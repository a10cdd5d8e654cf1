// SPDX-License-Identifier: Apache-2.0
// What other programs need of the file as a container, whatever is in it: few attributes an
// object, strings one by one, their encoding, numbers that a double holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "support/former_trace.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"
#include "trace/reader.hpp"
#include "trace/writer.hpp"

namespace weft::trace {
namespace {

using namespace weft::test;

constexpr std::uint64_t exact = std::uint64_t{1} << 53U;
constexpr std::uint64_t low_word = 0xffffffffU;

/// Names in every form that a line has to carry.
std::vector<StringTable> hard_tables() {
  return {{"hard", {"two\nlines", "", "back\\slash", "\\n", "a\r", std::string("n\0l", 3), "é"}},
          {"last_is_empty", {"x", ""}},
          {"none", {}},
          {"one_empty", {""}},
          {"plain", {"ünicode"}}};
}

/// Rows whose arguments need more than 53 bits from `wide_from` on; the argument of `flows` never.
std::uint64_t argument_at(Cycle cycle, Cycle wide_from) {
  return cycle < wide_from ? cycle : (exact << (cycle % 11U)) + cycle * 12345U + 1U;
}

class TraceContainer : public Scratch {
 protected:
  /// A run of 60 cycles at level runs, with hard names.
  void write(const Settings& settings, Cycle wide_from) const {
    MachineInfo machine = sample_machine(world());
    machine.definitions = hard_tables();
    Recorder recorder(settings.level, sample_streams());
    Writer writer(world(), settings, machine, sample_streams());
    for (Cycle cycle = 0; cycle < 60; ++cycle) {
      for (std::uint32_t x = machine.slice.x0; x < machine.slice.x1(); ++x) {
        const std::uint64_t argument = argument_at(cycle, wide_from);
        recorder.append(0, {cycle, TileId{x}, 0, 0, 0, 0, 0, argument});
        recorder.append(1, {cycle, TileId{x}, 0, 0, 0, 0, 0, argument & low_word});
      }
      if ((cycle + 1) % settings.epoch_cycles == 0) {
        writer.write_epoch(recorder, cycle + 1, sample_counters(machine.slice, cycle + 1));
      }
    }
    Summary summary = sample_summary(60);
    summary.phases.push_back({"späte Phase", "launch", 59, 60});
    writer.close(recorder, world().is_root() ? summary : Summary{},
                 sample_counters(machine.slice, 60));
  }
  Settings settings(const std::string& name) const {
    Settings some = sample_settings(path(name), TraceLevel::runs);
    some.chunk_rows = 16;
    return some;
  }
};

/// Walks a file; what is wrong with any object becomes a test failure that names it.
herr_t look_at(hid_t root, const char* name, const ObjectInfo* info, void*) {
  const Id object(H5Oopen(root, name, H5P_DEFAULT), H5Oclose);
  EXPECT_LE(info->num_attrs, 8U) << name;
  for (hsize_t i = 0; i < info->num_attrs; ++i) {
    const Id attribute(
        H5Aopen_by_idx(object.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    char label[64] = {};
    H5Aget_name(attribute.get(), sizeof label, label);
    expect_one_marked_string(attribute.get(), H5I_ATTR, std::string(name) + ": " + label);
  }
  if (info->type != H5O_TYPE_DATASET) return 0;
  expect_one_marked_string(object.get(), H5I_DATASET, name);
  const Id type(H5Dget_type(object.get()), H5Tclose);
  if (H5Tequal(type.get(), H5T_STD_U64LE) <= 0) return 0;
  const std::vector<std::uint64_t> values = numbers_of(object.get());
  const bool wide = std::any_of(values.begin(), values.end(), [](auto v) { return v >= exact; });
  const bool beside = H5Lexists(root, (std::string(name) + "_low").c_str(), H5P_DEFAULT) > 0;
  EXPECT_EQ(beside, wide) << name;
  return 0;
}

TEST_F(TraceContainer, HoldsNothingThatAReaderStumblesOver) {
  Settings some = settings("a.h5");
  some.config = "# ein Kommentar: größer\n";
  some.program = "plain text\n";
  write(some, 30);
  if (!world().is_root()) return;
  const Id file(H5Fopen(path("a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  visit(file.get(), look_at);
  EXPECT_EQ(encoding_of(file.get(), "config"), H5T_CSET_UTF8);
  EXPECT_EQ(encoding_of(file.get(), "program"), H5T_CSET_ASCII);
  EXPECT_EQ(encoding_of(file.get(), "definitions/plain"), H5T_CSET_UTF8);
  EXPECT_EQ(encoding_of(file.get(), "events/tasks/kinds"), H5T_CSET_ASCII);
}

TEST_F(TraceContainer, NamesComeBackWhateverIsInThem) {
  write(settings("a.h5"), 100);
  if (!world().is_root()) return;
  const auto tables = Reader(path("a.h5")).definitions();
  const auto expected = hard_tables();
  for (const StringTable& table : expected) {
    const auto found = std::find_if(tables.begin(), tables.end(),
                                    [&](const StringTable& t) { return t.name == table.name; });
    ASSERT_NE(found, tables.end()) << table.name;
    EXPECT_EQ(found->entries, table.entries) << table.name;
  }
  EXPECT_EQ(Reader(path("a.h5")).phases().back().name, "späte Phase");
}

// Rows of epochs before the first wide one, chunks begun earlier and the other of the two files
// have the column as well.
TEST_F(TraceContainer, ALowWordStandsBesideArgumentsThatAreNoExactDoubles) {
  for (const bool crash_safe : {true, false}) {
    for (const Cycle wide_from : {0U, 1U, 30U, 59U, 100U}) {
      Settings some = settings("a.h5");
      some.crash_safe = crash_safe;
      write(some, wide_from);
      if (!world().is_root()) continue;
      const Id file(H5Fopen(path("a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
      EXPECT_LE(H5Lexists(file.get(), "events/flows/argument_low", H5P_DEFAULT), 0);
      const bool wide = H5Lexists(file.get(), "events/tasks/argument_low", H5P_DEFAULT) > 0;
      ASSERT_EQ(wide, wide_from < 60) << wide_from;
      if (!wide) continue;
      const Id column(H5Dopen2(file.get(), "events/tasks/argument_low", H5P_DEFAULT), H5Dclose);
      std::vector<std::uint64_t> expected;
      for (std::size_t i = 0; i < std::size_t{60} * region_width; ++i) {
        expected.push_back(argument_at(i / region_width, wide_from) & low_word);
      }
      EXPECT_EQ(numbers_of(column.get()), expected) << wide_from << crash_safe;
    }
  }
}

TEST_F(TraceContainer, TheFormBeforeIsReadAndALaterOneRefused) {
  write_sample(world(), sample_settings(path("a.h5"), TraceLevel::full), 100);
  if (!world().is_root()) return;
  const auto told = [this] {
    const Reader r(path("a.h5"));
    EXPECT_EQ(r.header().epochs, 5U);
    EXPECT_EQ(r.header().software, "weft");
    std::vector<std::string> all{r.config(), r.identity(), r.phases()[1].kind, r.header().hash};
    for (const auto& table : r.definitions()) {
      all.push_back(table.name);
      all.insert(all.end(), table.entries.begin(), table.entries.end());
    }
    for (const auto& stream : r.streams()) {
      all.insert(all.end(), stream.info.kinds.begin(), stream.info.kinds.end());
      all.push_back(std::to_string(r.rows(stream.info.name, 0, never).size()));
    }
    return all;
  };
  const auto now = told();
  EXPECT_TRUE(Reader(path("a.h5")).header().format_version.starts_with("2."));
  make_former(path("a.h5"));
  EXPECT_EQ(Reader(path("a.h5")).header().format_version, "1.2");
  EXPECT_EQ(told(), now);
  set_version(path("a.h5"), "3.0");
  try {
    Reader(path("a.h5"));
    ADD_FAILURE() << "nothing was refused";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()),
              "'" + path("a.h5") + "': has trace format 3.0; this weft reads 1.x and 2.x");
  }
}

}  // namespace
}  // namespace weft::trace
