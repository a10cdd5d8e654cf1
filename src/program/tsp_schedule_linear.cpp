// SPDX-License-Identifier: Apache-2.0
// Passes of weights and activations through a TSP's MXM planes.
#include "program/tsp_schedule_linear.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "program/tsp_schedule_work.hpp"

namespace weft::program::tsp {
namespace {

constexpr std::uint64_t worth_turns = 128;      // rows; with fewer the gaps between turns cost more
constexpr std::uint8_t weight_streams = 16;     // streams [16, 32) outwards
constexpr std::uint8_t activation_streams = 8;  // below, beside results on their way to memory

std::uint16_t mxm_queue(Hemisphere hemisphere, std::uint32_t plane, MxmQueue part) {
  return static_cast<std::uint16_t>(number_of(
      {Unit::mxm, hemisphere, static_cast<std::uint8_t>(plane), static_cast<std::uint8_t>(part)}));
}

class ProductPlacer {
 public:
  ProductPlacer(SchedulerState& state, const Chain& chain, const Product& product)
      : state_(state), chain_(chain), product_(product), timing_(state.timing) {
    tiles_ = product.replicated ? 1 : static_cast<std::uint32_t>(share_of(product.channels, lanes));
    division_ = divide(product, tiles_, state.options.weights_once);
    if (product.quarters) division_.rows_by_hemisphere = division_.rows_by_plane = true;
    division_.batches = product.batches;
  }

  ScheduledOperation run() {
    place_output();
    label_ = state_.label(state_.program.at(chain_.result).name);
    const bool computed = state_.program.at(product_.weights).role == TensorValue::Role::result;
    weights_ = computed ? place_computed_weights(state_, product_, tiles_, division_, label_)
                        : place_weights(state_, product_, tiles_, division_);
    // Hemispheres and their planes go side by side: pass by pass.
    const auto of = [&](Hemisphere side) {
      return work_of(product_, division_, tiles_, side, timing_, state_.options);
    };
    std::array<std::vector<PlaneWork>, 2> work = {of(Hemisphere::west), of(Hemisphere::east)};
    for (std::size_t i = 0; i < std::max(work[0].size(), work[1].size()); ++i) {
      for (std::uint32_t side = 0; side < 2; ++side) {
        if (i < work[side].size()) place_work(work[side][i], static_cast<Hemisphere>(side));
      }
    }
    for (const auto& side : weights_) release_copies(state_, side);
    ScheduledOperation out;
    out.first_cycle = static_cast<Cycle>(first_);
    out.passes = passes_;
    out.products = products();
    const std::uint64_t planes = 2 * division_.planes;
    const std::uint64_t vectors = product_.rows * tiles_;
    out.bound_cycles = std::max(share_of(vectors * product_.tiles_of(0).size(), planes),
                                share_of(vectors * chain_.steps.size(), alus));
    return out;
  }

 private:
  using Part = PlanePart;
  using Work = PlaneWork;

  std::uint64_t products() const { return product_.depth * product_.rows * product_.channels; }

  void place_output() {
    std::vector<TensorId> beside = {product_.activations_id};
    for (const Chain::Side& side : chain_.sides) {
      if (side.tensor != unused_side) beside.push_back(side.tensor);
    }
    state_.place_result(
        chain_.result, [this](std::uint32_t tile) { return makers_of(product_, division_, tile); },
        beside);
  }

  /// Loads of one K tile for the parts: one for planes that take the same.
  void place_loads(const Work& work, Hemisphere hemisphere, std::size_t k) {
    const bool same =
        work.size() == 2 && work[0].tile == work[1].tile && work[0].batch == work[1].batch;
    const bool shared = same || (product_.one_matrix && work.size() == 2);
    const auto& held = installed_[static_cast<std::size_t>(hemisphere)];
    for (std::size_t i = 0; i < work.size(); ++i) {
      if (shared && i == 1) break;
      if (product_.one_matrix && held[work[i].plane] != none) continue;
      place_load(shared ? work : Work{work[i]}, hemisphere, k);
    }
  }

