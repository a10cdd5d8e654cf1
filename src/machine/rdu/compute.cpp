// SPDX-License-Identifier: Apache-2.0
// Values of a run, a node after the other: of all its firings and lanes at once where one firing's
// don't follow from another's.
#include <algorithm>
#include <bit>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;
using Kind = form::Node::Kind;

namespace {
constexpr std::uint32_t lanes = form::lanes_most;
constexpr std::uint32_t all_lanes = (1U << lanes) - 1;
}  // namespace

std::uint32_t* Run::values(std::uint32_t node, std::uint32_t firing) const {
  return q_.words.data() + plan_.value_at[node] + std::size_t{firing} * width(node);
}

void Run::compute_early() {
  found_.reset();
  compute_flat(plan_.early_flat);
  compute_serial(plan_.early_serial, plan_.early_registers, false);
}

/// Of a firing by itself: whether it is behind the end of a counter, which data say.
void Run::find_behind() {
  q_.behind = c_.counters.size();
  note_steps();
  q_.masks[0] = mask_of(0);
  count_ = 1;
  compute_early();
  count_ = 0;
  for (std::size_t i = c_.counters.size(); i-- > 0;) {
    const std::uint32_t until = c_.counters[i].until;
    if (until != none && value(until, 0) != 0) q_.behind = i;
  }
  if (q_.behind < c_.counters.size()) find_ends();
}

/// What comes from memories, up to the first firing of the run that may not be; with `stores`, what
/// each of them stores is there for the next.
void Run::compute_late(bool stores) {
  compute_flat(plan_.late_flat);
  compute_serial(plan_.late_serial, plan_.late_registers, stores);
  if (!stores) check_stores();
}

void Run::compute_flat(const std::vector<std::uint32_t>& nodes) {
  const std::uint32_t count = count_;
  for (const std::uint32_t node : nodes) compute(node, 0, count);
}

void Run::compute_serial(const std::vector<std::uint32_t>& nodes,
                         const std::vector<std::uint32_t>& registers, bool stores) {
  if (nodes.empty() && registers.empty() && !stores) return;
  for (const std::uint32_t r : registers) q_.registers[r * (run_most + 1)] = s_.registers[r];
  for (std::uint32_t i = 0; i < count_; ++i) {
    for (const std::uint32_t node : nodes) compute(node, i, i + 1);
    for (const std::uint32_t r : registers) leave(r, i);
    if (!stores) continue;
    check_stores(i);
    if (found_ || i >= count_) return;
    store(i);
  }
}

void Run::leave(std::uint32_t number, std::uint32_t firing) {
  const form::Register& reg = c_.registers[number];
  std::uint32_t* at = q_.registers.data() + number * (run_most + 1) + firing;
  at[1] = is_first(reg.level, firing) ? reg.start : at[0];
  if (reg.when == none || value(reg.when, firing) != 0) at[1] = value(reg.next, firing);
}

void Run::compute(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  std::uint32_t* out = values(n, first);
  switch (node.kind) {
    case Kind::constant:
      std::fill(out, values(n, end), node.word);
      return;
    case Kind::index:
      return index(n, first, end);
    case Kind::lane:
      for (std::uint32_t i = first; i < end; ++i) {
        for (std::uint32_t lane = 0; lane < width(n); ++lane) *out++ = lane;
      }
      return;
    case Kind::first:
      for (std::uint32_t i = first; i < end; ++i) *out++ = is_first(node.level, i) ? 1 : 0;
      return;
    case Kind::last: {
      const std::int32_t level = plan_.node_levels[n];
      for (std::uint32_t i = first; i < end; ++i) *out++ = is_at(level, i) ? 1 : 0;
      return;
    }
    case Kind::input:
      return take(n, first, end);
    case Kind::reg:
      for (std::uint32_t i = first; i < end; ++i) {
        const form::Register& reg = c_.registers[node.at];
        *out++ = is_first(reg.level, i) ? reg.start : q_.registers[node.at * (run_most + 1) + i];
      }
      return;
    case Kind::load:
      return load(n, first, end);
    case Kind::pair:
      return pair(n, first, end);
    case Kind::body:
      std::fill(out, values(n, end), 0U);
      return;
    case Kind::row:
      return read_row(n, first, end);
    case Kind::reduce:
      return reduce(n, first, end);
    case Kind::accumulate:
      return accumulate(n, first, end);
    default:
      return operate(n, first, end);
  }
}

