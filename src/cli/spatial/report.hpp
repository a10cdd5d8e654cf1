// SPDX-License-Identifier: Apache-2.0
// What `weft spatial` says of a program that has run.
#pragma once

#include <cstdint>
#include <string>

#include "cli/job/doors/spatial_job.hpp"
#include "cli/json_output.hpp"

namespace weft::cli {

/// "GEMM_6: passed (2 assertions), on plasticine".
std::string spatial_verdict(const std::string& class_name, const std::string& how, Verdict verdict,
                            std::uint32_t assertions);
/// Of each Accel: cycles, the busiest unit, units, DRAM; then what the run rests on.
std::string spatial_summary(const SpatialJob& done);

/// File, class, verdict; `why` it failed, if it did.
Json spatial_json_head(const std::string& file, const std::string& class_name, Verdict verdict,
                       const std::string& why);
void add_spatial_launches(Json& out, const SpatialJob& done);

}  // namespace weft::cli