  const PlacedWeights& weights_of(const Part& part, Hemisphere hemisphere, std::size_t k) const {
    return weights_[static_cast<std::size_t>(hemisphere)]
                   [product_.number_of_tile(part.batch, part.tile, k)];
  }

  void place_load(const Work& parts, Hemisphere hemisphere, std::size_t k) {
    const std::uint32_t side = static_cast<std::uint32_t>(hemisphere);
    const PlacedWeights& weights = weights_of(parts[0], hemisphere, k);
    Fragment fragment;
    Offset earliest = std::max(state_.barrier, Offset{0});
    const std::uint32_t near = stop_of({Unit::mxm, hemisphere, 0, 0});
    // Cycle 0: element 0 passes the inner plane.
    Fragment::Streams request;
    request.direction = hemisphere == Hemisphere::west ? Direction::west : Direction::east;
    request.width = load_streams;
    request.low = weight_streams;
    for (const LoadRun& run : weights.runs) {
      request.zones |= zones_between(stop_of_slice(run.hemisphere, run.slices[0]), near);
    }
    request.phase = stream_phase(request.direction, near, 0);
    request.count = weights.elements();
    const std::int32_t streams = fragment.streams(request);
    std::vector<std::uint32_t> items(parts.size(), none);  // of the runs with row 0
    Offset cycle = 0;
    for (const LoadRun& run : weights.runs) {
      const Fragment::In in =
          add_weight_reads(fragment, timing_, hemisphere, run, streams, cycle, earliest);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        Fragment::Item load;
        load.instruction.opcode = Opcode::load_weights;
        load.instruction.queue = mxm_queue(hemisphere, parts[i].plane, MxmQueue::weights);
        load.instruction.type = product_.type;
        load.instruction.count = run.elements;
        load.instruction.address = run.row;
        load.instruction.stride = static_cast<std::int32_t>(run.row_step);
        load.cycle = cycle + parts[i].plane;
        load.in[0] = in;
        const std::uint32_t item = fragment.add(std::move(load));
        if (items[i] == none) items[i] = item;
        if (product_.type == VectorType::f16) claim_outer(fragment, hemisphere, MxmQueue::weights);
      }
      cycle += run.elements;
    }
    for (const Part& part : parts) {
      earliest = std::max(earliest, plane(hemisphere, part).buffer_free - Offset{part.plane});
    }
    std::uint32_t base = 0;
    const Offset shift = state_.placer.place(fragment, earliest, label_, &base);
    first_ = std::min(first_, shift + fragment.first_cycle());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      Plane& at = plane(hemisphere, parts[i]);
      loaded_[side][parts[i].plane] = base + items[i];
      load_end_[side][parts[i].plane] =
          shift + Offset{parts[i].plane} + cycle - 1 + effect_of_load();
      at.buffer_free = load_end_[side][parts[i].plane];
    }
  }

  Offset effect_of_load() const {
    Instruction load;
    load.opcode = Opcode::load_weights;
    return static_cast<Offset>(effect_delay_cycles(timing_, load));
  }

  /// fp16 takes the outer plane's queue too: nobody else may have it then.
  void claim_outer(Fragment& fragment, Hemisphere hemisphere, MxmQueue part) const {
    const Fragment::Item& item = fragment.items.back();
    fragment.ports.push_back({mxm_queue(hemisphere, 1, part), item.cycle, item.instruction.count});
  }

  Plane& plane(Hemisphere hemisphere, const Part& part) {
    return state_.planes[static_cast<std::size_t>(hemisphere)][part.plane];
  }

  void place_work(const Work& work, Hemisphere hemisphere) {
    const std::size_t tiles = product_.tiles_of(work[0].tile).size();
    if (work.size() == 2 && product_.tiles_of(work[1].tile).size() != tiles) {
      for (const Part& part : work) place_work({part}, hemisphere);
      return;
    }
    for (std::size_t k = 0; k < tiles; ++k) {
      place_loads(work, hemisphere, k);
      place_pass(work, hemisphere, k);
    }
  }

