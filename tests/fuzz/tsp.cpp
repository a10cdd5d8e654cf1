// SPDX-License-Identifier: Apache-2.0
// Fuzzes the readers of TSP schedules and tensor programs; a schedule that is read and that the
// program form allows prints and reads back as itself, a tensor program is valid.
#include "frontends/tsp/tsp.hpp"

#include <stdexcept>
#include <string>

#include "base/error.hpp"
#include "frontends/tsp/tensor_text.hpp"
#include "fuzz/target.hpp"

namespace weft::fuzz {

namespace {

/// Whether it is a tensor program; what is none is most often a schedule.
bool read_tensors(const std::string& input, const tsp::ReadLimits& limits) {
  program::tsp::TensorProgram tensors;
  try {
    tensors = tsp::parse_tensors(input, "fuzz.tensors", limits);
  } catch (const Error&) {
    return false;
  }
  try {
    validate(tensors);
  } catch (const Error& error) {
    throw std::logic_error(std::string("a tensor program is read, but not valid: ") + error.what());
  }
  return true;
}

void read(const std::string& input) {
  tsp::ReadLimits limits;
  limits.instructions = 20'000;
  limits.constant_bytes = 1U << 20U;
  limits.chips = 256;
  if (read_tensors(input, limits)) return;
  const auto program = tsp::parse(input, "fuzz.tsp", {}, limits);
  validate(program);
  const std::string text = tsp::print(program);
  if (tsp::print(tsp::parse(text, "printed.tsp", {}, limits)) != text) {
    throw std::logic_error("the printed schedule does not read back as itself");
  }
}

}  // namespace

Target target() {
  Target fuzzed;
  fuzzed.corpus = files_below("kernels", ".tsp");
  fuzzed.corpus.emplace_back(
      "map m = 15..0\nconstant k: f32[2] in mem.e0..3 bank 1 word 7 = 1.5, -0\n"
      "a: mxm.e0.activations activate f16 half 1 e4..5 using unnamed @ 120 times 8 every 3\n"
      "mxm.e0.results accumulate i8 add acc[3 step 1] using a[0] -> w0..3 @ effect(a) times 8\n"
      "sxm.w.distribute distribute m, e7 -> e1 @ 60\n"
      "x: mem.e20..21 gather b0[4, per 2 step 4] by w2..3 -> e4..5 @ 90\n"
      "mem.w8..9 scatter e6..7 = ($1, $3[3 step 0]) by e8..9 -> b1[4 step -2] @ 91 times 3\n");
  for (const std::string& text : files_below("kernels", ".tensors")) fuzzed.corpus.push_back(text);
  fuzzed.corpus.emplace_back(
      "input x: i8[1, 6, 8, 16]\ninput w: i8[3, 2, 16, 8]\nconstant k: f32[2] = 1.5, -inf\n"
      "c = conv x, w stride 2, 3 pad 1, 2, 3, 4 pad_value -5\nh = convert c to i8\n"
      "m = max_pool h window 2, 3 stride 1, 2 pad 1, 0, 2, 1\np = sum_pool h window 2, 2\n"
      "r = reshape m to [1, 12, 8]\ne = exp k\noutput r, p, e\n");
  fuzzed.words = {"let ",      "map ",
                  "input ",    "output ",
                  "constant ", "schedule on chips ",
                  "read ",     "write ",
                  "gather ",   "scatter ",
                  "sync",      "load_weights ",
                  "mem.e0",    "mem.w43",
                  "vxm.15",    "mxm.e0.results ",
                  "c2c.w7 ",   "sxm.e.rotate ",
                  " at ",      " times ",
                  " every ",   " using ",
                  "chain ",    "[0 step 1]",
                  "..",        " -> ",
                  " @ ",       "$1",
                  "b1[",       ", per 2 step 3",
                  "e0..15",    "w31",
                  "fill ",     "hex \"00ff\"",
                  "arrival(",  "effect(x, -1)",
                  "\n",        "#",
                  "\"",        "9223372036854775807",
                  "-",         "hops(vxm, sxm.e)",
                  "matmul ",   " stride ",
                  " to ",      " = "};
  fuzzed.longest_bytes = 50'000;
  fuzzed.read = read;
  return fuzzed;
}

}  // namespace weft::fuzz
