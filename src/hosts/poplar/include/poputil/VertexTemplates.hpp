// SPDX-License-Identifier: Apache-2.0
// Names of templated vertices from their arguments.
#pragma once

#include <poplar/Type.hpp>
#include <string>
#include <type_traits>

namespace poputil {

inline std::string templateArgument(const poplar::Type& type) { return type.toString(); }
inline std::string templateArgument(const std::string& text) { return text; }
inline std::string templateArgument(const char* text) { return text; }
inline std::string templateArgument(bool value) { return value ? "true" : "false"; }
template <class T>
typename std::enable_if<std::is_integral<T>::value, std::string>::type templateArgument(T value) {
  return std::to_string(value);
}

inline void appendTemplateArguments(std::string&) {}
template <class First, class... Rest>
void appendTemplateArguments(std::string& name, const First& first, const Rest&... rest) {
  name += templateArgument(first);
  if (sizeof...(rest) != 0) name += ",";
  appendTemplateArguments(name, rest...);
}

/// "Scale<float,true>" of ("Scale", FLOAT, true): what addVertex() wants for an instance.
template <class... Arguments>
std::string templateVertex(const std::string& name, const Arguments&... arguments) {
  std::string result = name + "<";
  appendTemplateArguments(result, arguments...);
  return result + ">";
}

}  // namespace poputil
