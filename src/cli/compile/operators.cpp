// SPDX-License-Identifier: Apache-2.0
// Names out of origins, and out of what a lowering said.
#include "cli/compile/operators.hpp"

#include <algorithm>

namespace weft::cli {

namespace {

void add_once(std::vector<std::string>& list, const std::string& name) {
  if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
}

}  // namespace

std::vector<std::string> operators_of(const graph::Graph& model) {
  std::vector<std::string> out;
  for (const graph::Node& node : model.nodes) {
    for (const graph::Origin& origin : node.origins) add_once(out, origin.operation);
  }
  return out;
}

Operators with_refusal(std::vector<std::string> all, const std::string& message) {
  Operators out{std::move(all), {}, {}};
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < message.size(); begin = end + 1) {
    end = std::min(message.find('\n', begin), message.size());
    const std::string line = message.substr(begin, end - begin);
    if (!line.starts_with("  ") || !graph::begins_with_origin(line.substr(2))) continue;
    out.reasons.push_back(line.substr(2));
    for (const std::string& name : out.all) {
      if (line.find(" (" + name + ")") != std::string::npos) add_once(out.lacking, name);
    }
  }
  return out;
}

}  // namespace weft::cli
