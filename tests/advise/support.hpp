// SPDX-License-Identifier: Apache-2.0
// Advice about a model of a test, as JSON.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "advice/advise.hpp"
#include "cli/advise/json.hpp"
#include "frontends/onnx/import.hpp"
#include "support/onnx_writer.hpp"

namespace weft::cli {

struct AdviseAsked {
  std::string task = "inference";
  std::string precision = "";
};

inline const advice::Tables& own_tables() {
  static const advice::Tables tables = advice::load_tables();
  return tables;
}

inline Json advice_with(const advice::Tables& tables, const test::OnnxModel& model,
                        const std::string& target, const AdviseAsked& asked = {}) {
  const std::string path = std::filesystem::temp_directory_path() /
                           ("weft-advise-" + std::to_string(::getpid()) + ".onnx");
  test::write_file(path, model.bytes());
  const advice::Question question{
      asked.task == "training" ? advice::Task::training : advice::Task::inference, asked.precision};
  const auto machine = std::make_shared<const topology::Topology>(topology::load_topology(target));
  const graph::SourceModel listed = onnx::list_model(path);
  std::filesystem::remove(path);
  return advising::json_of(advice::advise(tables, listed, {{target, machine}}, question), tables);
}

inline Json advice_about(const test::OnnxModel& model, const std::string& target,
                         const AdviseAsked& asked = {}) {
  return advice_with(own_tables(), model, target, asked);
}

}  // namespace weft::cli
