// SPDX-License-Identifier: Apache-2.0
// Kernels over runs of vectors.
#include "machine/tsp/kernels.hpp"

#include "numerics/float_rules.hpp"
#include "numerics/tsp_layout.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

namespace {

using numerics::tsp::load_lane;
using numerics::tsp::store_lane;

constexpr std::size_t superlane = form::lanes_per_superlane;

WEFT_FUNCTION void copy_bytes(const std::byte* from, std::size_t bytes, std::byte* to) {
  for (std::size_t b = 0; b < bytes; ++b) to[b] = from[b];
}

struct CopyVectors {
  Strided from;
  std::size_t width;
  std::byte* to;
  std::ptrdiff_t to_step;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    const auto element = static_cast<std::ptrdiff_t>(k);
    copy_bytes(from.first + element * from.step, width * vector_bytes, to + element * to_step);
  }
};

struct ReadWords {
  MemoryView memory;
  std::uint32_t bank;
  Walk walk;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    copy_bytes(memory.word(bank, walk.at(k)), vector_bytes, result + k * vector_bytes);
  }
};

struct WriteWords {
  MemoryView memory;
  std::uint32_t bank;
  Walk walk;
  const std::byte* data;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    copy_bytes(data + k * vector_bytes, vector_bytes, memory.word(bank, walk.at(k)));
  }
};

/// A superlane of all elements an index: they go in order.
struct WriteWordsInOrder {
  MemoryView memory;
  std::uint32_t bank;
  Walk walk;
  std::size_t count;
  const std::byte* data;

  WEFT_FUNCTION void operator()(std::size_t part) const {
    const std::size_t lane = part * superlane;
    for (std::size_t k = 0; k < count; ++k) {
      copy_bytes(data + k * vector_bytes + lane, superlane, memory.word(bank, walk.at(k)) + lane);
    }
  }
};

/// Word of a superlane: the run's address and the first lane of its index.
WEFT_FUNCTION std::int64_t indexed(const Walk& walk, const std::byte* index, std::size_t element,
                                   std::size_t lane) {
  return walk.at(element) + load_lane<std::int16_t>(index + element * 2 * vector_bytes, lane);
}
WEFT_FUNCTION bool in_bank(std::int64_t address) {
  return address >= 0 && address < form::words_a_bank;
}

struct GatherWords {
  MemoryView memory;
  std::uint32_t bank;
  Walk walk;
  const std::byte* index;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    for (std::size_t lane = 0; lane < vector_bytes; lane += superlane) {
      const std::int64_t address = indexed(walk, index, k, lane);
      std::byte* to = result + k * vector_bytes + lane;
      if (in_bank(address)) {
        copy_bytes(memory.word(bank, address) + lane, superlane, to);
      } else {
        for (std::size_t b = 0; b < superlane; ++b) to[b] = std::byte{0};
      }
    }
  }
};

/// A superlane of all elements an index: they go in order.
struct ScatterWords {
  MemoryView memory;
  std::uint32_t bank;
  Walk walk;
  std::size_t count;
  const std::byte* data;
  const std::byte* index;

  WEFT_FUNCTION void operator()(std::size_t part) const {
    const std::size_t lane = part * superlane;
    for (std::size_t k = 0; k < count; ++k) {
      const std::int64_t address = indexed(walk, index, k, lane);
      if (!in_bank(address)) continue;
      copy_bytes(data + k * vector_bytes + lane, superlane, memory.word(bank, address) + lane);
    }
  }
};

struct FindBeyond {
  Walk walk;
  const std::byte* index;

  WEFT_FUNCTION void operator()(std::size_t k, std::uint32_t& least) const {
    for (std::size_t lane = 0; lane < vector_bytes; lane += superlane) {
      if (in_bank(indexed(walk, index, k, lane))) continue;
      if (k < least) least = static_cast<std::uint32_t>(k);
      return;
    }
  }
};

struct LoadRows {
  Walk walk;
  std::size_t row_bytes;
  const std::byte* data;
  std::byte* buffer;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    const auto row = static_cast<std::size_t>(walk.at(k));
    copy_bytes(data + k * 16 * vector_bytes, 16 * vector_bytes, buffer + row * row_bytes);
  }
};

template <bool floats>
struct AccumulateRows {
  Walk walk;
  bool adds;
  const std::uint32_t* sums;
  std::uint32_t* accumulators;
  std::byte* result;

