// SPDX-License-Identifier: Apache-2.0
// Hands out a TSP's memory, and finds the address runs that instructions can repeat.
#include "program/tsp_schedule_memory.hpp"

#include <algorithm>
#include <utility>

#include "base/counted.hpp"
#include "base/error.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint32_t weight_slice_count = 16;  // streams of one load
constexpr std::uint32_t constant_slots = 4;
constexpr std::uint32_t product_slots = 2;  // behind them those of operations without a product
constexpr std::uint32_t constant_slot_slices = 4;

[[noreturn]] void too_large(const std::string& name, Hemisphere hemisphere, std::uint32_t words) {
  fail(Category::limit, "tensor '" + name + "': the " +
                            (hemisphere == Hemisphere::west ? "western" : "eastern") +
                            " memory has no room for " + counted(words, "more word") + " of it");
}

/// Of words that are free from a cycle on, for what is wanted in another: those that something lay
/// in and that are free in time come first, then fresh ones, then those that are free later.
std::pair<Cycle, bool> badness(Cycle from, Cycle wanted) {
  const bool used = from != BankWords::fresh && from <= wanted;
  return {from <= wanted ? 0 : from, wanted != 0 && !used};
}

/// How far from `i` on the addresses go by one stride, not beyond `end`.
std::size_t straight(const std::vector<AddressRef>& refs, std::size_t i, std::size_t end,
                     std::int64_t stride) {
  std::size_t n = i + 1;
  while (n < end && refs[n].source == refs[i].source &&
         std::int64_t{refs[n].address} - refs[n - 1].address == stride) {
    ++n;
  }
  return n - i;
}

AddressRun run_at(const std::vector<AddressRef>& refs, std::size_t i, std::size_t end) {
  AddressRun run;
  run.source = refs[i].source;
  run.first = static_cast<std::uint32_t>(i);
  run.address = refs[i].address;
  if (i + 1 == end || refs[i + 1].source != refs[i].source) return run;
  const std::int64_t stride = std::int64_t{refs[i + 1].address} - refs[i].address;
  run.stride = static_cast<std::int32_t>(stride);
  const std::size_t inner = straight(refs, i, end, stride);
  run.count = static_cast<std::uint32_t>(inner);
  if (i + inner >= end || refs[i + inner].source != refs[i].source) return run;
  const std::int64_t outer = std::int64_t{refs[i + inner].address} - refs[i].address;
  std::size_t at = i + inner;
  while (at < end && refs[at].source == refs[i].source &&
         std::int64_t{refs[at].address} - refs[at - inner].address == outer) {
    const std::size_t block = straight(refs, at, end, stride);
    if (block > inner || (block < inner && at + block < end)) break;
    at += block;
    if (block < inner) break;
  }
  if (at == i + inner) return run;
  run.count = static_cast<std::uint32_t>(at - i);
  run.inner = static_cast<std::uint32_t>(inner);
  run.outer_stride = static_cast<std::int32_t>(outer);
  return run;
}

}  // namespace

const Segment* Placed::find(std::uint32_t tile, std::uint64_t row, std::uint32_t copy) const {
  for (const Segment& segment : segments) {
    if (segment.tile == tile && segment.copy == copy && segment.has(row)) return &segment;
  }
  return nullptr;
}

std::vector<AddressRun> runs_of(const std::vector<AddressRef>& refs,
                                const std::vector<std::uint32_t>& breaks) {
  std::vector<AddressRun> runs;
  std::size_t i = 0;
  auto next_break = breaks.begin();
  while (i < refs.size()) {
    while (next_break != breaks.end() && *next_break <= i) ++next_break;
    const std::size_t end =
        next_break == breaks.end() ? refs.size() : std::min<std::size_t>(*next_break, refs.size());
    runs.push_back(run_at(refs, i, end));
    i += runs.back().count;
  }
  return runs;
}

void Memory::Wishes::avoid(std::uint32_t slice, std::uint32_t points) {
  for (std::uint32_t& bank : penalty.at(slice)) bank += points;
}

void Memory::Wishes::avoid(std::uint32_t slice, std::uint32_t bank, std::uint32_t points) {
  penalty.at(slice).at(bank) += points;
}

