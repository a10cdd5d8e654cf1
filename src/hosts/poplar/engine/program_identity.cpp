// SPDX-License-Identifier: Apache-2.0
// Hashes the program where it lies: it may be large, and a copy would double it.
#include "hosts/poplar/engine/program_identity.hpp"

#include <span>
#include <vector>

#include "trace/hash.hpp"

namespace poplar::core {

namespace ipu = weft::program::ipu;

namespace {

using weft::trace::ContentHash;

/// Plain items without padding (program/ipu.hpp).
template <typename T>
void absorb(ContentHash& hash, const std::vector<T>& items) {
  hash.bytes(std::as_bytes(std::span(items)));
}

template <typename Set>
void absorb_ranges(ContentHash& hash, const std::vector<Set>& sets) {
  hash.word(sets.size());
  for (const Set& set : sets) {
    hash.word(set.first);
    hash.word(set.count);
  }
}

void absorb_copies(ContentHash& hash, const std::vector<ipu::MoveSet>& sets) {
  absorb_ranges(hash, sets);
  for (const ipu::MoveSet& set : sets) hash.word(set.element_bytes);
}

void absorb_host_side(ContentHash& hash, const ipu::Program& program) {
  hash.word(program.arrays.size());
  for (const ipu::HostArray& array : program.arrays) {
    hash.text(array.name);
    hash.word(static_cast<std::uint64_t>(array.type));
    absorb(hash, array.shape);
    hash.word(array.first);
    hash.word(array.count);
    hash.word(array.bytes);
  }
  hash.word(program.requests.size());
  for (const ipu::HostRequest& request : program.requests) {
    hash.word(static_cast<std::uint64_t>(request.kind));
    hash.text(request.name);
    absorb(hash, request.arrays);
    hash.word(request.inputs);
  }
}

}  // namespace

std::string program_identity(const ipu::Program& program) {
  ContentHash hash;
  hash.word(program.tiles_per_ipu);
  hash.word(program.ipus);
  hash.word(program.codelets.size());
  for (const ipu::Codelet& codelet : program.codelets) hash.text(codelet.name);
  absorb(hash, program.vertices);
  absorb(hash, program.field_words);
  absorb(hash, program.state_bytes);
  absorb_ranges(hash, program.compute_sets);
  absorb(hash, program.moves);
  absorb_copies(hash, program.rearrangements);
  absorb_copies(hash, program.exchanges);
  absorb(hash, program.runs);
  absorb_host_side(hash, program);
  absorb(hash, program.places);
  absorb(hash, program.counts);
  hash.word(program.texts.size());
  for (const std::string& text : program.texts) hash.text(text);
  absorb(hash, program.code);
  absorb(hash, program.entries);
  hash.word(program.counters);
  absorb(hash, program.initial);
  absorb(hash, program.initial_bytes);
  absorb(hash, program.memory_bytes);
  absorb(hash, program.memory_use);
  return "program = " + weft::trace::to_hex(hash.value()) + "\n";
}

}  // namespace poplar::core
