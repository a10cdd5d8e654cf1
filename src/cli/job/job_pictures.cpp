// SPDX-License-Identifier: Apache-2.0
// The heat maps that a job asks for.
#include "cli/job/job_pictures.hpp"

#include "analysis/heatmap.hpp"
#include "analysis/picture_file.hpp"
#include "base/counted.hpp"
#include "base/log.hpp"
#include "cli/tile_shape.hpp"
#include "trace/reader.hpp"

namespace weft::cli {

void write_pictures(const Job& job) {
  if (job.trace.heat_maps.empty() || job.trace.level == TraceLevel::off) return;
  const trace::Reader reader(job.trace.path);
  for (const auto& [counter, picture] : job.trace.heat_maps) {
    const std::string subtitle = job.name + ", " + counted(reader.header().cycles, "cycle");
    const analysis::TileShape shape = tile_shape(reader.header());
    const auto drawn = analysis::draw_heatmap(reader.counter(counter), subtitle, shape);
    analysis::write_picture(drawn, picture);
    log::note("heat map of " + counter + " in " + picture);
  }
}

}  // namespace weft::cli