Memory::Memory(const Timing& timing, const SliceWords& reserved) {
  for (std::size_t side = 0; side < 2; ++side) {
    for (std::size_t slice = 0; slice < slices_a_hemisphere; ++slice) {
      std::uint32_t left = reserved[side][slice];  // the first bank's last words, then the second's
      for (std::uint32_t& from : reserved_[side][slice]) {
        const std::uint32_t here = std::min(left, words_a_bank);
        from = words_a_bank - here;
        left -= here;
      }
    }
  }
  for (std::size_t side = 0; side < 2; ++side) {
    use_[side].fill(Use::tensors);
    const auto& text = side == 0 ? timing.text_slices_west : timing.text_slices_east;
    for (const std::uint32_t slice : text) use_[side].at(slice) = Use::text;
    for (std::uint32_t slice = slices_a_hemisphere; slice-- > 0;) {  // next to the MXM
      if (use_[side][slice] == Use::text || weights_[side].size() == weight_slice_count) continue;
      use_[side][slice] = Use::weights;
      weights_[side].push_back(static_cast<std::uint8_t>(slice));
    }
    for (std::uint32_t slice = 0; slice < slices_a_hemisphere; ++slice) {
      if (use_[side][slice] != Use::tensors ||
          constants_[side].size() == constant_slots * constant_slot_slices) {
        continue;
      }
      if (slice == offset_slice || slice == offset_slice + 1) {
        use_[side][slice] = Use::offsets;
        continue;
      }
      const bool product = constants_[side].size() < product_slots * constant_slot_slices;
      use_[side][slice] = product ? Use::constants : Use::vector_constants;
      constants_[side].push_back(static_cast<std::uint8_t>(slice));
    }
  }
}

Memory Memory::boundless(const Timing& timing) {
  Memory out(timing);
  out.bank_words_ = std::uint32_t{1} << 30U;
  for (auto& side : out.reserved_) {
    for (auto& slice : side) slice.fill(out.bank_words_);
  }
  return out;
}

std::array<std::uint8_t, 4> Memory::constant_slices(Hemisphere hemisphere,
                                                    std::uint32_t slot) const {
  const auto& all = constants_[static_cast<std::size_t>(hemisphere)];
  std::array<std::uint8_t, 4> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = all.at((slot % constant_slots) * constant_slot_slices + i);
  }
  return out;
}

std::uint32_t Memory::take_slot(Hemisphere hemisphere, std::uint32_t slot, Slices& read) const {
  std::uint32_t found = slot;
  for (std::uint32_t trial = slot; trial < slot + constant_slots; ++trial) {
    const auto slices = constant_slices(hemisphere, trial);
    if (std::any_of(slices.begin(), slices.end(), [&](auto slice) { return read.at(slice); })) {
      continue;
    }
    found = trial;
    break;
  }
  for (const std::uint8_t slice : constant_slices(hemisphere, found)) read.at(slice) = true;
  return found;
}

template <typename Body>
void Memory::each_bank(const Rooms& rooms, const Body& body) {
  for (const std::uint32_t slice : rooms.slices) {
    for (std::uint32_t bank = rooms.first_bank; bank < rooms.first_bank + rooms.banks; ++bank) {
      body(words_[static_cast<std::size_t>(rooms.hemisphere)].at(slice).at(bank));
    }
  }
}

std::pair<std::uint32_t, std::uint32_t> Memory::reserved_from(const Rooms& rooms) const {
  std::pair<std::uint32_t, std::uint32_t> out{bank_words_, 0};
  for (const std::uint32_t slice : rooms.slices) {
    for (std::uint32_t bank = rooms.first_bank; bank < rooms.first_bank + rooms.banks; ++bank) {
      const std::uint32_t from =
          reserved_[static_cast<std::size_t>(rooms.hemisphere)].at(slice).at(bank);
      out = {std::min(out.first, from), std::max(out.second, from)};
    }
  }
  return out;
}

Memory::Hole Memory::hole_in(const Rooms& rooms, std::uint32_t words, bool fresh,
                             Cycle wanted) const {
  return hole_between(rooms, 0, reserved_from(rooms).first, words, fresh, wanted);
}

Memory::Hole Memory::given_hole(const Rooms& rooms, std::uint32_t words) const {
  const std::uint32_t reserved = reserved_from(rooms).second;
  const Hole hole = hole_between(rooms, reserved, bank_words_, words, true, 0);
  return hole.from != never ? hole : hole_between(rooms, 0, bank_words_, words, true, 0);
}

