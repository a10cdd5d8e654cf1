// SPDX-License-Identifier: Apache-2.0
// Objects as the contract lays them out: a reference a vector field, plain members after them.
#include "support/ipu_codelets.hpp"

#include <cstddef>
#include <mutex>
#include <new>
#include <string>

namespace weft::test {

namespace {

using namespace program::ipu;

struct Mix {
  VectorReference in, out;
  std::int32_t bias = 0;
  void compute(std::uint32_t) {
    const auto* from = static_cast<const std::int32_t*>(in.data);
    auto* to = static_cast<std::int32_t*>(out.data);
    for (std::uint32_t i = 0; i < out.size; ++i) {
      to[i] = static_cast<std::int32_t>(3U * static_cast<std::uint32_t>(from[i]) +
                                        static_cast<std::uint32_t>(from[(i + 1) % in.size]) +
                                        static_cast<std::uint32_t>(bias)) &
              0xffff;
    }
    ++bias;
  }
};

struct Spread {
  VectorReference data;
  void compute(std::uint32_t worker) {
    auto* at = static_cast<std::int32_t*>(data.data);
    for (std::uint32_t i = worker; i < data.size; i += 6) {
      at[i] += static_cast<std::int32_t>(worker) + 1;
    }
  }
};

struct Below {
  void* value;
  void* flag;
  std::int32_t limit = 0;
  void compute(std::uint32_t) {
    *static_cast<std::int32_t*>(flag) = *static_cast<std::int32_t*>(value) < limit ? 1 : 0;
  }
};

struct Fail {
  void* value;
  std::int32_t when = 0;
  void compute(std::uint32_t) {
    const std::int32_t v = *static_cast<std::int32_t*>(value);
    if (v == when) throw CodeletFault{"value " + std::to_string(v) + " is the one to fail at"};
    volatile std::int32_t zero = v == when + 1 ? 0 : 1;
    volatile std::int32_t quotient = v / zero;
    static_cast<void>(quotient);
  }
};

template <typename T>
void construct(void* where) {
  new (where) T;
}
template <typename T>
bool compute(void* vertex, std::uint32_t worker) {
  static_cast<T*>(vertex)->compute(worker);
  return true;
}

constexpr FieldInfo edge(const char* name, FieldRole role, FieldShape shape, std::size_t offset) {
  return {name,
          role,
          shape,
          ElementType::signed_int,
          FieldLayout::span,
          static_cast<std::uint32_t>(offset),
          0,
          4,
          false};
}
constexpr FieldInfo member(const char* name, std::size_t offset) {
  return {name,
          FieldRole::state,
          FieldShape::state,
          ElementType::signed_int,
          FieldLayout::span,
          static_cast<std::uint32_t>(offset),
          4,
          4,
          false};
}

const FieldInfo mix_fields[] = {
    edge("in", FieldRole::input, FieldShape::vector, offsetof(Mix, in)),
    edge("out", FieldRole::output, FieldShape::vector, offsetof(Mix, out)),
    member("bias", offsetof(Mix, bias))};
const FieldInfo spread_fields[] = {
    edge("data", FieldRole::in_out, FieldShape::vector, offsetof(Spread, data))};
const FieldInfo below_fields[] = {
    edge("value", FieldRole::input, FieldShape::scalar_edge, offsetof(Below, value)),
    edge("flag", FieldRole::output, FieldShape::scalar_edge, offsetof(Below, flag)),
    member("limit", offsetof(Below, limit))};
const FieldInfo fail_fields[] = {
    edge("value", FieldRole::input, FieldShape::scalar_edge, offsetof(Fail, value)),
    member("when", offsetof(Fail, when))};

template <typename T>
constexpr CodeletInfo codelet(const char* name, VertexKind kind, const FieldInfo* fields,
                              std::uint32_t count) {
  return {name, kind, sizeof(T), alignof(T), fields, count, construct<T>, compute<T>};
}

const CodeletInfo codelets[] = {codelet<Mix>("Mix", VertexKind::worker, mix_fields, 3),
                                codelet<Spread>("Spread", VertexKind::multi, spread_fields, 1),
                                codelet<Below>("Below", VertexKind::worker, below_fields, 3),
                                codelet<Fail>("Fail", VertexKind::worker, fail_fields, 2)};

}  // namespace

void register_test_codelets() {
  static const CodeletModule module{codelet_abi, 4, codelets, nullptr};
  static std::once_flag once;
  std::call_once(once, [] { register_codelets(module); });
}

}  // namespace weft::test
