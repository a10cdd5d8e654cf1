// SPDX-License-Identifier: Apache-2.0
// Channels between contexts of the mapped graph.
#include <algorithm>

#include "program/rdu_map_mapper.hpp"

namespace weft::program::rdu {

Operand Mapper::connect(Source from, MappedContext& to, const WordType& type,
                        const std::string& name, bool each) {
  const std::size_t shared = shared_depth(from.context->scope, to.scope);
  Channel::Kind kind = Channel::Kind::word;
  if (from.operand.is_vector) {
    kind = Channel::Kind::vector;
  } else if (type == numerics::word_bit) {
    kind = Channel::Kind::bit;
  }
  const std::uint32_t channel = graph_.channel(unique(name), kind, none, from.latency_cycles);
  const bool together =
      each && shared == from.context->scope.depth() && shared == to.scope.depth() &&
      from.context->maker.context().counters.size() == to.maker.context().counters.size();
  from.context->maker.give(channel, from.operand.node,
                           together ? every : from.context->part(shared));
  return {to.maker.take(channel, type, together ? every : to.part(shared)), from.operand.is_vector};
}

void Mapper::token(MappedContext& from, std::uint32_t from_level, MappedContext& to,
                   std::uint32_t to_level, std::uint32_t initial, const std::string& name) {
  const std::uint32_t capacity = std::max(initial, timing_.word_depth);
  const std::uint32_t channel =
      graph_.channel(unique(name), Channel::Kind::bit, capacity, 1, initial);
  from.maker.give(channel, none, from_level);
  to.maker.input(channel, to_level);
}

}  // namespace weft::program::rdu