  /// Activations of one K tile against the weights just loaded, and what comes of it. Planes that
  /// would read one slice at once go one after the other, and so do rows.
  void place_pass(const Work& work, Hemisphere hemisphere, std::size_t k) {
    const bool last = k + 1 == product_.tiles_of(work[0].tile).size();
    const bool crowded = chain_.steps.size() > alus / alu_columns;
    if (last && crowded && work[0].count >= worth_turns) {
      return place_in_turns(work, hemisphere, k);
    }
    if (try_pass(work, hemisphere, k)) return;
    for (const Part& part : work) {
      if (work.size() == 1 || !try_pass({part}, hemisphere, k)) place_halves(part, hemisphere, k);
    }
  }

  /// Four planes want more ALUs than there are: they take turns, some rows at a time.
  void place_in_turns(const Work& work, Hemisphere hemisphere, std::size_t k) {
    constexpr std::uint64_t turns = 4;
    for (std::uint64_t turn = 0; turn < turns; ++turn) {
      for (const Part& part : work) {
        Part some = part;
        const std::uint64_t from = part.count * turn / turns;
        some.count = part.count * (turn + 1) / turns - from;
        if (some.count == 0) continue;
        some.keeps = from != 0;
        some.first += from;
        some.accumulator += from;
        if (!try_pass({some}, hemisphere, k)) place_halves(some, hemisphere, k);
      }
    }
  }

  void place_halves(const Part& part, Hemisphere hemisphere, std::size_t k) {
    if (part.count == 1) refuse_row(state_, chain_.result);
    Part half = part;
    half.count = part.count / 2;
    if (!try_pass({half}, hemisphere, k)) place_halves(half, hemisphere, k);
    half.keeps = true;
    half.first += half.count;
    half.accumulator += half.count;
    half.count = part.count - half.count;
    if (!try_pass({half}, hemisphere, k)) place_halves(half, hemisphere, k);
  }

  bool try_pass(const Work& work, Hemisphere hemisphere, std::size_t k) {
    Fragment fragment;
    const std::uint32_t side = static_cast<std::uint32_t>(hemisphere);
    Offset earliest = std::max(state_.barrier, Offset{0});
    std::vector<std::unique_ptr<ChainEmitter>> emitters;
    RepeatedReads repeated;
    std::vector<Pass> passes;
    for (const Part& part : work) {
      const Offset skew = part.plane;
      const Offset install = static_cast<Offset>(timing_.mxm_install_cycles);
      earliest = std::max(earliest, plane(hemisphere, part).array_free - skew);
      earliest = std::max(earliest, load_end_[side][part.plane] + install - skew);
      if (k + 1 == product_.tiles_of(part.tile).size()) {
        emitters.push_back(std::make_unique<ChainEmitter>(
            state_, chain_, hemisphere, part.tile == work[0].tile ? 0 : 1, part.tile));
        emitters.back()->share(repeated);
      }
      passes.push_back({part, k, emitters.empty() ? nullptr : emitters.back().get(),
                        add_install(fragment, hemisphere, part, k)});
    }
    const bool shared =
        passes.size() == 2 && work[0].first == work[1].first && work[0].count == work[1].count;
    for (std::size_t i = 0; i < passes.size(); ++i) {
      if (shared && i == 1) break;
      const std::vector<Pass> group = shared ? passes : std::vector<Pass>{passes[i]};
      earliest = std::max(earliest, add_activations(fragment, hemisphere, group, repeated));
    }
    for (const auto& emitter : emitters) earliest = std::max(earliest, emitter->needed());
    std::uint32_t base = 0;
    const std::optional<Offset> placed =
        state_.placer.place_if_it_fits(fragment, earliest, label_, &base);
    if (!placed) return false;
    const Offset shift = *placed;
    for (const Pass& pass : passes) {
      std::uint32_t& held = installed_[side][pass.part.plane];
      if (pass.install != none) held = base + pass.install;
    }
    for (const auto& emitter : emitters) emitter->placed(shift);
    first_ = std::min(first_, shift + fragment.first_cycle());
    for (const Part& part : work) {
      Plane& at = plane(hemisphere, part);
      const Offset start = shift + Offset{part.plane};
      at.array_free = start + static_cast<Offset>(part.count);
      at.buffer_free = std::max(at.buffer_free, start);
      state_.note(at.array_free);
      ++passes_;
    }
    return true;
  }

