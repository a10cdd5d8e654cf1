// SPDX-License-Identifier: Apache-2.0
// Writing JSON files whole or not at all.
#include "cli/json_output.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "base/output_file.hpp"

namespace weft::cli {

void JsonOutput::add_option(CLI::App& command) {
  command.add_option("--json", path_, "Write the result as JSON to this file")
      ->type_name("FILE")
      ->check([](const std::string& path) {
        if (path != "-") return std::string();
        return std::string("name a file: standard output has the result as text");
      });
}

void JsonOutput::require_writable() const {
  if (!wanted()) return;
  require_kind(path_, {"{"}, "JSON");  // a job may begin with a bracket
  weft::require_writable(path_);
}

void JsonOutput::write(const comm::Communicator& world, const std::function<Json()>& value) const {
  if (wanted() && world.is_root()) {
    // Names come from files, which may have bytes that are no text.
    const auto replace = Json::error_handler_t::replace;
    write_file(path_, value().dump(2, ' ', false, replace) + "\n");
  }
}

}  // namespace weft::cli
