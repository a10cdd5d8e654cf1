// SPDX-License-Identifier: Apache-2.0
// Values of a firing, a node after the other, all lanes of it at once.
#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>

#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;
using form::WordOperation;
using form::WordType;
using Kind = form::Node::Kind;

namespace {

constexpr std::uint32_t lanes = form::lanes_most;

template <typename Each>
void for_lanes(bool vector, Lanes& out, const Each& each) {
  if (!vector) {
    out.fill(each(0U));
    return;
  }
  for (std::uint32_t lane = 0; lane < lanes; ++lane) out[lane] = each(lane);
}

float real_of(std::uint32_t word) { return std::bit_cast<float>(word); }
std::uint32_t word_of_real(float value) {
  return std::isnan(value) ? 0x7fc00000U : std::bit_cast<std::uint32_t>(value);
}

bool is_whole_word(const WordType& type) {
  return type.kind == WordType::Kind::fixed && type.fraction_bits == 0 && type.integer_bits == 32;
}

/// Those that most graphs are made of, without a choice a lane; false for others.
bool operate_at_once(const form::Node& node, bool vector, const Lanes& a, const Lanes& b,
                     Lanes& out) {
  const bool real = node.type.kind == WordType::Kind::f32;
  if (!real && !is_whole_word(node.type)) return false;
  switch (node.operation) {
    case WordOperation::add:
      if (real) {
        for_lanes(vector, out, [&](auto l) { return word_of_real(real_of(a[l]) + real_of(b[l])); });
      } else {
        for_lanes(vector, out, [&](auto l) { return a[l] + b[l]; });
      }
      return true;
    case WordOperation::subtract:
      if (real) {
        for_lanes(vector, out, [&](auto l) { return word_of_real(real_of(a[l]) - real_of(b[l])); });
      } else {
        for_lanes(vector, out, [&](auto l) { return a[l] - b[l]; });
      }
      return true;
    case WordOperation::multiply:
      if (real) {
        for_lanes(vector, out, [&](auto l) { return word_of_real(real_of(a[l]) * real_of(b[l])); });
      } else {
        for_lanes(vector, out, [&](auto l) { return a[l] * b[l]; });
      }
      return true;
    default:
      return false;
  }
}

}  // namespace

void Firing::compute() {
  found_.reset();
  find_lanes();
  cost_ = 1;
  for (std::uint32_t n = 0; n < c_.nodes.size(); ++n) compute(n);
  check_stores();
}

void Firing::compute(std::uint32_t n) {
  const form::Node& node = c_.nodes[n];
  Lanes& out = values_[n];
  const bool vector = plan_.vectors[n];
  switch (node.kind) {
    case Kind::constant:
      out.fill(node.word);
      return;
    case Kind::index: {
      const Count& of = counts_[node.at];
      const bool inner = node.at + 1 == c_.counters.size();
      const std::int64_t first =
          of.first + of.step * (s_.at[node.at] * (inner ? std::int64_t{c_.lanes} : 1));
      for_lanes(vector, out, [&](auto lane) {
        return static_cast<std::uint32_t>(first + of.step * static_cast<std::int64_t>(lane));
      });
      return;
    }
    case Kind::lane:
      for_lanes(vector, out, [](auto lane) { return lane; });
      return;
    case Kind::first:
      out.fill(is_first(node.level) ? 1 : 0);
      return;
    case Kind::last:
      out.fill(is_at(node.level) ? 1 : 0);
      return;
    case Kind::input: {
      const Line& line = rdu_.lines_[c_.inputs[node.at].channel];
      const bool taken = rdu_.scratch_.taken[node.at] != 0;
      const std::uint32_t* words = line.head_words();
      for_lanes(vector, out, [&](auto lane) { return taken ? words[lane] : 0U; });
      return;
    }
    case Kind::reg:
      out.fill(is_first(c_.registers[node.at].level) ? c_.registers[node.at].start
                                                     : s_.registers[node.at]);
      return;
    case Kind::load:
      return load(n, out);
    case Kind::pair: {
      const auto operation = static_cast<form::PairOperation>(node.at);
      const auto operand = [&](std::size_t slot, std::uint32_t lane) {
        return node.operands[slot] == none ? 0U : values_[node.operands[slot]][lane];
      };
      for_lanes(vector, out, [&](auto lane) {
        return numerics::apply(operation, operand(0, lane), operand(1, lane), operand(2, lane));
      });
      return;
    }
    case Kind::body:
      out.fill(0);
      return;
    case Kind::row:
      return read_row(node, out);
    case Kind::reduce:
      out.fill(reduce(node));
      return;
    case Kind::accumulate:
      return accumulate(n, out);
    default:
      if (!operate_at_once(node, vector, values_[node.operands[0]],
                           values_[node.operands[1] == none ? 0 : node.operands[1]], out)) {
        operate(node, out);
      }
      return;
  }
}