  struct Pass {
    Part part;
    std::size_t k = 0;
    ChainEmitter* emitter = nullptr;  ///< of the last pass
    std::uint32_t install = none;     ///< item; none: an earlier pass's
  };

  std::uint32_t add_install(Fragment& fragment, Hemisphere hemisphere, const Part& part,
                            std::size_t k) {
    const std::uint32_t side = static_cast<std::uint32_t>(hemisphere);
    if (part.keeps || (product_.one_matrix && installed_[side][part.plane] != none)) return none;
    Fragment::Item item;
    item.instruction.opcode = Opcode::install_weights;
    item.instruction.queue = mxm_queue(hemisphere, part.plane, MxmQueue::weights);
    item.instruction.type = product_.type;
    item.instruction.rows = static_cast<std::uint16_t>(product_.tiles_of(part.tile)[k].rows);
    item.cycle = Offset{part.plane} - static_cast<Offset>(timing_.mxm_install_cycles);
    item.in[2].kind = Operand::Kind::implied;
    item.in[2].sources = {{true, loaded_[side][part.plane], 0, 0}};
    const std::uint32_t index = fragment.add(std::move(item));
    if (product_.type == VectorType::f16) claim_outer(fragment, hemisphere, MxmQueue::weights);
    return index;
  }

  /// Of planes that take the same rows, one or two. Gives the least shift at which all are there.
  Offset add_activations(Fragment& fragment, Hemisphere hemisphere, const std::vector<Pass>& group,
                         RepeatedReads& repeated) {
    const Part& part = group[0].part;
    const std::size_t k = group[0].k;
    std::vector<AddressRef> refs;
    std::vector<Cycle> ready;
    for (std::uint64_t r = 0; r < part.count; ++r) {
      const Product::Source source = product_.source(k, part.tile, part.first + r);
      refs.push_back(source.ref);
      ready.push_back(source.ready);
    }
    RowRuns rows;
    rows.add(std::move(refs));
    for (const Pass& pass : group) {
      if (pass.emitter != nullptr) pass.emitter->add_sources(rows, part.first, part.count);
    }
    const auto runs = rows.runs();
    Offset needed = 0;
    std::int32_t shared = -1;
    std::vector<std::int32_t> shared_sums(group.size(), -1);
    for (std::size_t n = 0; n < runs[0].size(); ++n) {
      const AddressRun& run = runs[0][n];
      const Store& store = product_.activations->segments[run.source].store;
      const std::uint32_t stop =
          stop_of({Unit::mxm, hemisphere, static_cast<std::uint8_t>(part.plane), 0});
      const Offset cycle = Offset{part.plane} + Offset{run.first};
      const ReadStreams reads =
          product_.tiles_of(part.tile)[k].offsets == none
              ? add_reads(fragment, timing_, store, run, stop, cycle, 0, activation_streams, shared)
              : add_gather(fragment, timing_, store, run, stop, cycle, 0, activation_streams,
                           product_.offsets(k, hemisphere), shared, repeated);
      needed = std::max(needed, needed_shift(run.count, reads.first_dispatch, [&](std::uint32_t e) {
                          return ready[run.first + e];
                        }));
      std::size_t source = 1;
      for (std::size_t p = 0; p < group.size(); ++p) {
        std::vector<AddressRun> others;
        const std::size_t own = (runs.size() - 1) / group.size();
        for (std::size_t s = 0; s < own; ++s) others.push_back(runs[source++][n]);
        add_sums(fragment, hemisphere, group[p], run, reads, others, shared_sums[p]);
      }
    }
    return needed;
  }

