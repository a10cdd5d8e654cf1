// SPDX-License-Identifier: Apache-2.0
// Parse, act, agree.
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "base/error.hpp"
#include "base/log.hpp"
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
  if (speaks) {
    std::fputs(out.str().c_str(), stdout);
    if (code != 0) std::fprintf(stderr, "weft: error: %s", err.str().c_str());
  }
  return code == 0 ? 0 : exit_code(Category::input);
}

}  // namespace

int run(int argc, char** argv, const comm::Communicator& world) {
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
  } catch (const CLI::ParseError& result) {
    return report_parse(app, result, world.is_root());
  }
  log::configure(world.is_root(), quiet);
  if (!context.action) {
    log::say(app.help());
    return exit_code(Category::input);
  }
  const Outcome outcome = agree(world, outcome_of(context.action));
  if (world.is_root() && !outcome.message.empty()) {
    std::fprintf(stderr, "weft: error: %s\n", outcome.message.c_str());
  }
  return outcome.code;
}

}  // namespace weft::cli
