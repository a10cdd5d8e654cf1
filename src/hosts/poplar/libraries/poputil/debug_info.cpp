// SPDX-License-Identifier: Apache-2.0
// poputil: what a report says of a library's arguments.
#include <cstring>

#include "base/text_stream.hpp"
#include "poputil/DebugInfo.hpp"

namespace poputil {

using poplar::ProfileValue;

#define WEFT_AS_IT_IS(TYPE)                        \
  template <>                                      \
  ProfileValue toProfileValue(const TYPE& value) { \
    return ProfileValue(value);                    \
  }
#define WEFT_AS_NUMBER(TYPE)                         \
  template <>                                        \
  ProfileValue toProfileValue(const TYPE& value) {   \
    return ProfileValue(static_cast<double>(value)); \
  }
WEFT_AS_IT_IS(bool)
WEFT_AS_IT_IS(int)
WEFT_AS_IT_IS(unsigned)
WEFT_AS_IT_IS(unsigned long)
WEFT_AS_IT_IS(double)
WEFT_AS_IT_IS(std::string)
WEFT_AS_NUMBER(unsigned char)
WEFT_AS_NUMBER(long long)
WEFT_AS_NUMBER(unsigned long long)
WEFT_AS_NUMBER(float)
#undef WEFT_AS_NUMBER
#undef WEFT_AS_IT_IS

template <>
ProfileValue toProfileValue(const std::vector<bool>& list) {
  ProfileValue::Vector out;
  for (const bool value : list) out.emplace_back(value);
  return ProfileValue(std::move(out));
}

template <>
ProfileValue toProfileValue(const poplar::Type& value) {
  return ProfileValue(value.toString());
}

template <>
ProfileValue toProfileValue(const poplar::Tensor& value) {
  if (!value.valid()) return ProfileValue("<none>");
  return ProfileValue(ProfileValue::Map{{"shape", toProfileValue(value.shape())},
                                        {"type", toProfileValue(value.elementType())}});
}

template <>
ProfileValue toProfileValue(const poplar::OptionFlags& value) {
  return poplar::getAsProfileValue(value);
}

template <>
ProfileValue toProfileValue(const poplar::ComputeSet& value) {
  return ProfileValue(value.getId());
}

template <>
ProfileValue toProfileValue(const poplar::program::Sequence& /*value*/) {
  return ProfileValue("Sequence");
}

template <>
ProfileValue toProfileValue(const poplar::program::Copy& /*value*/) {
  return ProfileValue("Copy");
}

template <>
ProfileValue toProfileValue(const poplar::TensorCloneMethod& value) {
  weft::TextStream out;
  out << value;
  return ProfileValue(out.str());
}

OpDebugInfo::OpDebugInfo(const poplar::DebugContext& debugContext, std::string api)
    : poplar::DebugInfo(debugContext, "poplibs") {
  setValue("api", std::move(api));
}

void OpDebugInfo::add(std::string name, const std::vector<ArgType>& args) {
  ProfileValue::Map all;
  for (const ArgType& argument : args) all[argument.n] = argument.pv;
  setValue(std::move(name), ProfileValue(std::move(all)));
}

void OpDebugInfo::add(std::string name, ProfileValue value) {
  setValue(std::move(name), std::move(value));
}

PoplibsOpDebugInfo::PoplibsOpDebugInfo(const poplar::DebugContext& debugContext,
                                       const std::vector<ArgType>& args, const std::string& api)
    : OpDebugInfo(debugContext, api) {
  add("args", args);
}

void PoplibsOpDebugInfo::addOutputs(const std::vector<ArgType>& outputs) {
  add("outputs", outputs);
}

void PoplibsOpDebugInfo::addOutput(const poplar::Tensor& output) {
  add("output", toProfileValue(output));
}

namespace detail {

std::vector<std::string> names_of_arguments(const char* text) {
  std::vector<std::string> out;
  int depth = 0;
  for (; *text != '\0'; ++text) {
    if (depth == 0 && *text == ',') {
      out.emplace_back();
      continue;
    }
    if (std::strchr("([{", *text) != nullptr) ++depth;
    if (std::strchr(")]}", *text) != nullptr) --depth;
    if (out.empty()) out.emplace_back();
    if (*text != ' ' || !out.back().empty()) out.back() += *text;
  }
  return out;
}

}  // namespace detail
}  // namespace poputil
