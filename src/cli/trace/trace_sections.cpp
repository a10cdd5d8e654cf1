// SPDX-License-Identifier: Apache-2.0
// `weft trace sections`: what an RDU's sections spend their time with.
#include <nlohmann/json.hpp>

#include "analysis/sections.hpp"
#include "base/log.hpp"
#include "cli/trace/trace_command.hpp"
#include "trace/reader.hpp"

namespace weft::cli {
namespace {

int sections(const Context& context, const TraceOptions& options) {
  options.json.require_writable();
  const trace::Reader reader(options.file);
  const std::vector<analysis::SectionTime> list = analysis::read_sections(reader);
  log::print(analysis::describe_sections(list));
  options.json.write(context.world, [&] {
    Json out = Json::array();
    for (const analysis::SectionTime& of : list) {
      out.push_back({{"name", of.name},
                     {"begin", of.begin},
                     {"idle_cycles", of.idle_cycles},
                     {"execute_cycles", of.execute_cycles},
                     {"program_cycles", of.program_cycles},
                     {"argument_cycles", of.argument_cycles}});
    }
    return Json{{"sections", out}};
  });
  return 0;
}

}  // namespace

void add_trace_sections(CLI::App& trace, Context& context) {
  auto options = std::make_shared<TraceOptions>();
  add_trace_command(trace, context, options, sections, "sections",
                    "What the sections of a program spend their time with");
}

}  // namespace weft::cli
