// SPDX-License-Identifier: Apache-2.0
#include "engine/identity.hpp"

#include "topology/identity.hpp"
#include "trace/hash.hpp"

namespace weft::engine {

std::string machine_and_program(const topology::Topology& topology,
                                std::span<const std::byte> content) {
  trace::ContentHash hash;
  hash.bytes(content);
  return topology::identity_text(topology) + "program = " + trace::to_hex(hash.value()) + "\n";
}

}  // namespace weft::engine
