// SPDX-License-Identifier: Apache-2.0
// Runs a scenario on the queued engine.
#include "engine_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "fabric/queued.hpp"
#include "tile_driver.hpp"

namespace weft::fabric::test {
namespace {

bool share_edge(const Rectangle& a, const Rectangle& b) {
  const bool rows = a.y0 < b.y1() && b.y0 < a.y1();
  const bool columns = a.x0 < b.x1() && b.x0 < a.x1();
  return (rows && (a.x1() == b.x0 || b.x1() == a.x0)) ||
         (columns && (a.y1() == b.y0 || b.y1() == a.y0));
}

struct Part {
  Extent extent;
  std::vector<std::size_t> neighbours;  ///< indices into the parts
  RouteTable routes;
  std::unique_ptr<QueuedFabric> fabric;
  std::vector<Cycle> promises;  ///< by neighbour: nothing leaves before
};

class Runner {
 public:
  Runner(const Scenario& scenario, const RunOptions& options)
      : scenario_(scenario), options_(options), progress_(scenario.scripts.size()) {
    std::vector<Rectangle> slices = options.slices;
    if (slices.empty()) slices.push_back({0, 0, scenario.width, scenario.height});
    for (std::size_t k = 0; k < slices.size(); ++k) parts_.push_back(make_part(slices, k));
  }

  EngineOutcome run() {
    for (Part& part : parts_) {
      for_each_tile(part, [](auto& driver) { driver.start(); });
    }
    for (Cycle now = 0; now < scenario_.cycles; ++now) {
      if (now == options_.save_at) reload();
      if (options_.check_bounds) promise(now);
      if (options_.jump && idle(now)) {
        ++result_.skipped_cycles;
        continue;
      }
      cycle(now);
      exchange(now);
      if (refused()) break;
    }
    finish();
    return std::move(result_);
  }

 private:
  Part make_part(const std::vector<Rectangle>& slices, std::size_t index) {
    Part part;
    part.extent.region = {0, 0, scenario_.width, scenario_.height};
    part.extent.tiles = slices[index];
    for (std::size_t k = 0; k < slices.size(); ++k) {
      if (k == index || !share_edge(slices[index], slices[k])) continue;
      part.extent.neighbours.push_back(slices[k]);
      part.neighbours.push_back(k);
    }
    for (std::uint32_t tile = 0; tile < part.extent.tiles.tiles(); ++tile) {
      const std::uint32_t g = global(part, tile);
      part.routes.set_of_tile.push_back(tile);
      part.routes.sets.push_back(scenario_.routes[g]);
      part.routes.host_in.push_back(scenario_.host_in[g]);
      part.routes.host_out.push_back(scenario_.host_out[g]);
    }
    part.promises.assign(part.neighbours.size(), 0);
    part.fabric = std::make_unique<QueuedFabric>(scenario_.parameters, part.extent, part.routes);
    return part;
  }

  std::uint32_t global(const Part& part, std::uint32_t tile) const {
    const Rectangle& t = part.extent.tiles;
    return (t.y0 + tile / t.width) * scenario_.width + t.x0 + tile % t.width;
  }

  template <typename Visit>
  void for_each_tile(Part& part, const Visit& visit) {
    for (std::uint32_t tile = 0; tile < part.extent.tiles.tiles(); ++tile) {
      const std::uint32_t g = global(part, tile);
      TileDriver<Ramp> driver(part.fabric->ramp(), tile, g, scenario_.scripts[g], progress_[g],
                              result_.outcome.events);
      visit(driver);
    }
  }

  bool idle(Cycle now) {
    bool acts = false;
    for (Part& part : parts_) {
      if (part.fabric->next_activity(now) <= now) return false;
      for_each_tile(part, [&](auto& driver) { acts = acts || driver.acts(now); });
    }
    return !acts;
  }

  void cycle(Cycle now) {
    for (Part& part : parts_) {
      part.fabric->step_streams(now);
      for_each_tile(part, [now](auto& driver) { driver.run(now); });
      part.fabric->move(now);
      for (const FlowRun& run : part.fabric->runs()) {
        EXPECT_EQ(run.end, now);
        for (std::uint32_t k = 1; k <= run.length; ++k) {
          result_.outcome.hops.push_back({run.end - k, run.tile, run.port, run.color});
        }
      }
    }
  }