void Run::take(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const std::uint32_t input = c_.nodes[n].at;
  const Line& line = rdu_.lines_[c_.inputs[input].channel];
  std::uint32_t* out = values(n, first);
  if (q_.taken[input] == 0) {
    std::fill(out, values(n, end), 0U);
    return;
  }
  const std::uint32_t* places = q_.places.data() + input * run_most;
  // One behind the other in the ring, or all from its end to its begin.
  const std::uint32_t count = end - first;
  const bool in_a_row = places[end - 1] - places[first] == count - 1;
  if (in_a_row && is_vector(n) == line.vector) {
    const std::size_t apart = line.width();
    std::copy_n(line.words.data() + std::size_t{places[first]} * apart, count * apart, out);
    return;
  }
  if (!is_vector(n)) {
    const std::size_t apart = line.width();
    for (std::uint32_t i = first; i < end; ++i) *out++ = line.words[places[i] * apart];
    return;
  }
  for (std::uint32_t i = first; i < end; ++i, out += lanes) {
    std::copy_n(line.words.data() + std::size_t{places[i]} * lanes, lanes, out);
  }
}

void Run::index(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const std::uint32_t counter = c_.nodes[n].at;
  const Count& of = q_.counts[counter];
  const bool inner = counter + 1 == c_.counters.size();
  const std::int64_t* steps = q_.steps.data() + counter * run_most;
  const auto start = static_cast<std::uint32_t>(of.first);
  const auto apart = static_cast<std::uint32_t>(of.step);
  const auto each = apart * (inner ? c_.lanes : 1);
  std::uint32_t* out = values(n, first);
  for (std::uint32_t i = first; i < end; ++i) {
    const std::uint32_t at = start + each * static_cast<std::uint32_t>(steps[i]);
    if (!is_vector(n)) {
      *out++ = at;
      continue;
    }
    for (std::uint32_t lane = 0; lane < lanes; ++lane) *out++ = at + apart * lane;
  }
}

/// An operand's words as the node wants them: a word in all lanes where it is a vector.
const std::uint32_t* Run::operand(std::uint32_t n, std::uint32_t slot, std::uint32_t first,
                                  std::uint32_t end) {
  const std::uint32_t from = c_.nodes[n].operands[slot];
  if (from == none) return nullptr;
  if (!is_vector(n) || is_vector(from)) return values(from, first);
  std::uint32_t* out = q_.spread[slot].data();
  const std::uint32_t* words = values(from, first);
  for (std::uint32_t i = first; i < end; ++i) out = std::fill_n(out, lanes, *words++);
  return q_.spread[slot].data();
}

void Run::operate(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  numerics::apply_all(node.operation, node.type, node.to, operand(n, 0, first, end),
                      operand(n, 1, first, end), operand(n, 2, first, end), values(n, first),
                      std::size_t{end - first} * width(n));
}

void Run::pair(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const auto operation = static_cast<form::PairOperation>(c_.nodes[n].at);
  const std::uint32_t* a = operand(n, 0, first, end);
  const std::uint32_t* b = operand(n, 1, first, end);
  const std::uint32_t* c = operand(n, 2, first, end);
  std::uint32_t* out = values(n, first);
  const std::size_t words = std::size_t{end - first} * width(n);
  for (std::size_t w = 0; w < words; ++w) {
    const auto word = [w](const std::uint32_t* of) { return of == nullptr ? 0U : of[w]; };
    out[w] = numerics::apply(operation, word(a), word(b), word(c));
  }
}

