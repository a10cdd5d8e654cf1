// SPDX-License-Identifier: Apache-2.0
// The plain mesh simulator.
#include "cli/bench/naive_mesh.hpp"

#include <array>
#include <vector>

#include "base/error.hpp"
#include "cli/bench/groups.hpp"

namespace weft::cli::bench {
namespace {

constexpr unsigned ports = 5;
constexpr unsigned colors = 24;
constexpr unsigned ramp = 4;
constexpr unsigned places = 8;

struct Queue {
  std::array<std::uint32_t, places> words{};
  std::uint8_t head = 0;
  std::uint8_t count = 0;
};

struct Router {
  Queue in[ports][colors];
  Queue to_tile[colors];
  std::uint8_t outputs[ports][colors] = {};
};

struct Grant {
  std::uint32_t tile;
  std::uint8_t port;
  std::uint8_t color;
};

class NaiveMesh {
 public:
  NaiveMesh(const MeshWorkload& mesh, std::uint32_t queue_depth)
      : mesh_(mesh), depth_(queue_depth), routers_(mesh.tiles()), flows_(mesh.flows) {
    for (std::uint32_t tile = 0; tile < mesh.tiles(); ++tile) {
      for (const fabric::ColorRoute& route : mesh.routes[tile]) {
        for (unsigned port = 0; port < ports; ++port) {
          if ((route.positions[0].receive >> port & 1U) == 0) continue;
          routers_[tile].outputs[port][route.color] = route.positions[0].transmit;
        }
      }
      for (const Flow& flow : mesh.flows[tile]) words_left_ += flow.words;
    }
    next_flow_.assign(mesh.tiles(), 0);
  }

  MeshResult run() {
    MeshResult result;
    const double start = cpu_seconds();
    while (words_left_ != 0) {
      if (++result.cycles > 10'000'000) fail(Category::internal, "the naive mesh does not end");
      grants_.clear();
      for (std::uint32_t tile = 0; tile < mesh_.tiles(); ++tile) scan(tile, result.cycles);
      for (std::uint32_t tile = 0; tile < mesh_.tiles(); ++tile) run_tile(tile);
      for (const Grant& grant : grants_) carry(grant);
    }
    result.seconds = cpu_seconds() - start;
    result.hops = hops_;
    return result;
  }

 private:
  std::uint32_t next(std::uint32_t tile, unsigned port) const {
    switch (port) {
      case 0:
        return tile - 1;
      case 1:
        return tile + 1;
      case 2:
        return tile + mesh_.width;
      default:
        return tile - mesh_.width;
    }
  }

  void scan(std::uint32_t tile, std::uint64_t cycle) {
    const Router& router = routers_[tile];
    unsigned busy = 0;
    for (unsigned k = 0; k < colors; ++k) {
      const auto color = static_cast<unsigned>((cycle + k) % colors);
      for (unsigned port = 0; port < ports; ++port) {
        if (router.in[port][color].count == 0) continue;
        const unsigned outputs = router.outputs[port][color];
        if ((outputs & busy) != 0 || !room(tile, color, outputs)) continue;
        busy |= outputs;
        grants_.push_back(
            {tile, static_cast<std::uint8_t>(port), static_cast<std::uint8_t>(color)});
      }
    }
  }

  bool room(std::uint32_t tile, unsigned color, unsigned outputs) const {
    for (unsigned port = 0; port < ramp; ++port) {
      if ((outputs >> port & 1U) == 0) continue;
      if (routers_[next(tile, port)].in[port ^ 1U][color].count >= depth_) return false;
    }
    return (outputs >> ramp & 1U) == 0 || routers_[tile].to_tile[color].count < depth_;
  }

  /// One step of one flow, in turn.
  void run_tile(std::uint32_t tile) {
    auto& flows = flows_[tile];
    for (std::size_t k = 0; k < flows.size(); ++k) {
      const std::size_t f = (next_flow_[tile] + k) % flows.size();
      if (flows[f].words == 0 || !step(tile, flows[f])) continue;
      --flows[f].words;
      --words_left_;
      next_flow_[tile] = static_cast<std::uint32_t>(f + 1);
      return;
    }
  }

  bool step(std::uint32_t tile, const Flow& flow) {
    Router& router = routers_[tile];
    for (const int color : flow.in) {
      if (color != no_color && router.to_tile[color].count == 0) return false;
    }
    if (flow.out != no_color && router.in[ramp][flow.out].count >= depth_) return false;
    std::uint32_t word = 0;
    for (const int color : flow.in) {
      if (color != no_color) word += pop(router.to_tile[color]);
    }
    if (flow.out != no_color) push(router.in[ramp][flow.out], word + flow.words);
    return true;
  }

  void carry(const Grant& grant) {
    Router& router = routers_[grant.tile];
    const std::uint32_t word = pop(router.in[grant.port][grant.color]);
    const unsigned outputs = router.outputs[grant.port][grant.color];
    for (unsigned port = 0; port < ramp; ++port) {
      if ((outputs >> port & 1U) == 0) continue;
      push(routers_[next(grant.tile, port)].in[port ^ 1U][grant.color], word);
      ++hops_;
    }
    if ((outputs >> ramp & 1U) == 0) return;
    push(router.to_tile[grant.color], word);
    ++hops_;
  }

  static std::uint32_t pop(Queue& queue) {
    const std::uint32_t word = queue.words[queue.head];
    queue.head = static_cast<std::uint8_t>((queue.head + 1U) % places);
    --queue.count;
    return word;
  }

  static void push(Queue& queue, std::uint32_t word) {
    queue.words[(std::size_t{queue.head} + queue.count) % places] = word;
    ++queue.count;
  }

  const MeshWorkload& mesh_;
  std::uint32_t depth_;
  std::vector<Router> routers_;
  std::vector<std::vector<Flow>> flows_;
  std::vector<std::uint32_t> next_flow_;
  std::vector<Grant> grants_;
  std::uint64_t words_left_ = 0;
  std::uint64_t hops_ = 0;
};

}  // namespace

MeshResult run_naive_mesh(const MeshWorkload& mesh, std::uint32_t queue_depth) {
  return NaiveMesh(mesh, queue_depth).run();
}

}  // namespace weft::cli::bench
