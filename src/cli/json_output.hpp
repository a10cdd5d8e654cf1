// SPDX-License-Identifier: Apache-2.0
// `--json FILE`: what a subcommand found, for programs.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/context.hpp"

namespace weft::cli {

/// Keeps the order in which keys were set. Include <nlohmann/json.hpp> where one is filled.
using Json = nlohmann::ordered_json;

/// The file of one subcommand's --json. Copies share nothing but the path.
class JsonOutput {
 public:
  /// Adds `--json FILE` to the subcommand; `this` must live until the arguments are parsed.
  void add_option(CLI::App& command);

  bool wanted() const { return !path_.empty(); }
  const std::string& path() const { return path_; }
  /// Call before long work. Category::system when the file could not be written later.
  void require_writable() const;
  /// Root writes value() to FILE; other ranks and unwanted output do nothing.
  void write(const comm::Communicator& world, const std::function<Json()>& value) const;

 private:
  std::string path_;
};

}  // namespace weft::cli
