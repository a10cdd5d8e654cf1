// SPDX-License-Identifier: Apache-2.0
// The heat maps that a job asks for.
#include "cli/job/job_pictures.hpp"

namespace weft::cli {

void write_pictures(const Job& /*job*/) {}

}  // namespace weft::cli
