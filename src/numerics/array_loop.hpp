// SPDX-License-Identifier: Apache-2.0
// The loop under every array operation: a fast form where element order can't be seen, else one by
// one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "numerics/arrays.hpp"

// Says that iterations are independent, which overlap() has checked: lets the compiler vectorise.
#if defined(__clang__)
// Loops with branches stay scalar; clang would warn of each.
#pragma clang diagnostic ignored "-Wpass-failed"
#define WEFT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define WEFT_INDEPENDENT _Pragma("GCC ivdep")
#else
#define WEFT_INDEPENDENT
#endif

namespace weft::numerics {

template <typename T>
T load(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}
template <typename T>
void store(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof(T));
}

// How a source is read in the fast form.
template <typename T>
struct Contiguous {
  const std::byte* data;
  T operator()(std::size_t i) const { return load<T>(data + i * sizeof(T)); }
};
template <typename T>
struct Repeated {
  T value;
  T operator()(std::size_t) const { return value; }
};

/// True when writing the destination in ascending order, in blocks, can change what a later element
/// reads. Exactly the same place for every element is harmless.
template <typename D, typename S>
bool overlap(const Destination& d, const Source& s, std::size_t count) {
  const auto first = reinterpret_cast<std::uintptr_t>(d.data);
  const auto other = reinterpret_cast<std::uintptr_t>(s.data);
  if (first == other && sizeof(D) == sizeof(S) && s.stride_bytes != 0) return false;
  const std::size_t length = s.stride_bytes == 0 ? 1 : count;
  return first < other + length * sizeof(S) && other < first + count * sizeof(D);
}

template <typename S>
bool is_simple(const Source& s) {
  return s.stride_bytes == 0 || s.stride_bytes == static_cast<std::ptrdiff_t>(sizeof(S));
}

template <typename D, typename F, typename... Readers>
void run_independent(std::byte* out, std::size_t count, const F& f, Readers... read) {
  WEFT_INDEPENDENT
  for (std::size_t i = 0; i < count; ++i) store<D>(out + i * sizeof(D), f(read(i)...));
}

// Turns each source into a reader, one at a time, then runs.
template <typename D, typename F, typename... Readers>
void dispatch(std::byte* out, std::size_t count, const F& f, const Source*, Readers... read) {
  run_independent<D>(out, count, f, read...);
}
template <typename D, typename S, typename... Rest, typename F, typename... Readers>
void dispatch(std::byte* out, std::size_t count, const F& f, const Source* next, Readers... read) {
  if (next->stride_bytes == 0) {
    dispatch<D, Rest...>(out, count, f, next + 1, read..., Repeated<S>{load<S>(next->data)});
  } else {
    dispatch<D, Rest...>(out, count, f, next + 1, read..., Contiguous<S>{next->data});
  }
}

template <typename D, typename... S, typename F, std::size_t... Index>
void run_in_order(const Destination& d, const Source* s, std::size_t count, const F& f,
                  std::index_sequence<Index...>) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto step = static_cast<std::ptrdiff_t>(i);
    store<D>(d.data + step * d.stride_bytes,
             f(load<S>(s[Index].data + step * s[Index].stride_bytes)...));
  }
}

template <typename D, typename... S, typename F, std::size_t... Index>
void run_any(const Destination& d, const Source* s, std::size_t count, const F& f,
             std::index_sequence<Index...> indices) {
  const bool fast = d.stride_bytes == static_cast<std::ptrdiff_t>(sizeof(D)) &&
                    (is_simple<S>(s[Index]) && ...) && !(overlap<D, S>(d, s[Index], count) || ...);
  if (fast) {
    dispatch<D, S...>(d.data, count, f, s);
  } else {
    run_in_order<D, S...>(d, s, count, f, indices);
  }
}

/// destination[i] = f(source 0[i], ...) for elements of type D, sources of types S...
template <typename D, typename... S, typename F>
void for_each_element(const Destination& d, const Source* s, std::size_t count, const F& f) {
  run_any<D, S...>(d, s, count, f, std::index_sequence_for<S...>{});
}

/// The same without the fast form: for what is rare enough not to be compiled many times over.
template <typename D, typename... S, typename F>
void for_each_in_order(const Destination& d, const Source* s, std::size_t count, const F& f) {
  run_in_order<D, S...>(d, s, count, f, std::index_sequence_for<S...>{});
}

}  // namespace weft::numerics
