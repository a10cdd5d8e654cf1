// SPDX-License-Identifier: Apache-2.0
// The list of subcommands, in the order in which --help shows them.
#include "cli/commands.hpp"

namespace weft::cli {

void register_commands(CLI::App& app, Context& context) {
  register_run(app, context);
  register_sweep(app, context);
  register_check(app, context);
  register_compile(app, context);
  register_spatial(app, context);
  register_machines(app, context);
  register_compare(app, context);
  register_advise(app, context);
  register_trace(app, context);
  register_validate(app, context);
  register_bench(app, context);
}

}  // namespace weft::cli
