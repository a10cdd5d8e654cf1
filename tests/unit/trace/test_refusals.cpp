// SPDX-License-Identifier: Apache-2.0
// What the writer refuses, on every rank alike, and what it then leaves behind: nothing.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "support/sample_trace.hpp"
#include "support/scratch.hpp"
#include "trace/tensors.hpp"
#include "trace/writer.hpp"

namespace weft::trace {
namespace {

using namespace weft::test;

class TraceRefusal : public Scratch {
 protected:
  /// Runs `work`, which must fail with this category and text, the same on all ranks.
  template <typename Work>
  void expect_refusal(Category category, const std::string& text, const Work& work) const {
    std::uint64_t code = 0;
    try {
      work();
      ADD_FAILURE() << "nothing was refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.category(), category) << error.what();
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
      code = std::hash<std::string>{}(error.what());
    }
    EXPECT_EQ(world().min(code), world().max(code)) << "ranks disagree";
  }
  /// No file in the scratch directory is left.
  void expect_nothing_left() const {
    world().barrier();
    EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::path(path("x")).parent_path()));
  }
};

TEST_F(TraceRefusal, APathThatCannotBeWritten) {
  if (world().is_root()) std::ofstream(path("file")) << "not a directory";
  world().barrier();
  for (const auto& bad : {path("file") + "/a.h5", path("none/a.h5")}) {
    expect_refusal(Category::system, "cannot write " + bad,
                   [&] { write_sample(world(), sample_settings(bad, TraceLevel::runs), 10); });
  }
  std::filesystem::remove(path("file"));
  expect_nothing_left();
}

