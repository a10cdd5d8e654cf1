// SPDX-License-Identifier: Apache-2.0
// See memory_words.hpp.
#include "hosts/spatial/memory_words.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace weft::hosts::spatial {

namespace tree = program::rdu_tree;
using tree::Memory;
using tree::MemoryKind;
using tree::Raw;

namespace {

void require_word(const Memory& memory) {
  const auto fits = [](tree::NumberType type) { return type.bits() <= 32; };
  if (fits(memory.type) && std::all_of(memory.fields.begin(), memory.fields.end(), fits)) return;
  fail(Category::internal, "memory " + memory.name + ": " + tree::to_text(memory.type) +
                               " does not lie in words of 32 bits");
}

Raw number_of_word(std::uint32_t word, tree::NumberType type) {
  return type.kind == tree::NumberKind::fixed ? tree::wrap_fixed(word, type) : Raw{word};
}

}  // namespace

bool is_given(MemoryKind kind) {
  return kind == MemoryKind::dram || kind == MemoryKind::arg_in || kind == MemoryKind::stream_in;
}

bool is_taken(const tree::Tree& tree, std::uint32_t memory) {
  using Kind = tree::ControllerKind;
  const MemoryKind kind = tree.memories[memory].kind;
  const bool seen =
      kind == MemoryKind::dram || kind == MemoryKind::arg_out || kind == MemoryKind::stream_out;
  if (!seen) return false;
  const auto is = [&](std::uint32_t other) {
    return other == memory || (other != tree::none && tree.memories[other].alias == memory);
  };
  const auto stores = [&](const tree::Controller& controller) {
    const bool out = controller.kind == Kind::store || controller.kind == Kind::scatter;
    return (out && is(controller.transfer.dram)) || controller.accumulator == memory;
  };
  const auto writes = [&](const tree::Node& node) {
    const bool out = tree::is_memory_operation(node.operation) && tree::is_effect(node.operation);
    return out && is(node.memory);
  };
  return std::any_of(tree.controllers.begin(), tree.controllers.end(), stores) ||
         std::any_of(tree.nodes.begin(), tree.nodes.end(), writes);
}

std::vector<std::uint32_t> to_words(const Memory& memory, const std::vector<Raw>& contents) {
  require_word(memory);
  std::vector<std::uint32_t> words;
  words.reserve(contents.size());
  for (const Raw raw : contents) words.push_back(static_cast<std::uint32_t>(raw));
  if (memory.kind == MemoryKind::arg_in) words.resize(1, 0);
  return words;
}

std::vector<Raw> from_words(const Memory& memory, const std::vector<std::uint32_t>& words) {
  require_word(memory);
  std::vector<Raw> contents;
  contents.reserve(words.size());
  // Fields of a token follow each other
  const bool fields = memory.kind == MemoryKind::stream_out && !memory.fields.empty();
  for (std::size_t i = 0; i < words.size(); ++i) {
    const tree::NumberType type = fields ? memory.fields[i % memory.fields.size()] : memory.type;
    contents.push_back(number_of_word(words[i], type));
  }
  return contents;
}

}  // namespace weft::hosts::spatial