void Run::load(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  const form::Memory& memory = rdu_.program_.memories[node.at];
  const std::uint32_t* words =
      rdu_.memories_[node.at].data() + std::uint64_t{s_.load_turns[n]} * memory.words;
  const std::uint32_t address = node.operands[0];
  const std::uint32_t most = width(n);
  const std::uint32_t whole = is_vector(n) ? all_lanes : 1;
  for (std::uint32_t i = first; i < end; ++i) {
    const std::uint32_t* addresses = values(address, i);
    std::uint32_t* out = values(n, i);
    const std::uint32_t valid = is_vector(n) ? q_.masks[i] : (q_.masks[i] != 0 ? 1 : 0);
    std::uint32_t beyond = 0;
    for (std::uint32_t lane = 0; lane < most; ++lane) {
      beyond |= (addresses[lane] < memory.words ? 0U : 1U) << lane;
    }
    if (beyond == 0 && valid == whole) {
      for (std::uint32_t lane = 0; lane < most; ++lane) out[lane] = words[addresses[lane]];
      continue;
    }
    const std::uint32_t good = valid & ~beyond;
    for (std::uint32_t lane = 0; lane < most; ++lane) {
      out[lane] = ((good >> lane) & 1U) != 0 ? words[addresses[lane]] : 0;
    }
    beyond &= valid;
    if (beyond == 0) continue;
    const auto lane = static_cast<std::uint32_t>(std::countr_zero(beyond));
    refuse(i, n, node.at, addresses[lane]);
  }
}

void Run::accumulate(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  Sum before;
  if (first == 0) {
    before = s_.sums[n];
  } else {
    before.any = q_.any[n * run_most + first - 1];
    std::copy_n(values(n, first - 1), width(n), before.words.begin());
  }
  const bool plain = node.operands[2] == none && is_vector(n) == is_vector(node.operands[0]);
  const bool words = is_vector(n);
  for (std::uint32_t i = first; i < end; ++i) {
    std::uint32_t* out = values(n, i);
    const bool has = plain && (!words || q_.masks[i] == all_lanes);
    const std::uint32_t stretch = has ? going_on(n, i, words ? i + 1 : end, before.any) : 0;
    if (stretch == 0) {
      accumulate_slowly(n, i, before);
      std::copy_n(before.words.begin(), width(n), out);
    } else if (!words) {
      numerics::fold_all(node.operation, node.type, before.words[0], values(node.operands[0], i),
                         out, stretch);
      before.words[0] = out[stretch - 1];
      std::fill_n(q_.any.begin() + n * run_most + i, stretch, before.any);
      i += stretch - 1;
    } else {
      numerics::apply_all(node.operation, node.type, node.to, before.words.data(),
                          values(node.operands[0], i), nullptr, out, lanes);
      std::copy_n(out, lanes, before.words.begin());
    }
    q_.any[n * run_most + i] = before.any;
  }
}

/// How many firings from the first on add, in all lanes, to what there is.
std::uint32_t Run::going_on(std::uint32_t n, std::uint32_t first, std::uint32_t end,
                            std::uint32_t any) const {
  const std::uint32_t all = is_vector(n) ? all_lanes : 1;
  const std::int32_t level = plan_.node_levels[n];
  if ((any & all) != all || (level < 0 && first == 0 && !s_.fired)) return 0;
  std::uint32_t i = first;
  while (i < end && q_.begins[i] > level && q_.masks[i] != 0) ++i;
  return i - first;
}

void Run::accumulate_slowly(std::uint32_t n, std::uint32_t firing, Sum& sum) const {
  const form::Node& node = c_.nodes[n];
  const bool begins = is_first(node.level, firing);
  const bool starts = node.operands[1] != none;
  if (begins) sum.any = starts ? ~0U : 0U;
  const std::uint32_t valid = is_vector(n) ? q_.masks[firing] : (q_.masks[firing] != 0 ? 1 : 0);
  const std::uint32_t identity = numerics::identity_of(node.operation, node.type);
  for (std::uint32_t lane = 0; lane < width(n); ++lane) {
    std::uint32_t& word = sum.words[lane];
    if (begins && starts) word = value(node.operands[1], firing, lane);
    const bool enabled = node.operands[2] == none || value(node.operands[2], firing, lane) != 0;
    const bool has = ((sum.any >> lane) & 1U) != 0;
    if (((valid >> lane) & 1U) != 0 && enabled) {
      const std::uint32_t more = value(node.operands[0], firing, lane);
      word = has ? numerics::apply(node.operation, node.type, node.to, word, more, 0) : more;
      sum.any |= 1U << lane;
    } else if (!has) {
      word = identity;
    }
  }
}

