// SPDX-License-Identifier: Apache-2.0
// Writes traces of the made-up run for tests that look at them from outside:
//   trace_tool sample PATH     one whole trace of 100 cycles at level full
//   trace_tool endless PATH    epochs until killed, with seals inside them; says "sealed" after the
//                              first one
//   trace_tool limited PATH    the sample with no file allowed beyond 64 KiB; must fail
#include <sys/resource.h>

#include <cstdio>
#include <cstring>

#include "base/error.hpp"
#include "comm/environment.hpp"
#include "support/sample_trace.hpp"

namespace weft::test {
namespace {

void write_endless(const comm::Communicator& world, const Settings& settings) {
  const MachineInfo machine = sample_machine(world);
  Recorder recorder(settings.level, sample_streams());
  trace::Writer writer(world, settings, machine, sample_streams());
  for (Cycle cycle = 0;; ++cycle) {
    for (std::uint32_t tile = 0; tile < region_width * region_height; ++tile) {
      const std::uint32_t x = tile % region_width;
      if (x >= machine.slice.x0 && x < machine.slice.x1()) record_tile(recorder, tile, cycle);
    }
    if (cycle + 1 == writer.bin_due()) {
      writer.write_bin(cycle + 1, sample_counters(machine.slice, cycle + 1));
    }
    if ((cycle + 1) % settings.epoch_cycles != 0) {
      if ((cycle + 1) % 7 == 0) {
        writer.seal(recorder, cycle + 1, sample_counters(machine.slice, cycle + 1));
      }
      continue;
    }
    writer.write_epoch(recorder, cycle + 1, sample_counters(machine.slice, cycle + 1));
    if (cycle + 1 == settings.epoch_cycles && world.is_root()) {
      std::puts("sealed");
      std::fflush(stdout);
    }
  }
}

int run(const comm::Communicator& world, const char* mode, const char* path) {
  if (std::strcmp(mode, "endless") == 0) {
    write_endless(world, sample_settings(path, TraceLevel::runs));
    return 0;
  }
  if (std::strcmp(mode, "limited") == 0) {
    const rlimit limit{1U << 16U, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 3;
  }
  const std::string hash = write_sample(world, sample_settings(path, TraceLevel::full), 100);
  if (world.is_root()) std::printf("%s\n", hash.c_str());
  return 0;
}

}  // namespace
}  // namespace weft::test

int main(int argc, char** argv) {
  const weft::comm::Environment mpi(argc, argv);
  const weft::comm::Communicator world = weft::comm::Communicator::world();
  if (argc != 3) return 2;
  try {
    return weft::test::run(world, argv[1], argv[2]);
  } catch (const weft::Error& error) {
    if (world.is_root()) std::fprintf(stderr, "%s\n", error.what());
    return error.code();
  }
}
