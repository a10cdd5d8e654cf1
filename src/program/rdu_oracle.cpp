// SPDX-License-Identifier: Apache-2.0
// The naive RDU in time: contexts in order, then transfers, then the mesh, every cycle.
#include "program/rdu_oracle.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "program/rdu_oracle_context.hpp"
#include "program/rdu_oracle_mesh.hpp"
#include "program/rdu_oracle_parts.hpp"
#include "program/rdu_shape.hpp"

namespace weft::program::rdu::oracle {
namespace {

class Whole {
 public:
  Whole(const Program& program, const Timing& timing)
      : p_(program), tiles_(tiles_of(program)), lines_(program.channels.size()) {
    for (std::size_t c = 0; c < lines_.size(); ++c) lines_[c].start(p_.channels[c]);
    for (const Memory& memory : p_.memories) add(memory);
    for (const Array& array : p_.arrays) {
      if (array.memory != none) continue;
      auto& words = drams_[array.unit].words;
      const std::size_t end = array.address_bytes / word_bytes + array.words();
      words.resize(std::max(words.size(), end));
    }
    for (std::uint32_t c = 0; c < p_.contexts.size(); ++c) {
      contexts_.emplace_back(p_, c, timing, lines_, memories_);
    }
    for (std::uint32_t t = 0; t < p_.transfers.size(); ++t) {
      Dram& dram = drams_[p_.transfers[t].unit];
      dram.free.assign(timing.dram_of(p_.units[p_.transfers[t].unit].kind).channels, 0);
      engines_.push_back(std::make_unique<Engine>(p_, t, timing, dram, lines_));
    }
    mesh_.emplace(p_, timing.network, lines_);
    out_.tallies.resize(contexts_.size());
  }

  void write(const Arrays& arrays) {
    for (const Array& array : p_.arrays) {
      const auto given = arrays.find(array.name);
      if (given == arrays.end()) continue;
      const std::vector<std::uint32_t> words = held_words(array, given->second);
      std::copy(words.begin(), words.end(), words_of(array));
    }
  }

  Result run(Cycle limit) {
    Cycle t = 0;
    while (cycle(t) && !out_.fault) {
      if (++t < limit) continue;
      fail(Category::limit, "unit graph: cycle " + std::to_string(t) + " is reached");
    }
    finish(t);
    return std::move(out_);
  }

 private:
  void add(const Memory& memory) {
    auto& words = memories_.emplace_back(std::size_t{memory.words} * memory.buffers, 0);
    for (std::size_t b = 0; b < memory.buffers; ++b) {
      std::copy(memory.initial.begin(), memory.initial.end(),
                words.begin() + static_cast<std::ptrdiff_t>(b * memory.words));
    }
  }

  std::vector<std::uint32_t>::iterator words_of(const Array& array) {
    if (array.memory != none) return memories_[array.memory].begin();
    return drams_[array.unit].words.begin() + array.address_bytes / word_bytes;
  }

  void note(std::optional<Fault> fault, std::uint32_t unit) {
    if (!fault) return;
    fault->tile = tiles_[unit];
    if (!out_.fault || is_before(*fault, *out_.fault)) out_.fault = fault;
  }

  /// False where nothing can happen any more.
  bool cycle(Cycle t) {
    bool acts = false;
    Cycle later = 0;
    std::vector<Write> writes;
    for (std::size_t c = 0; c < contexts_.size(); ++c) {
      acts = contexts_[c].tick(t, writes, out_.tallies[c]) || acts;
      note(contexts_[c].fault(), p_.contexts[c].unit);
      later = std::max(later, contexts_[c].free());
    }
    for (std::size_t e = 0; e < engines_.size(); ++e) {
      acts = engines_[e]->tick(t) || acts;
      note(engines_[e]->fault(), p_.transfers[e].unit);
      later = std::max(later, engines_[e]->last());
    }
    acts = mesh_->tick(t) || acts;
    later = std::max(later, mesh_->last());
    for (const Write& write : writes) memories_[write.memory][write.word] = write.value;
    for (const Line& line : lines_) {
      later = std::max(later, line.last);
      acts = acts || std::any_of(line.tokens.begin(), line.tokens.end(),
                                 [t](const auto& token) { return token.first == t; });
    }
    if (acts) out_.last_activity = t;
    return acts || t < later;
  }

  void finish(Cycle t) {
    for (Unfolded& context : contexts_) {
      if (const auto wait = context.wait(t)) out_.waits.push_back(*wait);
    }
    for (const auto& engine : engines_) {
      if (const auto wait = engine->wait(t)) out_.waits.push_back(*wait);
    }
    for (const Wait& wait : mesh_->waits()) out_.waits.push_back(wait);
    for (const Line& line : lines_) {
      out_.sent.push_back(line.sent);
      out_.waited.push_back(line.waited);
    }
    for (const Unfolded& context : contexts_) {
      const auto& all = context.iterations();
      out_.iterations.insert(out_.iterations.end(), all.begin(), all.end());
    }
    std::stable_sort(
        out_.iterations.begin(), out_.iterations.end(), [](const Iteration& a, const Iteration& b) {
          return std::tie(a.end, a.context, a.level) < std::tie(b.end, b.context, b.level);
        });
    for (const Array& array : p_.arrays) {
      const auto begin = words_of(array);
      const std::vector<std::uint32_t> words(begin,
                                             begin + static_cast<std::ptrdiff_t>(array.words()));
      out_.arrays[array.name] = host_elements(array, words);
    }
  }

  const Program& p_;
  std::vector<std::uint32_t> tiles_;
  std::vector<Line> lines_;
  std::vector<std::vector<std::uint32_t>> memories_;
  std::map<std::uint32_t, Dram> drams_;
  std::vector<Unfolded> contexts_;
  std::vector<std::unique_ptr<Engine>> engines_;
  std::optional<Mesh> mesh_;
  Result out_;
};

}  // namespace

Result run(const Program& program, const Timing& timing, const Arrays& arrays, Cycle limit) {
  Whole whole(program, timing);
  whole.write(arrays);
  return whole.run(limit);
}

}  // namespace weft::program::rdu::oracle
