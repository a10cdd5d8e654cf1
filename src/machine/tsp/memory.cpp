// SPDX-License-Identifier: Apache-2.0
// Pages of memory.
#include "machine/tsp/memory.hpp"

#include <algorithm>
#include <cstdlib>

#include "machine/tsp/kernels.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

std::uint32_t bank_of(const form::Instruction& instruction) {
  const form::Queue queue = form::queue_of(instruction.queue);
  return bank_number(queue.hemisphere, queue.index, instruction.bank);
}

Walk walk_of(const form::Instruction& instruction, std::uint32_t first) {
  return {instruction.address, instruction.inner, instruction.stride, instruction.outer_stride,
          first};
}

void Pages::want(std::uint32_t bank, std::int64_t first, std::int64_t last) {
  const auto begin = wanted_.begin() + std::ptrdiff_t{bank} * pages_a_bank;
  std::fill(begin + first / words_a_page, begin + last / words_a_page + 1, std::uint8_t{1});
}

void Pages::want(std::uint32_t bank, const Walk& walk, std::uint32_t count) {
  const bool dense = std::abs(std::int64_t{walk.stride}) <= words_a_page;
  for (std::uint32_t k = 0; k < count;) {
    const std::uint32_t within = (walk.first + k) % walk.inner;
    const std::uint32_t more = dense ? std::min(walk.inner - within, count - k) : 1;
    const std::int64_t begin = walk.at(k);
    const std::int64_t end = walk.at(k + more - 1);
    want(bank, std::min(begin, end), std::max(begin, end));
    k += more;
  }
}

std::uint64_t Pages::bytes() const {
  const auto pages = std::count(wanted_.begin(), wanted_.end(), std::uint8_t{1});
  return static_cast<std::uint64_t>(pages) * words_a_page * vector_bytes +
         wanted_.size() * sizeof(std::uint32_t);
}

ChipMemory::ChipMemory(const Pages& pages) : host_table_(pages.wanted().size(), no_page) {
  std::uint32_t next = 0;
  for (std::size_t page = 0; page < host_table_.size(); ++page) {
    if (pages.wanted()[page] != 0) host_table_[page] = next++;
  }
  words_ = DeviceArray<std::byte>("tsp_memory", std::size_t{next} * words_a_page * vector_bytes);
  table_ = device_array<std::uint32_t>("tsp_pages", host_table_);
}

bool ChipMemory::holds(std::uint32_t bank, std::int64_t address) const {
  return host_table_[bank * pages_a_bank + static_cast<std::uint32_t>(address) / words_a_page] !=
         no_page;
}

void ChipMemory::flip(std::uint32_t bank, std::uint32_t address, std::uint32_t bit) {
  const std::uint32_t page = host_table_.at(bank * pages_a_bank + address / words_a_page);
  std::byte* place = words_.data() +
                     (std::size_t{page} * words_a_page + address % words_a_page) * vector_bytes +
                     bit / bits_a_lane;
  std::vector<std::byte> byte = to_host(place, 1);
  byte[0] ^= std::byte{1} << bit % bits_a_lane;
  to_device(byte, place);
  FlippedBits& bits = faults[{bank, address}];
  const auto at = std::lower_bound(bits.begin(), bits.end(), bit);
  if (at != bits.end() && *at == bit) {
    bits.erase(at);
  } else {
    bits.insert(at, static_cast<std::uint16_t>(bit));
  }
  if (bits.empty()) faults.erase({bank, address});
}

}  // namespace weft::machine::tsp