void Run::reduce(std::uint32_t n, std::uint32_t first, std::uint32_t end) {
  const form::Node& node = c_.nodes[n];
  const bool whole = is_vector(node.operands[0]) &&
                     std::all_of(q_.masks.begin() + first, q_.masks.begin() + end,
                                 [](std::uint32_t mask) { return mask == all_lanes; });
  if (!whole) {
    for (std::uint32_t i = first; i < end; ++i) *values(n, i) = reduce_slowly(n, i);
    return;
  }
  const std::uint32_t* from = values(node.operands[0], first);
  std::uint32_t* left = q_.spread[0].data();
  std::uint32_t* right = q_.spread[1].data();
  for (std::size_t pairs = std::size_t{end - first} * lanes / 2; pairs >= end - first; pairs /= 2) {
    for (std::size_t p = 0; p < pairs; ++p) {
      left[p] = from[2 * p];
      right[p] = from[2 * p + 1];
    }
    const bool ends = pairs == end - first;
    std::uint32_t* out = ends ? values(n, first) : q_.spread[2].data();
    numerics::apply_all(node.operation, node.type, node.to, left, right, nullptr, out, pairs);
    if (ends) return;
    from = out;
  }
}

/// Lanes that are not there count as nothing.
std::uint32_t Run::reduce_slowly(std::uint32_t n, std::uint32_t firing) const {
  const form::Node& node = c_.nodes[n];
  Lanes words{};
  for (std::uint32_t lane = 0; lane < lanes; ++lane) {
    words[lane] = value(node.operands[0], firing, lane);
  }
  std::uint32_t there = q_.masks[firing];
  for (std::uint32_t apart = 1; apart < lanes; apart *= 2) {
    for (std::uint32_t lane = 0; lane < lanes; lane += 2 * apart) {
      const bool left = ((there >> lane) & 1U) != 0;
      const bool right = ((there >> (lane + apart)) & 1U) != 0;
      if (!right) continue;
      words[lane] = left ? numerics::apply(node.operation, node.type, node.to, words[lane],
                                           words[lane + apart], 0)
                         : words[lane + apart];
      there |= 1U << lane;
    }
  }
  return (there & 1U) != 0 ? words[0] : numerics::identity_of(node.operation, node.type);
}

/// How many words the fullest bank has to give, or take.
std::uint32_t Run::conflicts(std::uint32_t memory, std::uint32_t address, std::uint32_t when,
                             std::uint32_t firing) const {
  const form::Memory& of = rdu_.program_.memories[memory];
  const std::uint32_t* words = values(address, firing);
  if (of.bank_words == 1 && of.banks >= lanes) {
    std::uint32_t apart = 0;
    for (std::uint32_t lane = 1; lane < lanes; ++lane) apart |= words[lane] ^ (words[0] + lane);
    if (apart == 0 && words[0] + lanes > words[0]) return 1;
  }
  std::uint32_t most = 1;
  std::uint32_t mine[lanes];
  std::uint32_t count = 0;
  for (std::uint32_t lane = 0; lane < c_.lanes; ++lane) {
    if (((q_.masks[firing] >> lane) & 1U) == 0) continue;
    if (when != none && value(when, firing, lane) == 0) continue;
    if (std::find(mine, mine + count, words[lane]) == mine + count) mine[count++] = words[lane];
  }
  for (std::uint32_t i = 0; i < count; ++i) mine[i] = mine[i] / of.bank_words % of.banks;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto alike = std::count(mine, mine + count, mine[i]);
    most = std::max(most, static_cast<std::uint32_t>(alike));
  }
  return most;
}

