// SPDX-License-Identifier: Apache-2.0
// `weft trace layers`: what each node of a compiled model took.
#include <nlohmann/json.hpp>

#include "analysis/layers.hpp"
#include "base/log.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

int layers(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const std::vector<analysis::LayerTime> list = analysis::read_layers(reader);
  log::print(analysis::describe_layers(list, reader.header().cycles));
  options.json.write(context.world, [&] {
    Json out = Json::array();
    for (const analysis::LayerTime& layer : list) {
      Json one{{"name", layer.name},
               {"times", layer.times},
               {"begin", layer.begin},
               {"end", layer.end},
               {"cycles", layer.cycles}};
      for (const auto& [kind, cycles] : layer.parts) one["by_kind"][kind] = cycles;
      out.push_back(one);
    }
    return Json{{"cycles", reader.header().cycles}, {"layers", out}};
  });
  return 0;
}

}  // namespace

void add_trace_layers(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  add_trace_command(trace, context, options, layers, "layers",
                    "What each layer of a program took: each node of a compiled model");
}

}  // namespace weft::cli
