// SPDX-License-Identifier: Apache-2.0
// For the wrappers that weft generates: tables of a vertex class from its member types.
#pragma once

#ifdef __F16C__
#include <cpuid.h>
#endif

#include <cstdint>
#include <cstring>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "poplar/Vertex.hpp"
#include "poplar/codelet/fault.hpp"

namespace weft {
namespace codelet {

// Elements: which types tile memory has. `long` is 32 bits on an IPU and 64 here.

template <typename T>
struct Element {
  static constexpr bool known = false;
  static constexpr ElementType type = ElementType::single;
};
#define WEFT_ELEMENT(cpp_type, name)                       \
  template <>                                              \
  struct Element<cpp_type> {                               \
    static constexpr bool known = true;                    \
    static constexpr ElementType type = ElementType::name; \
  };
WEFT_ELEMENT(bool, boolean)
WEFT_ELEMENT(char, signed_char)
WEFT_ELEMENT(signed char, signed_char)
WEFT_ELEMENT(unsigned char, unsigned_char)
WEFT_ELEMENT(short, signed_short)
WEFT_ELEMENT(unsigned short, unsigned_short)
WEFT_ELEMENT(int, signed_int)
WEFT_ELEMENT(unsigned int, unsigned_int)
WEFT_ELEMENT(long long, signed_long_long)
WEFT_ELEMENT(unsigned long long, unsigned_long_long)
WEFT_ELEMENT(poplar::half, half)
WEFT_ELEMENT(float, single)
#undef WEFT_ELEMENT

// State: elements, long (of 64 bits) and enums.

template <typename T, bool is_enum = std::is_enum<T>::value>
struct State : Element<T> {};
template <>
struct State<long, false> : Element<long long> {};
template <>
struct State<unsigned long, false> : Element<unsigned long long> {};
template <typename T>
struct State<T, true> : State<std::underlying_type_t<T>, false> {};

constexpr FieldLayout layout_of(poplar::VectorLayout layout) {
  switch (layout) {
    case poplar::VectorLayout::SPAN:
      return FieldLayout::span;
    case poplar::VectorLayout::SHORT_SPAN:
      return FieldLayout::short_span;
    case poplar::VectorLayout::ONE_PTR:
      return FieldLayout::one_ptr;
    case poplar::VectorLayout::COMPACT_PTR:
      return FieldLayout::compact_ptr;
    case poplar::VectorLayout::SCALED_PTR32:
      return FieldLayout::scaled_ptr32;
    case poplar::VectorLayout::SCALED_PTR64:
      return FieldLayout::scaled_ptr64;
    case poplar::VectorLayout::SCALED_PTR128:
      return FieldLayout::scaled_ptr128;
  }
  return FieldLayout::span;
}
constexpr FieldLayout layout_of(poplar::VectorListLayout layout) {
  switch (layout) {
    case poplar::VectorListLayout::ONE_PTR:
      return FieldLayout::one_ptr;
    case poplar::VectorListLayout::SCALED_PTR32:
      return FieldLayout::scaled_ptr32;
    case poplar::VectorListLayout::SCALED_PTR64:
      return FieldLayout::scaled_ptr64;
    case poplar::VectorListLayout::SCALED_PTR128:
      return FieldLayout::scaled_ptr128;
    case poplar::VectorListLayout::COMPACT_PTR:
      return FieldLayout::compact_ptr;
    case poplar::VectorListLayout::DELTAN:
      return FieldLayout::delta_n;
    case poplar::VectorListLayout::COMPACT_DELTAN:
      return FieldLayout::compact_delta_n;
  }
  return FieldLayout::delta_n;
}

/// What is known of an edge or a state member from its type.
template <typename T, bool edge_, FieldRole role_, FieldShape shape_, FieldLayout layout_,
          unsigned alignment_, bool interleaved_>
struct Known {
  using Type = T;
  static constexpr bool edge = edge_;
  static constexpr FieldRole role = role_;
  static constexpr FieldShape shape = shape_;
  static constexpr FieldLayout layout = layout_;
  static constexpr unsigned alignment = alignment_;
  static constexpr bool interleaved = interleaved_;
};

template <typename T>
struct Member : Known<T, false, FieldRole::state, FieldShape::state, FieldLayout::span, 1, false> {
};
template <typename T, poplar::VectorLayout l, unsigned a, bool i>
struct Member<poplar::Vector<T, l, a, i>>
    : Known<T, true, FieldRole::input, FieldShape::vector, layout_of(l), a, i> {};

#define WEFT_EDGE(Edge, role)                                                                \
  template <typename T>                                                                      \
  struct Member<poplar::Edge<T>> : Known<T, true, FieldRole::role, FieldShape::scalar_edge,  \
                                         FieldLayout::one_ptr, alignof(T), false> {};        \
  template <typename T, poplar::VectorLayout l, unsigned a, bool i>                          \
  struct Member<poplar::Edge<poplar::Vector<T, l, a, i>>>                                    \
      : Known<T, true, FieldRole::role, FieldShape::vector, layout_of(l), a, i> {};          \
  template <typename T, poplar::VectorListLayout l, unsigned a, bool i>                      \
  struct Member<poplar::Edge<poplar::VectorList<T, l, a, i>>>                                \
      : Known<T, true, FieldRole::role, FieldShape::vector_list, layout_of(l), a, i> {};     \
  template <typename T, poplar::VectorLayout l, unsigned a, bool i, poplar::VectorLayout ll, \
            unsigned la, bool li>                                                            \
  struct Member<poplar::Vector<poplar::Edge<poplar::Vector<T, l, a, i>>, ll, la, li>>        \
      : Known<T, true, FieldRole::role, FieldShape::vector_list, layout_of(l), a, i> {};     \
  template <typename T, poplar::VectorLayout l, unsigned a, bool i, poplar::VectorLayout ll, \
            unsigned la, bool li>                                                            \
  struct Member<poplar::Edge<poplar::Vector<poplar::Vector<T, l, a, i>, ll, la, li>>>        \
      : Known<T, true, FieldRole::role, FieldShape::vector_list, layout_of(l), a, i> {};
WEFT_EDGE(Input, input)
WEFT_EDGE(Output, output)
WEFT_EDGE(InOut, in_out)
#undef WEFT_EDGE

template <typename T>
using MemberOf = Member<std::remove_cv_t<T>>;

/// Questions of the generated static_asserts.
template <typename T>
inline constexpr bool edge_supported =
    !MemberOf<T>::edge || Element<std::remove_cv_t<typename MemberOf<T>::Type>>::known;
template <typename T>
inline constexpr bool state_supported = MemberOf<T>::edge || State<std::remove_cv_t<T>>::known;

template <typename T>
constexpr FieldInfo field(const char* name, std::size_t offset) {
  using M = MemberOf<T>;
  using E = std::remove_cv_t<typename M::Type>;
  const ElementType type = M::edge ? Element<E>::type : State<std::remove_cv_t<T>>::type;
  return FieldInfo{name,
                   M::role,
                   M::shape,
                   type,
                   M::layout,
                   static_cast<std::uint32_t>(offset),
                   M::edge ? 0U : static_cast<std::uint32_t>(sizeof(T)),
                   M::alignment,
                   M::interleaved};
}

inline void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

/// The class' name as a user of Poplar spells it: "Scale<float,true>", poplar:: left out, types as
/// poplar::Type names them.
template <typename V>
std::string vertex_name() {
  std::string text =
      __PRETTY_FUNCTION__;  // "... [with V = Scale<float, true>; ...]" or "[V = ...]"
  const std::size_t begin = text.find("V = ") + 4;
  const std::size_t end = text.find_first_of(";]", begin);
  text = text.substr(begin, end - begin);
  for (const char* noise :
       {"poplar::", "{anonymous}::", "(anonymous namespace)::", "weft::codelet::"}) {
    replace_all(text, noise, "");
  }
  replace_all(text, "long long unsigned int", "unsigned long long");
  replace_all(text, "long unsigned int", "unsigned long");
  replace_all(text, "short unsigned int", "unsigned short");
  for (const char* whole : {"long", "short"}) {
    replace_all(text, std::string(whole) + " int", whole);
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside = i > 0 && i + 1 < text.size() && text[i - 1] != ',' && text[i - 1] != '>' &&
                        text[i + 1] != '>';
    if (text[i] != ' ' || inside) out += text[i];
  }
  return out;
}

/// Members that no initialiser sets are zero, whatever the memory held. Classes whose constructor
/// nobody defined (Poplar calls none) stay zero.
template <typename V, bool constructible>
void construct(void* where) {
  std::memset(where, 0, sizeof(V));
  if constexpr (constructible && std::is_default_constructible<V>::value) {
    __asm__ volatile("" : : "r"(where) : "memory");  // the zeros are not dead stores
    new (where) V;
  }
}

/// The field whose vector, or row, this is.
inline std::string field_of(const void* vector, const char* object, const CodeletInfo& info) {
  const char* const wanted = static_cast<const char*>(vector);
  for (std::uint32_t f = 0; f < info.field_count; ++f) {
    const FieldInfo& field = info.fields[f];
    const char* const at = object + field.offset;
    if (at == wanted) return std::string("'") + field.name + "'";
    if (field.shape != FieldShape::vector_list) continue;
    VectorReference rows;
    std::memcpy(&rows, at, sizeof rows);
    const char* const first = static_cast<const char*>(rows.data);
    const std::size_t bytes = static_cast<std::size_t>(rows.size) * sizeof(VectorReference);
    if (first != nullptr && wanted >= first && wanted < first + bytes) {
      const auto row = static_cast<std::size_t>(wanted - first) / sizeof(VectorReference);
      return "'" + std::string(field.name) + "[" + std::to_string(row) + "]'";
    }
  }
  return "a copy";
}

[[noreturn]] inline void fault(const OutOfRange& check, const void* object,
                               const CodeletInfo& info) {
  const auto index = static_cast<std::int64_t>(check.index);
  const std::string name = field_of(check.vector, static_cast<const char*>(object), info);
  throw program::ipu::CodeletFault{"index " + std::to_string(index) + " of field " + name +
                                   " is out of range: it has " + std::to_string(check.size) +
                                   " elements"};
}

template <typename V>
bool call(V& vertex, std::uint32_t worker) {
  if constexpr (std::is_base_of<poplar::MultiVertex, V>::value) {
    if constexpr (std::is_void<decltype(vertex.compute(worker))>::value) {
      vertex.compute(worker);
      return true;
    } else {
      return static_cast<bool>(vertex.compute(worker));
    }
  } else {
    if constexpr (std::is_void<decltype(vertex.compute())>::value) {
      vertex.compute();
      return true;
    } else {
      return static_cast<bool>(vertex.compute());
    }
  }
}

template <typename V, const CodeletInfo* info>
bool compute(void* object, std::uint32_t worker) {
  V& vertex = *static_cast<V*>(object);
  if constexpr (checks) {
    try {
      return call(vertex, worker);
    } catch (const OutOfRange& check) {
      fault(check, object, *info);
    }
  } else {
    return call(vertex, worker);
  }
}

/// Whether this processor has what the library was compiled for.
inline bool processor_suffices() {
#ifdef __F16C__
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
#else
  return true;
#endif
}

inline void set_context(Context* given) { context = given != nullptr ? given : &idle_context; }

template <typename V>
constexpr VertexKind kind_of() {
  if (std::is_base_of<poplar::MultiVertex, V>::value) return VertexKind::multi;
  if (std::is_base_of<poplar::SupervisorVertex, V>::value) return VertexKind::supervisor;
  return VertexKind::worker;
}

}  // namespace codelet
}  // namespace weft