  /// The activate of a run, the accumulate behind it, and in the last pass the chain.
  void add_sums(Fragment& fragment, Hemisphere hemisphere, const Pass& pass, const AddressRun& run,
                const ReadStreams& reads, const std::vector<AddressRun>& others,
                std::int32_t& shared) {
    const ContractionTile& k = product_.tiles_of(pass.part.tile)[pass.k];
    const Offset cycle = Offset{pass.part.plane} + Offset{run.first};
    Fragment::Item activate;
    activate.instruction.opcode = Opcode::activate;
    activate.instruction.queue = mxm_queue(hemisphere, pass.part.plane, MxmQueue::activations);
    activate.instruction.type = product_.type;
    activate.instruction.half = k.half;
    activate.instruction.count = run.count;
    activate.cycle = cycle;
    activate.in[0].kind = Operand::Kind::stream;
    activate.in[0].streams = reads.streams;
    activate.in[0].sources = reads.bytes;
    activate.in[2].kind = Operand::Kind::implied;
    const bool earlier = pass.install == none;
    const auto side = static_cast<std::size_t>(hemisphere);
    activate.in[2].sources = {
        {earlier, earlier ? installed_[side][pass.part.plane] : pass.install, 0, 0}};
    const Offset out =
        cycle + static_cast<Offset>(effect_delay_cycles(timing_, activate.instruction));
    const std::uint32_t activated = fragment.add(std::move(activate));
    const bool pair = product_.type == VectorType::f16;
    if (pair) claim_outer(fragment, hemisphere, MxmQueue::activations);
    Fragment::Item accumulate;
    accumulate.instruction.opcode = Opcode::accumulate;
    accumulate.instruction.queue = mxm_queue(hemisphere, pass.part.plane, MxmQueue::results);
    accumulate.instruction.type = product_.type;
    accumulate.instruction.count = run.count;
    accumulate.instruction.adds = pass.k == 0 ? 0 : 1;
    const bool alone = product_.most_tiles() == 1;  // nothing is kept: one row will do
    accumulate.instruction.address =
        alone ? 0 : static_cast<std::uint32_t>(pass.part.accumulator) + run.first;
    accumulate.instruction.stride = alone ? 0 : 1;
    accumulate.cycle = out;
    accumulate.in[2].kind = Operand::Kind::implied;
    accumulate.in[2].sources = {{false, activated, 0, 1}};
    ChainEmitter::Primary primary;
    const Offset drive =
        out + static_cast<Offset>(result_delay_cycles(timing_, accumulate.instruction));
    const std::uint32_t stop =
        stop_of({Unit::mxm, hemisphere, static_cast<std::uint8_t>(pass.part.plane), 0});
    if (pass.emitter != nullptr) {
      primary.direction = direction_to(stop, vxm_stop);
      Fragment::Streams request;
      request.direction = primary.direction;
      request.width = 4;
      request.high = 8;
      request.zones = hemisphere == Hemisphere::west ? zone_west : zone_east;
      request.phase = stream_phase(primary.direction, stop, drive);
      request.count = run.count;
      primary.streams = fragment.streams(request, shared);
      accumulate.result = primary.streams;
      accumulate.result_width = 4;
    }
    primary.item = fragment.add(std::move(accumulate));
    if (pair) claim_outer(fragment, hemisphere, MxmQueue::results);
    if (pass.emitter == nullptr) return;
    pass.emitter->emit(fragment, &primary, drive + hops_between(stop, vxm_stop), others,
                       pass.part.first + run.first);
  }

  SchedulerState& state_;
  const Chain& chain_;
  const Product& product_;
  const Timing& timing_;
  std::uint32_t tiles_ = 1;
  Division division_;
  std::uint32_t label_ = none;
  Offset first_ = Offset{1} << 60U;
  std::uint32_t passes_ = 0;
  std::array<std::vector<PlacedWeights>, 2> weights_;  ///< as place_weights() gives them
  std::array<std::array<std::uint32_t, planes_a_hemisphere>, 2> loaded_{};  ///< instruction
  std::array<std::array<Offset, planes_a_hemisphere>, 2> load_end_{};
  /// Install whose weights a plane holds.
  std::array<std::array<std::uint32_t, planes_a_hemisphere>, 2> installed_{
      {{none, none}, {none, none}}};
};

}  // namespace

ScheduledOperation place_product(SchedulerState& state, const Chain& chain,
                                 const Product& product) {
  return ProductPlacer(state, chain, product).run();
}

}  // namespace weft::program::tsp
