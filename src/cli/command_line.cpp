// SPDX-License-Identifier: Apache-2.0
// Parse, act, agree.
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/process_memory.hpp"
#include "base/text_stream.hpp"
#include "cli/commands.hpp"
#include "cli/outcome.hpp"
#include "cli/version.hpp"

namespace weft::cli {

namespace {

/// CLI11's answer to --help, --version or a wrong command line, in our exit codes.
int report_parse(const CLI::App& app, const CLI::ParseError& result, bool speaks) {
  TextStream out;
  TextStream err;
  const int code = app.exit(result, out, err);
  log::configure(speaks, false);
  log::print(out.str());
  if (code != 0 && speaks) std::fprintf(stderr, "weft: error: %s", err.str().c_str());
  return code == 0 ? 0 : exit_code(Category::input);
}

/// An option given an empty value: what a script's unset variable becomes.
void refuse_empty_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;  // a flag
    for (const std::string& value : option->results()) {
      if (value.empty()) throw CLI::ValidationError(option->get_name(), "the value is empty");
    }
  }
  for (const CLI::App* command : app.get_subcommands()) refuse_empty_values(*command);
}

/// `code`, when what was printed has got through. A wrong command line says enough by itself.
int checked(int code) {
  if (code != exit_code(Category::input)) log::require_printed();
  return code;
}

int finished(const comm::Communicator& world, const Outcome& mine) {
  const Outcome outcome = agree(world, mine);
  if (world.is_root() && !outcome.message.empty()) {
    log::end_progress();
    std::fprintf(stderr, "weft: error: %s\n", outcome.message.c_str());
  }
  return outcome.code;
}

}  // namespace

int run(int argc, char** argv, const comm::Communicator& world) {
  resident_bytes_at_start();
  CLI::App app("Emulator of AI accelerators, cut across MPI ranks", "weft");
  Context context{world, {}};
  bool quiet = false;
  app.set_version_flag("--version", version_text, "Versions of weft and of what it is built with");
  app.add_flag("-q,--quiet", quiet, "No notes and no progress");
  app.require_subcommand(0, 1);
  app.fallthrough();  // -q and --version may follow the subcommand too
  register_commands(app, context);
  try {
    app.parse(argc, argv);
    refuse_empty_values(app);
  } catch (const CLI::ParseError& result) {
    const int code = report_parse(app, result, world.is_root());
    return finished(world, outcome_of([code] { return checked(code); }));
  }
  log::configure(world.is_root(), quiet);
  if (!context.action) {
    log::say(app.help());
    return exit_code(Category::input);
  }
  return finished(world, outcome_of([&context] { return checked(context.action()); }));
}

}  // namespace weft::cli
