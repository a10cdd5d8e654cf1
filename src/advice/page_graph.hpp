// SPDX-License-Identifier: Apache-2.0
// The graph of modules, drawn; private to this room.
#pragma once

#include <string>

#include "advice/report.hpp"

namespace weft::advice::html {

/// The worst that targets say of a module's nodes.
Severity worst_of_module(const TargetReport& target, const std::string& module);

/// Modules below each other as they first run, with an arrow to each that takes what one gives and
/// the worst of all targets; "" for a graph of one module, or of more than can be read.
std::string module_graph_html(const Report& report);

}  // namespace weft::advice::html