  WEFT_FUNCTION static std::uint32_t added(std::uint32_t a, std::uint32_t b) {
    if constexpr (!floats) return a + b;
    const float sum = numerics::float_of(a) + numerics::float_of(b);
    return sum == sum ? std::bit_cast<std::uint32_t>(sum) : numerics::quiet_nan_bits;
  }

  /// Lanes [first, end) of element `k`.
  WEFT_FUNCTION void take(std::size_t k, std::size_t first, std::size_t end) const {
    std::uint32_t* row = accumulators + static_cast<std::size_t>(walk.at(k)) * vector_bytes;
    const std::uint32_t* sum = sums + k * vector_bytes;
    for (std::size_t lane = first; lane < end; ++lane) {
      row[lane] = adds ? added(row[lane], sum[lane]) : sum[lane];
    }
    if (result == nullptr) return;
    for (std::size_t lane = first; lane < end; ++lane) {
      store_lane(result + k * 4 * vector_bytes, lane, row[lane]);
    }
  }
  WEFT_FUNCTION void operator()(std::size_t k) const { take(k, 0, vector_bytes); }
};

/// A superlane of all elements an index: they go in order.
template <bool floats>
struct AccumulateRowsInOrder {
  AccumulateRows<floats> rows;
  std::size_t count;

  WEFT_FUNCTION void operator()(std::size_t part) const {
    for (std::size_t k = 0; k < count; ++k) {
      rows.take(k, part * superlane, (part + 1) * superlane);
    }
  }
};

/// Sums that leave as they are.
struct PassRows {
  const std::uint32_t* sums;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    for (std::size_t lane = 0; lane < vector_bytes; ++lane) {
      store_lane(result + k * 4 * vector_bytes, lane, sums[k * vector_bytes + lane]);
    }
  }
};

template <bool floats>
void run_accumulation(const AccumulateRows<floats>& rows, bool repeats, std::size_t count) {
  if (!repeats) return device_parallel_for("tsp_accumulate", count, rows);
  if (rows.adds || rows.walk.stride != 0 || rows.walk.inner < rows.walk.first + count) {
    device_parallel_for("tsp_accumulate", form::superlanes,
                        AccumulateRowsInOrder<floats>{rows, count});
    return;
  }
  // All in one row: the last stays.
  if (rows.result != nullptr) {
    device_parallel_for("tsp_accumulate", count, PassRows{rows.sums, rows.result});
  }
  AccumulateRows<floats> last = rows;
  last.sums += (count - 1) * vector_bytes;
  last.result = nullptr;
  device_parallel_for("tsp_accumulate", 1, last);
}

struct ShiftLanes {
  std::int32_t amount;
  const std::byte* data;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    for (std::int32_t lane = 0; lane < static_cast<std::int32_t>(vector_bytes); ++lane) {
      const std::int32_t from = lane + amount;
      const bool inside = from >= 0 && from < static_cast<std::int32_t>(vector_bytes);
      result[k * vector_bytes + static_cast<std::size_t>(lane)] =
          inside ? data[k * vector_bytes + static_cast<std::size_t>(from)] : std::byte{0};
    }
  }
};

struct MapLanes {
  const std::uint16_t* map;
  std::uint32_t entries;
  const std::byte* data;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    for (std::size_t first = 0; first < vector_bytes; first += entries) {
      const std::byte* from = data + k * vector_bytes + first;
      std::byte* to = result + k * vector_bytes + first;
      for (std::uint32_t i = 0; i < entries; ++i) {
        to[i] = map[i] == form::zero_lane ? std::byte{0} : from[map[i]];
      }
    }
  }
};

struct RotateLanes {
  std::uint32_t n;
  const std::byte* data;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    for (std::uint32_t by = 0; by < n; ++by) {
      for (std::uint32_t stream = 0; stream < n; ++stream) {
        const std::byte* from = data + (k * n + stream) * vector_bytes;
        std::byte* to = result + (k * n * n + by * n + stream) * vector_bytes;
        for (std::size_t lane = 0; lane < vector_bytes; ++lane) {
          const std::size_t within = lane % superlane;
          to[lane] = from[lane - within + (within + by) % superlane];
        }
      }
    }
  }
};

struct TransposeLanes {
  const std::byte* data;
  std::byte* result;

  WEFT_FUNCTION void operator()(std::size_t k) const {
    const std::byte* from = data + k * superlane * vector_bytes;
    std::byte* to = result + k * superlane * vector_bytes;
    for (std::size_t first = 0; first < vector_bytes; first += superlane) {
      for (std::size_t i = 0; i < superlane; ++i) {
        for (std::size_t j = 0; j < superlane; ++j) {
          to[j * vector_bytes + first + i] = from[i * vector_bytes + first + j];
        }
      }
    }
  }
};

}  // namespace

