// SPDX-License-Identifier: Apache-2.0
// `weft trace layers`: what each node of a compiled model took.
#include "cli/trace/trace_layers.hpp"

#include <nlohmann/json.hpp>

#include "base/log.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

int layers(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const analysis::Layers found = analysis::read_layers(reader);
  log::print(analysis::describe_layers(found));
  options.json.write(context.world, [&] { return cli::json_of(found); });
  return 0;
}

}  // namespace

Json json_of(const analysis::Layers& layers) {
  Json list = Json::array();
  for (const analysis::LayerTime& layer : layers.list) {
    Json one{{"name", layer.name},
             {"source", layer.source},
             {"begin", layer.begin},
             {"end", layer.end},
             {"cycles", layer.cycles}};
    if (layer.times != 0) one["times"] = layer.times;
    if (layers.together) one["busy_share"] = layer.busy_share();
    for (const auto& [kind, cycles] : layer.parts) one["by_kind"][kind] = cycles;
    list.push_back(std::move(one));
  }
  return {{"cycles", layers.run_cycles},
          {"at_the_same_time", layers.together},
          {"meaning", layers.meaning},
          {"layers", std::move(list)}};
}

void add_trace_layers(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  add_trace_command(trace, context, options, layers, "layers",
                    "What each layer of a program took: each node of a compiled model");
}

}  // namespace weft::cli
