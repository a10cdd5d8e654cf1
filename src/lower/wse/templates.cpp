// SPDX-License-Identifier: Apache-2.0
// Looks templates up in what the build made of them (cmake/WeftTemplates.cmake).
#include "lower/wse/templates.hpp"

#include <map>

#include "base/error.hpp"

namespace weft::lower::wse {

/// Name and text of each; written by the build.
const std::map<std::string, std::string>& embedded_templates();

const std::string& template_text(const std::string& name) {
  const auto found = embedded_templates().find(name);
  if (found != embedded_templates().end()) return found->second;
  fail(Category::internal, "weft was built without the template '" + name + "'");
}

}  // namespace weft::lower::wse