TEST_F(TraceRefusal, AFileThatIsNoTraceStaysAsItIs) {
  const auto bytes_of = [this](const char* name) {
    std::ifstream in(path(name), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  if (world().is_root()) {
    std::ofstream(path("notes")) << "mine";
    Tensor values{ElementType::f32, {2}, std::vector<std::byte>(8)};
    write_tensors(path("inputs.h5"), {{"x", values}});
  }
  world().barrier();
  const std::string inputs = bytes_of("inputs.h5");
  for (const char* name : {"notes", "inputs.h5"}) {
    expect_refusal(Category::input, "a file is there that is no trace", [&] {
      write_sample(world(), sample_settings(path(name), TraceLevel::runs), 10);
    });
  }
  EXPECT_EQ(bytes_of("notes"), "mine");
  EXPECT_EQ(bytes_of("inputs.h5"), inputs);
  world().barrier();
  if (world().is_root()) {
    std::filesystem::remove(path("notes"));
    std::filesystem::remove(path("inputs.h5"));
  }
  expect_nothing_left();
}

TEST_F(TraceRefusal, NotOfAnEarlierTraceNorOfAnEmptyFile) {
  if (world().is_root()) std::ofstream(path("t.h5"));
  world().barrier();
  const auto write = [&] {
    return write_sample(world(), sample_settings(path("t.h5"), TraceLevel::runs), 10);
  };
  EXPECT_EQ(write(), write());
}

TEST_F(TraceRefusal, APathThatIsAPipe) {
  if (world().is_root()) {
    ASSERT_EQ(mkfifo(path("p.h5").c_str(), 0600), 0);
  }
  world().barrier();
  expect_refusal(Category::system, "a trace needs a file", [&] {
    write_sample(world(), sample_settings(path("p.h5"), TraceLevel::runs), 10);
  });
  world().barrier();
  EXPECT_TRUE(std::filesystem::is_fifo(path("p.h5")));
  EXPECT_FALSE(std::filesystem::exists(path("p.h5.tmp")));
}

TEST_F(TraceRefusal, APathIsOwnedWhileItIsWritten) {
  const Settings settings = sample_settings(path("t.h5"), TraceLevel::runs);
  {
    const trace::Writer first(world(), settings, sample_machine(world()), sample_streams());
    world().barrier();
    EXPECT_TRUE(std::filesystem::exists(path("t.h5.lock")));
    EXPECT_TRUE(std::filesystem::exists(path("t.h5.tmp")));
    world().barrier();  // rank 0 lets go after all have looked
  }
  world().barrier();
  expect_nothing_left();
}

TEST_F(TraceRefusal, APathThatIsADirectory) {
  if (world().is_root()) std::filesystem::create_directory(path("d.h5"));
  world().barrier();
  expect_refusal(Category::system, "d.h5: Is a directory", [&] {
    write_sample(world(), sample_settings(path("d.h5"), TraceLevel::runs), 10);
  });
  world().barrier();
  EXPECT_FALSE(std::filesystem::exists(path("d.h5.tmp")));
}

TEST_F(TraceRefusal, AFileSizeLimitInTheMiddleOfTheRun) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const MachineInfo machine = sample_machine(world());
  Settings settings = sample_settings(path("a.h5"), TraceLevel::runs);
  Recorder recorder(settings.level, sample_streams());
  Writer writer(world(), settings, machine, sample_streams());
  const rlimit small{64U << 10U, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  if (world().is_root()) recorder.append(0, {3, TileId{0}, 0, 0, 0, 0, 0, 0});
  expect_refusal(Category::system, "limit for a file is 65536",
                 [&] { writer.write_epoch(recorder, 20, sample_counters(machine.slice, 20)); });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  expect_nothing_left();
}

TEST_F(TraceRefusal, AnEpochTooLargeSaysWhatFits) {
  Settings settings = sample_settings(path("a.h5"), TraceLevel::full);
  settings.epoch_cycles = 50;
  settings.epoch_bytes_max = 2000 * sizeof(EventRow);
  expect_refusal(Category::limit, "set trace.epoch_cycles to at most ",
                 [&] { write_sample(world(), settings, 100); });
  expect_nothing_left();
  settings.epoch_cycles = 10;
  EXPECT_EQ(write_sample(world(), settings, 20).size(), 32U);
}

TEST_F(TraceRefusal, TwoRowsWithOneKey) {
  const MachineInfo machine = sample_machine(world());
  const Settings settings = sample_settings(path("a.h5"), TraceLevel::runs);
  Recorder recorder(settings.level, sample_streams());
  Writer writer(world(), settings, machine, sample_streams());
  // The first and the last rank hold one of them each, or one rank both.
  for (const int rank : {0, world().size() - 1}) {
    if (world().rank() == rank) recorder.append(1, {7, TileId{3}, 2, 0, 0, 0, 0, 0});
  }
  expect_refusal(Category::internal, "key cycle 7, tile 3, sequence 2",
                 [&] { writer.write_epoch(recorder, 20, sample_counters(machine.slice, 20)); });
  expect_nothing_left();
}

TEST_F(TraceRefusal, AnUnfinishedWriterLeavesNoFile) {
  {
    const MachineInfo machine = sample_machine(world());
    Recorder recorder(TraceLevel::runs, sample_streams());
    Writer writer(world(), sample_settings(path("a.h5"), TraceLevel::runs), machine,
                  sample_streams());
    writer.write_epoch(recorder, 20, sample_counters(machine.slice, 20));
  }
  expect_nothing_left();
}

TEST_F(TraceRefusal, AResultWhoseNameIsAPath) {
  const MachineInfo machine = sample_machine(world());
  Recorder recorder(TraceLevel::summary, sample_streams());
  Writer writer(world(), sample_settings(path("a.h5"), TraceLevel::summary), machine,
                sample_streams());
  Summary summary = sample_summary(10);
  summary.results[0].name = "a/b";
  expect_refusal(Category::input, "result 'a/b'",
                 [&] { writer.close(recorder, summary, sample_counters(machine.slice, 10)); });
  expect_nothing_left();
}

TEST_F(TraceRefusal, ACounterOrACycleThatReadersWouldRound) {
  const Settings settings = sample_settings(path("a.h5"), TraceLevel::summary);
  const Cycle end = Cycle{1} << 53U;
  const auto run = [&](std::uint64_t value, Cycle cycles) {
    const MachineInfo machine = sample_machine(world());
    Recorder recorder(settings.level, sample_streams());
    Writer writer(world(), settings, machine, sample_streams());
    auto counters = sample_counters(machine.slice, 1);
    if (world().rank() == world().size() - 1) counters[1].values.back() = value;
    writer.write_epoch(recorder, cycles, counters);
    writer.abandon();
    world().barrier();
  };
  run(end - 1, end - 1);
  expect_refusal(Category::limit, "counter 'link_words' has come to 9007199254740992",
                 [&] { run(end, 20); });
  expect_refusal(Category::limit, "the run's cycle has come to 9007199254740992",
                 [&] { run(end - 1, end); });
  expect_nothing_left();
}

}  // namespace
}  // namespace weft::trace
