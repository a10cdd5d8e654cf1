// SPDX-License-Identifier: Apache-2.0
// What a library's function was called with, for reports: arguments and results by name.
#pragma once

#include <array>
#include <poplar/ArrayRef.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/GraphElements.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/ProfileValue.hpp>
#include <poplar/Program.hpp>
#include <poplar/Tensor.hpp>
#include <poplar/TensorCloneMethod.hpp>
#include <string>
#include <utility>
#include <vector>

namespace poputil {

/// What a report says of a value. A program specialises it for types of its own.
template <typename T>
poplar::ProfileValue toProfileValue(const T& value);

#define POPUTIL_PROFILE_VALUE(TYPE) \
  template <>                       \
  poplar::ProfileValue toProfileValue(const TYPE& value);
POPUTIL_PROFILE_VALUE(bool)
POPUTIL_PROFILE_VALUE(int)
POPUTIL_PROFILE_VALUE(unsigned)
POPUTIL_PROFILE_VALUE(unsigned char)
POPUTIL_PROFILE_VALUE(unsigned long)
POPUTIL_PROFILE_VALUE(long long)
POPUTIL_PROFILE_VALUE(unsigned long long)
POPUTIL_PROFILE_VALUE(float)
POPUTIL_PROFILE_VALUE(double)
POPUTIL_PROFILE_VALUE(std::string)
POPUTIL_PROFILE_VALUE(poplar::Type)
POPUTIL_PROFILE_VALUE(poplar::Tensor)
POPUTIL_PROFILE_VALUE(poplar::OptionFlags)
POPUTIL_PROFILE_VALUE(poplar::ComputeSet)
POPUTIL_PROFILE_VALUE(poplar::program::Sequence)
POPUTIL_PROFILE_VALUE(poplar::program::Copy)
POPUTIL_PROFILE_VALUE(poplar::TensorCloneMethod)
#undef POPUTIL_PROFILE_VALUE

template <typename T>
poplar::ProfileValue toProfileValue(const T* value) {
  return value == nullptr ? poplar::ProfileValue("<nullptr>") : toProfileValue(*value);
}
template <typename T>
poplar::ProfileValue toProfileValue(T* const& value) {
  return toProfileValue(static_cast<const T*>(value));
}

namespace detail {

template <typename List>
poplar::ProfileValue profile_list(const List& list) {
  poplar::ProfileValue::Vector out;
  for (std::size_t i = 0; i < list.size(); ++i) out.push_back(toProfileValue(list[i]));
  return poplar::ProfileValue(std::move(out));
}

}  // namespace detail

template <typename T>
poplar::ProfileValue toProfileValue(const std::vector<T>& list) {
  return detail::profile_list(list);
}
template <>
poplar::ProfileValue toProfileValue(const std::vector<bool>& list);
template <typename T>
poplar::ProfileValue toProfileValue(const poplar::ArrayRef<T>& list) {
  return detail::profile_list(list);
}
template <typename T, std::size_t N>
poplar::ProfileValue toProfileValue(const std::array<T, N>& list) {
  return detail::profile_list(list);
}
template <typename First, typename Second>
poplar::ProfileValue toProfileValue(const std::pair<First, Second>& pair) {
  return poplar::ProfileValue(poplar::ProfileValue::Map{{"first", toProfileValue(pair.first)},
                                                        {"second", toProfileValue(pair.second)}});
}

/// An argument: its name and what a report says of it.
class ArgType {
 public:
  std::string n;
  poplar::ProfileValue pv;
  ArgType(const std::string& name, const poplar::ProfileValue& value) : n(name), pv(value) {}
  ArgType(const std::pair<std::string, const poplar::ProfileValue>& both)
      : n(both.first), pv(both.second) {}
};

/// A function's name below its caller's, and its arguments.
class OpDebugInfo : public poplar::DebugInfo {
 public:
  OpDebugInfo(const poplar::DebugContext& debugContext, std::string api);
  OpDebugInfo(const OpDebugInfo&) = delete;
  OpDebugInfo& operator=(const OpDebugInfo&) = delete;
  virtual ~OpDebugInfo() = default;
  void add(std::string name, const std::vector<ArgType>& args);
  void add(std::string name, poplar::ProfileValue value);
};

class PoplibsOpDebugInfo : public OpDebugInfo {
 public:
  PoplibsOpDebugInfo(const poplar::DebugContext& debugContext,
                     const std::vector<ArgType>& args = {},
                     const std::string& api = __builtin_FUNCTION());
  void addOutputs(const std::vector<ArgType>& outputs);
  void addOutput(const poplar::Tensor& output);
};

namespace detail {

/// "a, f(b, c)" is two names: commas in brackets part none.
std::vector<std::string> names_of_arguments(const char* text);

template <typename... Values>
std::vector<ArgType> arguments(const char* text, const Values&... values) {
  const std::vector<std::string> names = names_of_arguments(text);
  const std::vector<poplar::ProfileValue> told = {toProfileValue(values)...};
  std::vector<ArgType> out;
  for (std::size_t i = 0; i < told.size(); ++i) {
    out.emplace_back(i < names.size() ? names[i] : std::to_string(i), told[i]);
  }
  return out;
}

}  // namespace detail
}  // namespace poputil

/// The arguments of a function, each by the name it has in the source.
#define DI_ARGS(...) ::poputil::detail::arguments(#__VA_ARGS__, ##__VA_ARGS__)