void Firing::operate(const form::Node& node, Lanes& out) const {
  static constexpr Lanes nothing{};
  const auto operand = [&](std::uint32_t slot) -> const Lanes& {
    return node.operands[slot] == none ? nothing : values_[node.operands[slot]];
  };
  const Lanes& a = operand(0);
  const Lanes& b = operand(1);
  const Lanes& c = operand(2);
  const auto number = static_cast<std::size_t>(&node - c_.nodes.data());
  for_lanes(plan_.vectors[number], out, [&](auto lane) {
    return numerics::apply(node.operation, node.type, node.to, a[lane], b[lane], c[lane]);
  });
}

void Firing::load(std::uint32_t n, Lanes& out) {
  const form::Node& node = c_.nodes[n];
  const form::Memory& memory = rdu_.program_.memories[node.at];
  const Lanes& addresses = values_[node.operands[0]];
  const std::uint32_t* words =
      rdu_.memories_[node.at].data() + std::uint64_t{s_.load_turns[n]} * memory.words;
  const bool vector = plan_.vectors[n];
  for_lanes(vector, out, [&](auto lane) {
    const bool valid = vector ? ((mask_ >> lane) & 1U) != 0 : mask_ != 0;
    if (!valid) return 0U;
    if (addresses[lane] >= memory.words) {
      refuse(form::FaultCode::beyond_memory, node.at, static_cast<std::int32_t>(addresses[lane]));
      return 0U;
    }
    return words[addresses[lane]];
  });
  cost_ = std::max(cost_, conflicts(node.at, node.operands[0], none));
}

void Firing::accumulate(std::uint32_t n, Lanes& out) {
  const form::Node& node = c_.nodes[n];
  const Sum& sum = s_.sums[n];
  const bool vector = plan_.vectors[n];
  const bool begins = is_first(node.level);
  const bool starts = node.operands[1] != none;
  const Lanes& value = values_[node.operands[0]];
  std::uint32_t any = begins ? (starts ? ~0U : 0U) : sum.any;
  const std::uint32_t identity = numerics::identity_of(node.operation, node.type);
  for_lanes(vector, out, [&](auto lane) {
    std::uint32_t word = begins && starts ? values_[node.operands[1]][lane] : sum.words[lane];
    const bool valid = vector ? ((mask_ >> lane) & 1U) != 0 : mask_ != 0;
    const bool enabled = node.operands[2] == none || values_[node.operands[2]][lane] != 0;
    if (valid && enabled) {
      const bool has = ((any >> lane) & 1U) != 0;
      word = has ? numerics::apply(node.operation, node.type, node.to, word, value[lane], 0)
                 : value[lane];
      any |= 1U << lane;
    }
    return ((any >> lane) & 1U) != 0 ? word : identity;
  });
  rdu_.scratch_.sums[n] = any;
}

std::uint32_t Firing::reduce(const form::Node& node) const {
  Lanes words = values_[node.operands[0]];
  std::uint32_t there = mask_;
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

std::uint32_t Firing::conflicts(std::uint32_t memory, std::uint32_t address,
                                std::uint32_t when) const {
  if (!plan_.vectors[address]) return 1;
  const form::Memory& of = rdu_.program_.memories[memory];
  const Lanes& words = values_[address];
  std::uint32_t most = 1;
  std::uint32_t mine[lanes];
  std::uint32_t count = 0;
  for (std::uint32_t lane = 0; lane < c_.lanes; ++lane) {
    if (((mask_ >> lane) & 1U) == 0) continue;
    if (when != none && values_[when][lane] == 0) continue;
    if (std::find(mine, mine + count, words[lane]) == mine + count) mine[count++] = words[lane];
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t bank = mine[i] / of.bank_words % of.banks;
    const auto alike = std::count_if(mine, mine + count, [&](std::uint32_t other) {
      return other / of.bank_words % of.banks == bank;
    });
    most = std::max(most, static_cast<std::uint32_t>(alike));
  }
  return most;
}

void Firing::check_stores() {
  for (const form::Store& store : c_.stores) {
    cost_ = std::max(cost_, conflicts(store.memory, store.address, store.when));
    for (std::uint32_t lane = 0; lane < c_.lanes; ++lane) {
      const std::uint32_t address = values_[store.address][lane];
      if (!stores(store, lane) || address < rdu_.program_.memories[store.memory].words) continue;
      refuse(form::FaultCode::beyond_memory, store.memory, static_cast<std::int32_t>(address));
    }
  }
}

}  // namespace weft::machine::rdu