  /// Raises every promise by what the neighbours have promised so far, as engines do by messages.
  void promise(Cycle now) {
    for (int round = 0; round < 3; ++round) {
      for (std::size_t k = 0; k < parts_.size(); ++k) {
        std::vector<Cycle> departed_before;
        for (const std::size_t other : parts_[k].neighbours) {
          departed_before.push_back(std::max(now, promised(other, k)));
        }
        for (std::size_t n = 0; n < parts_[k].neighbours.size(); ++n) {
          Cycle bound = parts_[k].fabric->departure_bound(n, now, departed_before);
          std::uint32_t tile = 0;
          for_each_tile(parts_[k], [&](auto& driver) {
            const Cycle act = driver.acts(now) ? now : driver.next_rewrite(now);
            if (act != never) {
              bound = std::min(bound, act + 1 + parts_[k].fabric->cut_distance(n, tile));
            }
            ++tile;
          });
          EXPECT_GE(bound, now);
          parts_[k].promises[n] = std::max(parts_[k].promises[n], bound);
          if (round == 2 && bound != never) result_.lookahead_cycles += bound - now;
        }
      }
    }
  }

  Cycle promised(std::size_t from, std::size_t to) const {
    const auto& list = parts_[from].neighbours;
    return parts_[from]
        .promises[static_cast<std::size_t>(std::find(list.begin(), list.end(), to) - list.begin())];
  }

  void exchange(Cycle now) {
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      for (std::size_t n = 0; n < parts_[k].neighbours.size(); ++n) {
        std::vector<CutRecord> records;
        parts_[k].fabric->take_departures(n, records);
        result_.cut_records += records.size();
        for (const CutRecord& record : records) {
          EXPECT_EQ(record.cycle, now);
          if (options_.check_bounds) {
            EXPECT_GE(record.cycle, parts_[k].promises[n]);
          }
        }
        Part& other = parts_[parts_[k].neighbours[n]];
        const auto back = std::find(other.neighbours.begin(), other.neighbours.end(), k);
        other.fabric->accept(static_cast<std::size_t>(back - other.neighbours.begin()), records);
      }
    }
  }

  void reload() {
    for (Part& part : parts_) {
      const std::vector<std::byte> state = part.fabric->save();
      part.fabric = std::make_unique<QueuedFabric>(scenario_.parameters, part.extent, part.routes);
      part.fabric->load(state);
    }
  }

  bool refused() {
    for (Part& part : parts_) {
      const auto fault = part.fabric->fault();
      if (!fault) continue;
      const Refusal refusal{fault->cycle, index(fault->tile), fault->code, fault->color,
                            fault->port};
      Refusal& least = result_.outcome.refusal;
      if (least.cycle == never || refusal.tile < least.tile ||
          (refusal.tile == least.tile && refusal.code < least.code)) {
        least = refusal;
      }
    }
    return result_.outcome.refusal.cycle != never;
  }

  void finish() {
    std::sort(result_.outcome.events.begin(), result_.outcome.events.end());
    std::sort(result_.outcome.hops.begin(), result_.outcome.hops.end());
    result_.link_wavelets.assign(scenario_.scripts.size() * port_count, 0);
    for (Part& part : parts_) {
      result_.last_activity = std::max(result_.last_activity, part.fabric->last_activity());
      const OverEdge over = part.fabric->over_edge();
      result_.outcome.departures.add(over.wavelets,
                                     {over.first_cycle, index(over.tile), over.port, over.color});
      const auto counts = part.fabric->link_wavelets();
      for (std::size_t k = 0; k < counts.size(); ++k) {
        const std::uint32_t g = global(part, static_cast<std::uint32_t>(k / port_count));
        result_.link_wavelets[g * port_count + k % port_count] = counts[k];
      }
    }
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  std::vector<Progress> progress_;
  std::vector<Part> parts_;
  EngineOutcome result_;
};

}  // namespace

EngineOutcome run_engine(const Scenario& scenario, const RunOptions& options) {
  return Runner(scenario, options).run();
}

}  // namespace weft::fabric::test
