// SPDX-License-Identifier: Apache-2.0
// The front end's doors: see spatial.hpp.
#include "frontends/spatial/spatial.hpp"

#include <utility>

#include "base/error.hpp"
#include "frontends/spatial/interpreter.hpp"

namespace weft::spatial {
namespace {

std::string text_of_file(const std::string& path, const Options& options) {
  const auto text = options.read_file(path);
  if (!text) fail(Category::input, path + ": the file cannot be read");
  return *text;
}

}  // namespace

std::vector<std::string> classes_of(const std::string& path, const Options& options) {
  std::vector<std::string> names;
  for (ClassPlace& each : class_places(path, options)) names.push_back(std::move(each.name));
  return names;
}

std::vector<ClassPlace> class_places(const std::string& path, const Options& options) {
  Outcome outcome;
  Interpreter interpreter(options, outcome);
  interpreter.load(path, text_of_file(path, options));
  return interpreter.runnable_classes();
}

void run_program(const std::string& path, const std::string& class_name,
                 const std::vector<std::string>& arguments, const Options& options,
                 Outcome& outcome) {
  Interpreter interpreter(options, outcome);
  interpreter.load(path, text_of_file(path, options));
  interpreter.run(class_name, arguments);
}

}  // namespace weft::spatial