void Run::find_costs() {
  std::fill_n(q_.costs.begin(), count_, 1U);
  costly_ = false;
  if (plan_.banked_loads.empty() && plan_.banked_stores.empty()) return;
  for (std::uint32_t i = 0; i < count_; ++i) {
    for (const std::uint32_t n : plan_.banked_loads) {
      const form::Node& node = c_.nodes[n];
      q_.costs[i] = std::max(q_.costs[i], conflicts(node.at, node.operands[0], none, i));
    }
    for (const std::uint32_t s : plan_.banked_stores) {
      const form::Store& store = c_.stores[s];
      q_.costs[i] = std::max(q_.costs[i], conflicts(store.memory, store.address, store.when, i));
    }
    costly_ = costly_ || q_.costs[i] > 1;
  }
}

bool Run::stores(const form::Store& store, std::uint32_t lane, std::uint32_t firing) const {
  const bool valid = is_vector(store.address) ? ((q_.masks[firing] >> lane) & 1U) != 0
                                              : q_.masks[firing] != 0 && lane == 0;
  return valid && (store.when == none || value(store.when, firing, lane) != 0);
}

void Run::check_stores() {
  for (const form::Store& store : c_.stores) {
    const std::uint32_t words = rdu_.program_.memories[store.memory].words;
    const std::uint32_t* addresses = values(store.address, 0);
    const std::uint32_t* end = values(store.address, count_);
    std::uint32_t most = 0;
    for (; addresses < end; ++addresses) most = std::max(most, *addresses);
    if (most < words) continue;
    for (std::uint32_t i = 0; i < count_; ++i) check_stores(i);
    return;
  }
}

void Run::check_stores(std::uint32_t firing) {
  for (std::uint32_t s = 0; s < c_.stores.size(); ++s) {
    const form::Store& store = c_.stores[s];
    const std::uint32_t words = rdu_.program_.memories[store.memory].words;
    const std::uint32_t* addresses = values(store.address, firing);
    for (std::uint32_t lane = 0; lane < width(store.address) && lane < c_.lanes; ++lane) {
      if (addresses[lane] < words || !stores(store, lane, firing)) continue;
      const auto order = static_cast<std::uint32_t>(c_.nodes.size()) + s;
      refuse(firing, order, store.memory, addresses[lane]);
      break;
    }
  }
}

void Run::store(std::uint32_t firing) {
  for (std::size_t s = 0; s < c_.stores.size(); ++s) {
    const form::Store& store = c_.stores[s];
    const std::uint64_t base =
        std::uint64_t{s_.store_turns[s]} * rdu_.program_.memories[store.memory].words;
    const std::uint32_t most = std::min(width(store.address), c_.lanes);
    if (rdu_.in_order_ || store.when != none || !is_vector(store.value)) {
      for (std::uint32_t lane = 0; lane < most; ++lane) {
        if (!stores(store, lane, firing)) continue;
        rdu_.store_word({store.memory, value(store.value, firing, lane),
                         base + value(store.address, firing, lane)});
      }
      continue;
    }
    std::uint32_t* words = rdu_.memories_[store.memory].data() + base;
    const std::uint32_t* from = values(store.value, firing);
    const std::uint32_t* addresses = values(store.address, firing);
    for (std::uint32_t lane = 0; lane < most; ++lane) {
      if (((q_.masks[firing] >> lane) & 1U) != 0) words[addresses[lane]] = from[lane];
    }
  }
}

/// A word beyond its memory: the run ends before that firing; where it is the first, with the
/// fault, of several the one of the first node.
void Run::refuse(std::uint32_t firing, std::uint32_t order, std::uint32_t memory,
                 std::uint32_t word) {
  if (firing > 0) {
    if (firing < count_) cut(firing, End::cut);
    return;
  }
  if (found_ && found_order_ <= order) return;
  found_ = form::Fault{};
  found_->code = form::FaultCode::beyond_memory;
  found_->thing = memory;
  found_->value = static_cast<std::int32_t>(word);
  found_order_ = order;
}

}  // namespace weft::machine::rdu