void Memory::take_given(const Rooms& rooms, std::uint32_t address, std::uint32_t words,
                        const std::string& name) {
  each_bank(rooms, [&](BankWords& of_bank) { of_bank.take(address, words); });
  for (const std::uint32_t slice : rooms.slices) {
    given_words_[static_cast<std::size_t>(rooms.hemisphere)].at(slice) += words * rooms.banks;
  }
  given_by_name_[name] += rooms.slices.size() * rooms.banks * words;
}

Memory::Hole Memory::hole_between(const Rooms& rooms, std::uint32_t low, std::uint32_t behind,
                                  std::uint32_t words, bool fresh, Cycle wanted) const {
  std::vector<const BankWords*> all;
  std::vector<std::uint32_t> bounds = {low};
  for (const std::uint32_t slice : rooms.slices) {
    for (std::uint32_t bank = rooms.first_bank; bank < rooms.first_bank + rooms.banks; ++bank) {
      all.push_back(&words_[static_cast<std::size_t>(rooms.hemisphere)].at(slice).at(bank));
      all.back()->add_bounds(bounds);
    }
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  Hole best;
  for (const std::uint32_t address : bounds) {
    if (address < low) continue;
    if (address + words > behind) break;
    Cycle from = BankWords::fresh;
    for (const BankWords* bank : all) {
      from = std::max(from, bank->free_from(address, words));
      if (from == never) break;
    }
    if (fresh && from != BankWords::fresh) continue;
    if (badness(from, wanted) < badness(best.from, wanted)) best = {address, from};
    if (badness(best.from, wanted) == std::pair{Cycle{0}, false}) break;
  }
  return best;
}

void Memory::release(const Store& store, Cycle cycle) {
  for (std::uint32_t i = 0; i < store.width; ++i) {
    words_[static_cast<std::size_t>(store.hemisphere)]
        .at(store.slices.at(i))
        .at(store.bank)
        .give_back(store.address, store.words, cycle);
  }
}

Store Memory::allocate(Hemisphere hemisphere, std::uint32_t width, std::uint32_t words,
                       const Wishes& wishes, bool fresh, Cycle wanted, const std::string& name) {
  const std::size_t side = static_cast<std::size_t>(hemisphere);
  // Slices for tensors first; those for constants and weights where there is no more room.
  constexpr std::array<std::uint32_t, 6> use_points = {0, 30, 10'000, 100'000, 200'000, 0};
  const auto wanted_in = [&](const std::vector<std::uint32_t>& slices) {
    const bool in_weights = std::any_of(slices.begin(), slices.end(), [&](std::uint32_t slice) {
      return use_[side][slice] == Use::weights;
    });
    return in_weights ? wanted : Cycle{0};
  };
  std::uint64_t least = ~std::uint64_t{0};
  Store store;
  for (std::uint32_t bank = 0; bank < banks_a_slice; ++bank) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    for (std::uint32_t slice = 0; slice < slices_a_hemisphere; ++slice) {
      if (use_[side][slice] == Use::text) continue;
      const Hole hole = hole_in({hemisphere, {slice}, bank}, words, fresh, wanted_in({slice}));
      if (hole.from == never) continue;
      const std::uint64_t points =
          wishes.penalty[slice][bank] + use_points.at(static_cast<std::size_t>(use_[side][slice]));
      order.emplace_back(points * words_a_bank + hole.address, slice);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> slices;
    std::uint64_t sum = 0;
    Hole hole;
    for (const auto& [points, slice] : order) {
      if (slices.size() == width) break;
      slices.push_back(slice);
      const Hole with = hole_in({hemisphere, slices, bank}, words, fresh, wanted_in(slices));
      if (with.from == never) {
        slices.pop_back();
        continue;
      }
      hole = with;
      sum += points;
    }
    if (slices.size() < width || sum >= least) continue;
    least = sum;
    store.bank = static_cast<std::uint8_t>(bank);
    store.address = hole.address;
    store.free_from = hole.from;
    for (std::uint32_t i = 0; i < width; ++i) {
      store.slices.at(i) = static_cast<std::uint8_t>(slices[i]);
    }
  }
  if (least == ~std::uint64_t{0}) too_large(name, hemisphere, words);
  store.hemisphere = hemisphere;
  store.width = static_cast<std::uint8_t>(width);
  store.words = words;
  for (std::uint32_t i = 0; i < width; ++i) {
    words_[side].at(store.slices.at(i)).at(store.bank).take(store.address, words);
  }
  return store;
}

Store Memory::allocate_in(Hemisphere hemisphere, const std::array<std::uint8_t, 4>& slices,
                          std::uint32_t width, std::uint32_t words, const std::string& name) {
  for (std::uint32_t bank = 0; bank < banks_a_slice; ++bank) {
    const Rooms rooms{hemisphere, {slices.begin(), slices.begin() + width}, bank};
    const Hole hole = given_hole(rooms, words);
    if (hole.from == never) continue;
    take_given(rooms, hole.address, words, name);
    Store store;
    store.hemisphere = hemisphere;
    store.bank = static_cast<std::uint8_t>(bank);
    store.width = static_cast<std::uint8_t>(width);
    store.slices = slices;
    store.address = hole.address;
    store.words = words;
    return store;
  }
  too_large(name, hemisphere, words);
}

Memory::Rooms Memory::weight_rooms(Hemisphere hemisphere, std::uint32_t bank,
                                   std::uint32_t banks) const {
  const auto& slices = weight_slices(hemisphere);
  return {hemisphere, {slices.begin(), slices.end()}, bank, banks};
}

Memory::WeightStore Memory::allocate_weights(Hemisphere hemisphere, std::uint32_t words,
                                             const std::string& name) {
  for (std::uint32_t bank = 0; bank < banks_a_slice; ++bank) {
    const Rooms rooms = weight_rooms(hemisphere, bank, 1);
    const Hole hole = given_hole(rooms, words);
    if (hole.from == never) continue;
    take_given(rooms, hole.address, words, name);
    weight_words_[static_cast<std::size_t>(hemisphere)] += words;
    return {hemisphere, static_cast<std::uint8_t>(bank), hole.address, words, 0};
  }
  too_large(name, hemisphere, words);
}

Memory::WeightStore Memory::allocate_computed(Hemisphere hemisphere, std::uint32_t words,
                                              Cycle wanted, bool high, const std::string& name) {
  WeightStore best;
  best.free_from = never;
  for (std::uint32_t trial = 0; trial < banks_a_slice; ++trial) {
    const std::uint32_t bank = high ? banks_a_slice - 1 - trial : trial;
    const Hole hole = hole_in(weight_rooms(hemisphere, bank, 1), words, false, wanted);
    if (badness(hole.from, wanted) >= badness(best.free_from, wanted)) continue;
    best = {hemisphere, static_cast<std::uint8_t>(bank), hole.address, words, hole.from};
  }
  if (best.free_from == never) too_large(name, hemisphere, words);
  each_bank(weight_rooms(hemisphere, best.bank, 1),
            [&](BankWords& of_bank) { of_bank.take(best.address, words); });
  weight_words_[static_cast<std::size_t>(hemisphere)] += words;
  return best;
}

void Memory::release(const WeightStore& store, Cycle cycle) {
  weight_words_[static_cast<std::size_t>(store.hemisphere)] -= store.words;
  each_bank(weight_rooms(store.hemisphere, store.bank, 1),
            [&](BankWords& of_bank) { of_bank.give_back(store.address, store.words, cycle); });
}

std::uint32_t Memory::allocate_bench(Hemisphere hemisphere, std::uint32_t words,
                                     const std::string& name) {
  const Rooms rooms = weight_rooms(hemisphere, 0, banks_a_slice);
  const Hole hole = hole_between(rooms, 0, bank_words_, words, true, 0);
  if (hole.from == never) too_large(name, hemisphere, words);
  take_given(rooms, hole.address, words, name);
  weight_words_[static_cast<std::size_t>(hemisphere)] += banks_a_slice * words;
  return hole.address;
}

void Memory::release_bench(Hemisphere hemisphere, std::uint32_t address, std::uint32_t words,
                           Cycle cycle) {
  weight_words_[static_cast<std::size_t>(hemisphere)] -= banks_a_slice * words;
  each_bank(weight_rooms(hemisphere, 0, banks_a_slice),
            [&](BankWords& of_bank) { of_bank.give_back(address, words, cycle); });
}

std::uint64_t Memory::words_taken() const {
  std::uint64_t sum = 0;
  for (const auto& side : words_) {
    for (const auto& slice : side) {
      for (const BankWords& bank : slice) sum += bank.taken();
    }
  }
  return sum;
}

}  // namespace weft::program::tsp
