// SPDX-License-Identifier: Apache-2.0
// How long a bare loop over a model's multiplications takes on one core, as JSON.
//
// Usage: bare_loop MODEL.onnx
#include "cli/bench/bare_loop.hpp"

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.hpp"
#include "frontends/onnx/import.hpp"
#include "graph/passes.hpp"

namespace weft {
namespace {

nlohmann::json loop(const std::string& path) {
  graph::Graph model = onnx::import_model(path);
  simplify(model);
  const cli::bench::BareLoop work = cli::bench::bare_loop(model);
  return {{"seconds", work.seconds}, {"products", work.products}, {"kept", work.kept}};
}

}  // namespace
}  // namespace weft

int main(int count, char** words) {
  try {
    if (count != 2) weft::fail(weft::Category::input, "usage: bare_loop MODEL.onnx");
    std::cout << weft::loop(words[1]) << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
