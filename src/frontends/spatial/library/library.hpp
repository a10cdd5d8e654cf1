// SPDX-License-Identifier: Apache-2.0
// Our library for Spatial programs, itself written in Spatial: one text a file here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::spatial::library {

extern const char* const application;
extern const char* const layers;
extern const char* const networks;
extern const char* const host_layers;
extern const char* const lanes;

struct Module {
  std::string_view name;  ///< as messages name it
  std::string text;
};

/// All of it, in the order in which it is read.
std::vector<Module> modules();

}  // namespace weft::spatial::library
