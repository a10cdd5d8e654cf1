// SPDX-License-Identifier: Apache-2.0
// What the host does with a slice: starts the graph, reads and writes arrays.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "machine/rdu/rdu.hpp"

namespace weft::machine::rdu {

using form::none;

std::vector<Export> Rdu::exports() const {
  std::vector<Export> list;
  list.push_back({Export::Kind::function, "run", 0, 0, ""});
  for (const form::Array& array : program_.arrays) {
    list.push_back({Export::Kind::array, array.name, form::word_bytes, array.elements(),
                    numerics::name_of(array.type)});
  }
  return list;
}

void Rdu::launch(const std::string& name, std::span<const std::uint32_t> arguments) {
  if (name != "run" || !arguments.empty()) {
    fail(Category::input, "rdu: function 'run', without arguments, can be launched");
  }
  std::fill(promised_.begin(), promised_.end(), Cycle{0});
  for (Line& line : lines_) line.behind = line.told = 0;
  for (const std::uint32_t actor : actors_) {
    wake_[actor] = now_;
    if (actor >= contexts_.size()) continue;
    known_[actor] = 0;
    orders_[actor] = {};
    ContextState& state = contexts_[actor];
    // What the last launch left undone goes on: other slices may not know of it.
    if (program_.contexts[actor].once && state.started && !state.done) continue;
    state.done = false;
    state.fired = false;
    state.started = true;
    state.since = now_;
    state.free = std::max(state.free, now_);
    state.reason = Reason::rests;
    state.slot = form::none;
  }
}

const form::Array& Rdu::array(const std::string& name) const {
  for (const form::Array& candidate : program_.arrays) {
    if (candidate.name == name) return candidate;
  }
  fail(Category::internal, "rdu: no array '" + name + "'");
}

std::uint32_t Rdu::unit_of_array(const form::Array& array) const {
  return array.memory != none ? program_.memories[array.memory].unit : array.unit;
}

std::uint32_t* Rdu::words_of(const form::Array& array) {
  if (array.memory != none) return memories_[array.memory].data();
  return drams_[dram_of_[array.unit]].words.data() + array.address_bytes / form::word_bytes;
}

std::vector<ArrayPart> Rdu::array_parts(const std::string& name) const {
  const form::Array& of = array(name);
  if (!is_here(unit_of_array(of))) return {};
  return {{0, of.elements() * form::word_bytes}};
}

void Rdu::write_array(const std::string& name, std::span<const std::byte> data) {
  const form::Array& of = array(name);
  if (data.empty() || !is_here(unit_of_array(of))) return;
  std::vector<std::uint32_t> elements(data.size() / form::word_bytes);
  std::memcpy(elements.data(), data.data(), data.size());
  const std::vector<std::uint32_t> words = form::held_words(of, elements);
  std::copy(words.begin(), words.end(), words_of(of));
}

std::vector<std::byte> Rdu::read_array(const std::string& name) const {
  const form::Array& of = array(name);
  if (!is_here(unit_of_array(of))) return {};
  const std::uint32_t* words = of.memory != none ? memories_[of.memory].data()
                                                 : drams_[dram_of_[of.unit]].words.data() +
                                                       of.address_bytes / form::word_bytes;
  const std::vector<std::uint32_t> elements = form::host_elements(of, {words, of.words()});
  std::vector<std::byte> data(of.elements() * form::word_bytes);
  std::memcpy(data.data(), elements.data(), data.size());
  return data;
}

void Rdu::flip_bit(const std::string& name, std::uint64_t element, std::uint32_t bit) {
  const form::Array& of = array(name);
  if (of.as_pairs && bit < 16) {
    fail(Category::input, "rdu: bit " + std::to_string(bit) + " of '" + name +
                              "' is not there: its numbers are bf16, whose bits are 16 to 31");
  }
  std::vector<std::byte> data = read_array(name);
  if (data.empty()) return;
  data[element * form::word_bytes + bit / 8] ^= std::byte{1} << (bit % 8);
  write_array(name, data);
}

}  // namespace weft::machine::rdu
