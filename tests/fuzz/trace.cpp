// SPDX-License-Identifier: Apache-2.0
// Fuzzes the readers of traces and of job data: HDF5 and NPY files.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/error.hpp"
#include "comm/environment.hpp"
#include "fuzz/target.hpp"
#include "support/sample_trace.hpp"
#include "trace/reader.hpp"
#include "trace/tensor.hpp"

/// HDF5 1.10 loses memory of its own when it gives up on damaged metadata.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5\n"; }

/// HDF5 asks malloc for lengths that a damaged file claims, and gives up on null. Our own `new` of
/// such a length still ends the run.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }

namespace weft::fuzz {

namespace {

/// Files of this process; the next run of the same process id replaces them.
std::string scratch(const std::string& name) {
  static const auto folder = [] {
    auto path =
        std::filesystem::temp_directory_path() / ("weft-fuzz-trace-" + std::to_string(::getpid()));
    std::filesystem::create_directories(path);
    std::atexit([] {
      std::error_code ignored;
      std::filesystem::remove_all(std::filesystem::temp_directory_path() /
                                      ("weft-fuzz-trace-" + std::to_string(::getpid())),
                                  ignored);
    });
    return path;
  }();
  return folder / name;
}

std::string content(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Writes a trace in a process of its own, so that MPI never runs in this one.
std::string good_trace() {
  const std::string path = scratch("good.h5");
  const pid_t child = ::fork();
  if (child == 0) {
    int argc = 1;
    char name[] = "fuzz";
    char* arguments[] = {name, nullptr};
    char** argv = arguments;
    {
      const comm::Environment mpi(argc, argv);
      const auto world = comm::Communicator::world();
      auto settings = test::sample_settings(path, TraceLevel::full);
      settings.chunk_rows = 64;
      test::write_sample(world, settings, 30);
    }
    ::_exit(0);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) < 0 || status != 0) {
    throw std::runtime_error("cannot write the trace to begin with");
  }
  return content(path);
}

std::string good_tensor(const char* name) {
  trace::Tensor tensor{trace::ElementType::f32, {2, 3}, std::vector<std::byte>(24)};
  trace::write_tensor(scratch(name), std::string(name).ends_with(".npy") ? "" : "a/b", tensor);
  return content(scratch(name));
}

void read_everything(const trace::Reader& reader) {
  static_cast<void>(reader.config());
  static_cast<void>(reader.identity());
  for (const auto& stream : reader.streams()) {
    if (!stream.kept) continue;
    static_cast<void>(reader.rows(stream.info.name, 0, 100));
    static_cast<void>(reader.rows(stream.info.name, stream.rows / 2, 1000));
    static_cast<void>(reader.seek(stream.info.name, 10));
  }
  for (const auto& name : reader.counter_names()) static_cast<void>(reader.counter(name));
  for (const auto& name : reader.timeline_names()) static_cast<void>(reader.timeline(name, 0));
  for (const auto& name : reader.result_names()) static_cast<void>(reader.result(name));
  static_cast<void>(reader.phases());
  static_cast<void>(reader.definitions());
}

void read(const std::string& input) {
  const bool numpy = input.starts_with("\x93NUMPY");
  const std::string path = scratch(numpy ? "case.npy" : "case.h5");
  std::ofstream(path, std::ios::binary) << input;
  if (numpy) {
    static_cast<void>(trace::read_tensor(path));
    return;
  }
  try {
    static_cast<void>(trace::read_tensor(path, "a/b"));
  } catch (const Error&) {
    // Most inputs are traces, which have no such dataset.
  }
  read_everything(trace::Reader(path));
}

}  // namespace

Target target() {
  return {.corpus = {good_trace(), good_tensor("good.npy"), good_tensor("good_tensor.h5")},
          .words = {"OHDR", "OCHK", "TREE", "FRHP", "SNOD", "HEAP", "FSHD", "BTHD",
                    std::string("\xff\xff\xff\xff\xff\xff\xff\xff", 8), std::string(8, '\0'),
                    "'shape': (", "'descr': '<f4'", "99999999999999"},
          .longest_bytes = 400'000,
          .read = read};
}

}  // namespace weft::fuzz
