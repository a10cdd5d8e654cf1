// SPDX-License-Identifier: Apache-2.0
// Case S1: cycles a turn of scalar loops.
#include <string>
#include <vector>

#include "cli/validation/kernel_run.hpp"

namespace weft::cli::validation {
namespace {

struct Loop {
  const char* name;
  const char* machine;
  const char* function;  ///< of kernels/wse/scalar_loops
  double published;
  const char* source;
};

constexpr const char* access_source =
    "pr0f3ss/SpMM_Cerebras memory_access_latency, two sizes, fmacs left out";

/// COO: 65 and 1025 turns take 2237 and 34877 cycles. CSR and CSC: f + 8 r + 64 x = 2513 and
/// f + 32 r + 1024 x = 34553 have one solution in whole cycles with f near COO's 27: x = 32. GEMM:
/// 8 x 128 turns take 11317, less those 27.
constexpr Loop loops[] = {
    {"S1 GEMM addresses", "cerebras-wse2", "gemm_addresses", 11, access_source},
    {"S1 COO addresses", "cerebras-wse2", "coo_addresses", 34, access_source},
    {"S1 CSR addresses", "cerebras-wse2", "csr_addresses", 32, access_source},
    {"S1 counted loop", "cerebras-wse3", "count", 14, "happyandslow/WaferEngine notes"},
};

/// Collective: what one more turn takes.
double cycles_a_turn(Context& context, const Loop& loop) {
  constexpr std::uint32_t few = 8;
  constexpr std::uint32_t many = 40;
  double cycles = 0;
  const auto body = [&](engine::Session& session) {
    const auto first = static_cast<double>(launch(session, loop.function, {few}));
    const auto second = static_cast<double>(launch(session, loop.function, {many}));
    cycles = (second - first) / (many - few);
  };
  run_kernel(context, {loop.machine, "kernels/wse/scalar_loops/layout.csl", {}}, body);
  return share(context, cycles);
}

}  // namespace

std::vector<Row> s1(Context& context) {
  std::vector<Row> rows;
  for (const Loop& loop : loops) {
    Row row;
    row.name = loop.name;
    row.machine = loop.machine;
    row.published = loop.published;
    row.ours = cycles_a_turn(context, loop);
    row.bound_relative = 0.10;
    row.unit = "cycle/turn";
    row.source = loop.source;
    row.rests_on = take_grounds(context);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace weft::cli::validation
