// SPDX-License-Identifier: Apache-2.0
// Values of vector instructions: whole runs in memory at once, single steps for streams.
#pragma once

#include <array>

#include "machine/wse/operands.hpp"
#include "numerics/arrays.hpp"

namespace weft::machine::wse {

inline const form::Fifo& fifo_code(const Pe& pe, const StreamOperand& o) {
  return pe.s.fifo_code.data()[pe.info.fifos + o.queue];
}

/// Checks elements [k, k + n), a fixed stride apart, of a memory operand that is read or written.
inline bool check_run(const Pe& pe, const StreamOperand& o, std::uint32_t k, std::uint32_t n,
                      bool read) {
  const std::int64_t first = element_address(o, k);
  const std::int64_t last = element_address(o, k + n - 1);
  if (!pe.check_bounds(first, o.bytes) || !pe.check_bounds(last, o.bytes)) return false;
  if (!read) return true;
  const std::int64_t stride = n > 1 ? (last - first) / (n - 1) : 0;
  const auto refuse = [&](std::int64_t at) {
    pe.refuse(PeError::unwritten, static_cast<std::uint64_t>(at), o.bytes);
    return false;
  };
  if (stride == o.bytes || stride == 0) {
    const auto bytes = static_cast<std::uint32_t>(last - first) + o.bytes;
    if (pe.is_written(static_cast<std::uint32_t>(first), bytes)) return true;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::int64_t at = first + i * stride;
    if (!pe.is_written(static_cast<std::uint32_t>(at), o.bytes)) return refuse(at);
  }
  return true;
}

inline void mark_run(const Pe& pe, const StreamOperand& o, std::uint32_t k, std::uint32_t n) {
  const std::int64_t first = element_address(o, k);
  const std::int64_t last = element_address(o, k + n - 1);
  const std::int64_t stride = n > 1 ? (last - first) / (n - 1) : 0;
  if (stride == o.bytes || stride == 0) {
    const auto bytes = static_cast<std::uint32_t>(last - first) + o.bytes;
    pe.mark_written(static_cast<std::uint32_t>(first), bytes);
    return;
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    pe.mark_written(static_cast<std::uint32_t>(first + i * stride), o.bytes);
  }
}

/// Calls body(k, n) for runs of elements that lie a fixed stride apart in every operand. Stops at
/// the first that returns false.
template <typename Body>
bool for_each_run(const VectorCode& v, const StreamOperand* o, std::uint32_t count,
                  const Body& body) {
  for (std::uint32_t k = 0; k < count;) {
    std::uint32_t n = count - k;
    for (unsigned i = 0; i <= v.sources; ++i) n = run_length(o[i], k, n);
    if (!body(k, n)) return false;
    k += n;
  }
  return true;
}

inline bool overlap(const StreamOperand& a, const StreamOperand& b, std::uint32_t count) {
  const Span64 x = touched_bytes(a, count);
  const Span64 y = touched_bytes(b, count);
  return x.begin < y.end && y.begin < x.end;
}

/// Refuses what the operation must not touch, before anything changes. A source that the
/// destination runs ahead of (same array, other place) is written by the operation itself.
inline bool check_memory_operation(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                                   std::uint32_t count) {
  return for_each_run(v, o, count, [&](std::uint32_t k, std::uint32_t n) {
    if (in_memory(o[0]) && !check_run(pe, o[0], k, n, false)) return false;
    for (unsigned i = 1; i <= v.sources; ++i) {
      if (!in_memory(o[i])) continue;
      const bool fed = in_memory(o[0]) && o[0].base != o[i].base && overlap(o[0], o[i], count);
      if (!check_run(pe, o[i], k, n, !fed)) return false;
    }
    return true;
  });
}

/// Runs elements [0, count) of an operation whose operands are in memory or scalar, and checked.
inline void run_in_memory(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                          std::uint32_t count) {
  for_each_run(v, o, count, [&](std::uint32_t k, std::uint32_t n) {
    std::array<numerics::Source, 3> sources{};
    for (unsigned i = 1; i <= v.sources; ++i) {
      numerics::Source& source = sources[i - 1];
      if (!in_memory(o[i])) {
        source.data = reinterpret_cast<const std::byte*>(&o[i].scalar);
        continue;
      }
      source.data = pe.sram + element_address(o[i], k);
      source.stride_bytes = inner_stride(o[i]) * o[i].bytes;
    }
    const numerics::Destination destination{pe.sram + element_address(o[0], k),
                                            inner_stride(o[0]) * o[0].bytes};
    numerics::apply(v.operation, pe.constants().rules, destination, sources, n);
    mark_run(pe, o[0], k, n);
    return true;
  });
}

/// Oldest element of a FIFO, or the place behind its youngest.
inline std::byte* fifo_place(const Pe& pe, const StreamOperand& o, bool youngest) {
  const form::Fifo& code = fifo_code(pe, o);
  const FifoState& state = pe.fifos[o.queue];
  const std::uint32_t place = (state.head + (youngest ? state.count : 0U)) % code.capacity;
  return pe.sram + code.base + place * code.element_bytes;
}

inline void activate_if(const Pe& pe, std::int16_t task, Cycle at) {
  if (task != form::none_id) pe.activate(static_cast<std::uint64_t>(task), at);
}

/// Takes the head of source FIFOs and completes a push into a destination FIFO. The hook of a pop
/// runs when it makes room for a push that found none, that of a push when a pop found nothing.
inline void move_fifos(const Pe& pe, const VectorCode& v, const StreamOperand* o) {
  for (unsigned i = 1; i <= v.sources; ++i) {
    if (o[i].kind != form::DescriptorKind::fifo) continue;
    const form::Fifo& code = fifo_code(pe, o[i]);
    FifoState& state = pe.fifos[o[i].queue];
    state.head = (state.head + 1) % code.capacity;
    --state.count;
    if (state.was_full != 0) activate_if(pe, code.activate_pop, pe.cycle + 1);
    state.was_full = 0;
  }
  if (o[0].kind == form::DescriptorKind::fifo) {
    const form::Fifo& code = fifo_code(pe, o[0]);
    FifoState& state = pe.fifos[o[0].queue];
    ++state.count;
    if (state.was_empty != 0) activate_if(pe, code.activate_push, pe.cycle + 1);
    state.was_empty = 0;
  }
}

/// An operation stops, or waits, at a FIFO that is full or empty.
inline void note_fifo_stops(const Pe& pe, const VectorCode& v, const StreamOperand* o) {
  for (unsigned i = 0; i <= v.sources; ++i) {
    if (o[i].kind != form::DescriptorKind::fifo) continue;
    FifoState& state = pe.fifos[o[i].queue];
    if (i == 0 && state.count == fifo_code(pe, o[i]).capacity) state.was_full = 1;
    if (i != 0 && state.count == 0) state.was_empty = 1;
  }
}

/// Elements that an operation on FIFOs can move now, of `wanted`.
inline std::uint32_t fifo_room(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                               std::uint32_t wanted) {
  std::uint32_t room = wanted;
  for (unsigned i = 0; i <= v.sources; ++i) {
    if (o[i].kind != form::DescriptorKind::fifo) continue;
    const std::uint32_t count = pe.fifos[o[i].queue].count;
    const std::uint32_t able = i == 0 ? fifo_code(pe, o[i]).capacity - count : count;
    if (able < room) room = able;
  }
  return room;
}

/// One element of an operation with fabric or FIFO operands. `words`: what came from the fabric, in
/// the order of the fabric sources. Returns the word for a fabric destination.
inline std::uint32_t run_step(const Pe& pe, const VectorCode& v, const StreamOperand* o,
                              std::uint32_t k, const std::uint32_t* words) {
  std::array<numerics::Source, 3> sources{};
  std::uint64_t result = 0;
  unsigned input = 0;
  for (unsigned i = 1; i <= v.sources; ++i) {
    numerics::Source& source = sources[i - 1];
    switch (o[i].kind) {
      case form::DescriptorKind::none:
        source.data = reinterpret_cast<const std::byte*>(&o[i].scalar);
        break;
      case form::DescriptorKind::fabin:
        source.data = reinterpret_cast<const std::byte*>(&words[input++]);
        break;
      case form::DescriptorKind::fifo:
        if (pe.fifos[o[i].queue].count == 0) {
          pe.refuse(PeError::fifo_conflict, o[i].queue);
          return 0;
        }
        source.data = fifo_place(pe, o[i], false);
        break;
      default:
        if (!check_run(pe, o[i], k, 1, true)) return 0;
        source.data = pe.sram + element_address(o[i], k);
    }
  }
  numerics::Destination destination{reinterpret_cast<std::byte*>(&result), 0};
  if (in_memory(o[0])) {
    if (!check_run(pe, o[0], k, 1, false)) return 0;
    destination.data = pe.sram + element_address(o[0], k);
  } else if (o[0].kind == form::DescriptorKind::fifo) {
    if (fifo_room(pe, v, o, 1) == 0) {
      pe.refuse(PeError::fifo_conflict, o[0].queue);
      return 0;
    }
    destination.data = fifo_place(pe, o[0], true);
  }
  numerics::apply(v.operation, pe.constants().rules, destination, sources, 1);
  if (in_memory(o[0])) mark_run(pe, o[0], k, 1);
  move_fifos(pe, v, o);
  return static_cast<std::uint32_t>(result);
}

}  // namespace weft::machine::wse