std::vector<std::byte> to_host(const std::byte* device, std::size_t bytes) {
  using Device = Kokkos::View<const std::byte*, DeviceMemory, Kokkos::MemoryUnmanaged>;
  using Host = Kokkos::View<std::byte*, Memory, Kokkos::MemoryUnmanaged>;
  std::vector<std::byte> out(bytes);
  Kokkos::deep_copy(Host(out.data(), bytes), Device(device, bytes));
  return out;
}

void to_device(std::span<const std::byte> host, std::byte* device) {
  using Device = Kokkos::View<std::byte*, DeviceMemory, Kokkos::MemoryUnmanaged>;
  using Host = Kokkos::View<const std::byte*, Memory, Kokkos::MemoryUnmanaged>;
  Kokkos::deep_copy(Device(device, host.size()), Host(host.data(), host.size()));
}

void copy_vectors(const Strided& from, std::size_t width, std::size_t count, std::byte* to,
                  std::ptrdiff_t to_step) {
  device_parallel_for("tsp_copy", count, CopyVectors{from, width, to, to_step});
}

void read_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                std::byte* result) {
  device_parallel_for("tsp_read", count, ReadWords{memory, bank, walk, result});
}

void write_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                 const std::byte* data, bool repeats) {
  if (repeats) {
    device_parallel_for("tsp_write", form::superlanes,
                        WriteWordsInOrder{memory, bank, walk, count, data});
  } else {
    device_parallel_for("tsp_write", count, WriteWords{memory, bank, walk, data});
  }
}

std::optional<Beyond> first_beyond(const Walk& walk, std::size_t count, const std::byte* index) {
  std::uint32_t least = form::none;
  Kokkos::parallel_reduce("tsp_beyond", Kokkos::RangePolicy<DeviceSpace>(0, count),
                          FindBeyond{walk, index}, Kokkos::Min<std::uint32_t>(least));
  if (least >= count) return {};
  const auto one = to_host(index + std::size_t{least} * 2 * vector_bytes, 2 * vector_bytes);
  Walk there = walk;
  there.first += least;
  for (std::size_t lane = 0; lane < vector_bytes; lane += superlane) {
    const std::int64_t address = indexed(there, one.data(), 0, lane);
    if (!in_bank(address)) return Beyond{least, address};
  }
  return {};
}

void gather_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk, std::size_t count,
                  const std::byte* index, std::byte* result) {
  device_parallel_for("tsp_gather", count, GatherWords{memory, bank, walk, index, result});
}

void scatter_words(const MemoryView& memory, std::uint32_t bank, const Walk& walk,
                   std::size_t count, const std::byte* data, const std::byte* index) {
  device_parallel_for("tsp_scatter", form::superlanes,
                      ScatterWords{memory, bank, walk, count, data, index});
}

void load_rows(const Walk& walk, std::size_t row_bytes, std::size_t count, const std::byte* data,
               std::byte* buffer) {
  device_parallel_for("tsp_load", count, LoadRows{walk, row_bytes, data, buffer});
}

void accumulate_rows(const Walk& walk, const Accumulation& how, std::size_t count,
                     const std::byte* sums, std::byte* accumulators, std::byte* result) {
  const auto* in = reinterpret_cast<const std::uint32_t*>(sums);
  auto* rows = reinterpret_cast<std::uint32_t*>(accumulators);
  if (how.floats) {
    run_accumulation(AccumulateRows<true>{walk, how.adds, in, rows, result}, how.repeats, count);
  } else {
    run_accumulation(AccumulateRows<false>{walk, how.adds, in, rows, result}, how.repeats, count);
  }
}

void shift_lanes(std::int32_t amount, std::size_t count, const std::byte* data, std::byte* result) {
  device_parallel_for("tsp_shift", count, ShiftLanes{amount, data, result});
}

void map_lanes(const std::uint16_t* map, std::uint32_t entries, std::size_t count,
               const std::byte* data, std::byte* result) {
  device_parallel_for("tsp_map", count, MapLanes{map, entries, data, result});
}

void rotate_lanes(std::uint32_t n, std::size_t count, const std::byte* data, std::byte* result) {
  device_parallel_for("tsp_rotate", count, RotateLanes{n, data, result});
}

void transpose_lanes(std::size_t count, const std::byte* data, std::byte* result) {
  device_parallel_for("tsp_transpose", count, TransposeLanes{data, result});
}

}  // namespace weft::machine::tsp
