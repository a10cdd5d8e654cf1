// SPDX-License-Identifier: Apache-2.0
// The subcommands of weft: one file each, one line here each.
#pragma once

#include "cli/context.hpp"

namespace weft::cli {

// Each adds its subcommand to `app`. `context` outlives the parsing and the action. Pattern:
//
//   void register_check(CLI::App& app, Context& context) {
//     auto options = std::make_shared<CheckOptions>();
//     CLI::App* command = app.add_subcommand("check", "Parse, resolve and place a job; no run");
//     command->add_option("job", options->job, "Job file (TOML)")->required();
//     command->callback([=, &context] { context.action = [=, &context] { ... return 0; }; });
//   }

void register_run(CLI::App& app, Context& context);
void register_sweep(CLI::App& app, Context& context);
void register_check(CLI::App& app, Context& context);
void register_compile(CLI::App& app, Context& context);
void register_spatial(CLI::App& app, Context& context);
void register_machines(CLI::App& app, Context& context);
void register_compare(CLI::App& app, Context& context);
void register_advise(CLI::App& app, Context& context);
void register_trace(CLI::App& app, Context& context);
void register_validate(CLI::App& app, Context& context);
void register_bench(CLI::App& app, Context& context);

/// Calls all of the above.
void register_commands(CLI::App& app, Context& context);

}  // namespace weft::cli
