// SPDX-License-Identifier: Apache-2.0
// Routes by negotiation: see rdu_route.hpp.
#include "program/rdu_route.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <queue>
#include <tuple>
#include <utility>

namespace weft::program::rdu {

namespace {

constexpr int attempts_most = 40;
constexpr std::uint64_t link_cost = 16;
constexpr std::uint64_t unreached = ~std::uint64_t{0};

/// All nets of one kind.
class NetRouter {
 public:
  NetRouter(std::vector<Net>& nets, Channel::Kind kind, const NetworkTiming& network)
      : nets_(nets),
        net_(network),
        kind_(kind),
        capacity_(links_of(kind, network)),
        width_(network.columns + 1),
        switches_(width_ * (network.rows + 1)),
        used_(std::size_t{switches_} * directions, 0),
        dearer_(used_.size(), 0) {
    for (std::uint32_t n = 0; n < nets.size(); ++n) {
      if (nets[n].kind == kind) mine_.push_back(n);
    }
    std::stable_sort(mine_.begin(), mine_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return nets[a].tokens > nets[b].tokens;
    });
  }

  void run() {
    for (const std::uint32_t n : mine_) find(n);
    for (int attempt = 1; attempt < attempts_most && any_short(); ++attempt) {
      for (std::size_t link = 0; link < used_.size(); ++link) {
        if (used_[link] > capacity_) dearer_[link] += used_[link] - capacity_;
      }
      pressure_ = static_cast<std::uint64_t>(attempt);
      for (const std::uint32_t n : mine_) {
        if (!is_short(n)) continue;
        take(n, false);
        find(n);
      }
    }
  }

  void count() {
    for (const std::uint32_t n : mine_) take(n, true);
  }

  std::vector<ShortLink> short_links() const {
    std::vector<ShortLink> out;
    for (std::uint32_t link = 0; link < used_.size(); ++link) {
      if (used_[link] <= capacity_) continue;
      ShortLink& one = out.emplace_back(ShortLink{kind_, link, {}});
      for (const std::uint32_t n : mine_) {
        if (goes_over(n, link)) one.nets.push_back(n);
      }
    }
    return out;
  }

  void leave_out() {
    while (any_short()) {
      std::uint32_t worst = 0;
      for (std::uint32_t link = 0; link < used_.size(); ++link) {
        if (used_[link] > used_[worst]) worst = link;
      }
      for (auto n = mine_.rbegin(); n != mine_.rend(); ++n) {
        if (!goes_over(*n, worst)) continue;
        take(*n, false);
        nets_[*n].path.clear();
        break;
      }
    }
  }

 private:
  bool any_short() const {
    return std::any_of(used_.begin(), used_.end(),
                       [this](std::uint32_t used) { return used > capacity_; });
  }
  std::uint32_t link(std::uint32_t n, std::size_t hop) const {
    return link_between(nets_[n].path[hop], nets_[n].path[hop + 1], net_);
  }
  bool is_short(std::uint32_t n) const {
    for (std::size_t hop = 0; hop + 1 < nets_[n].path.size(); ++hop) {
      if (used_[link(n, hop)] > capacity_) return true;
    }
    return false;
  }
  bool goes_over(std::uint32_t n, std::uint32_t which) const {
    for (std::size_t hop = 0; hop + 1 < nets_[n].path.size(); ++hop) {
      if (link(n, hop) == which) return true;
    }
    return false;
  }
  void take(std::uint32_t n, bool more) {
    for (std::size_t hop = 0; hop + 1 < nets_[n].path.size(); ++hop) {
      used_[link(n, hop)] += more ? 1U : ~0U;
    }
  }
  std::uint64_t cost(std::uint32_t link) const {
    const std::uint64_t over = used_[link] >= capacity_ ? used_[link] - capacity_ + 1 : 0;
    return (link_cost + dearer_[link] * link_cost) * (1 + over * pressure_);
  }

  /// The cheapest path; of several the one that comes first by the numbers of its switches.
  void find(std::uint32_t n) {
    Net& net = nets_[n];
    std::vector<std::uint64_t> costs(switches_, unreached);
    std::vector<std::uint32_t> before(switches_, none);
    using Entry = std::pair<std::uint64_t, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    for (std::uint32_t y = net.from.y0; y <= net.from.y1; ++y) {
      for (std::uint32_t x = net.from.x0; x <= net.from.x1; ++x) {
        costs[y * width_ + x] = 0;
        queue.emplace(0, y * width_ + x);
      }
    }
    while (!queue.empty()) {
      const auto [so_far, at] = queue.top();
      queue.pop();
      if (so_far > costs[at]) continue;
      const std::uint32_t x = at % width_;
      const std::uint32_t y = at / width_;
      if (x >= net.to.x0 && x <= net.to.x1 && y >= net.to.y0 && y <= net.to.y1) {
        net.path.clear();
        for (std::uint32_t back = at; back != none; back = before[back]) net.path.push_back(back);
        std::reverse(net.path.begin(), net.path.end());
        take(n, true);
        return;
      }
      for (std::uint32_t d = 0; d < directions; ++d) {
        const std::uint32_t over = at * directions + d;
        const std::uint32_t next = switch_behind(over, net_);
        if (next == none || so_far + cost(over) >= costs[next]) continue;
        costs[next] = so_far + cost(over);
        before[next] = at;
        queue.emplace(costs[next], next);
      }
    }
  }

  std::vector<Net>& nets_;
  const NetworkTiming& net_;
  Channel::Kind kind_;
  std::uint32_t capacity_;
  std::uint32_t width_;
  std::uint32_t switches_;
  std::vector<std::uint32_t> mine_;  ///< nets, those with most tokens first
  std::vector<std::uint32_t> used_;  ///< [link]
  std::vector<std::uint64_t> dearer_;
  std::uint64_t pressure_ = 0;
};

constexpr std::array<Channel::Kind, 3> kinds_of_links = {Channel::Kind::vector, Channel::Kind::word,
                                                         Channel::Kind::bit};

}  // namespace

std::uint32_t links_of(Channel::Kind kind, const NetworkTiming& network) {
  if (kind == Channel::Kind::vector) return network.vector_links;
  return kind == Channel::Kind::word ? network.word_links : network.bit_links;
}

std::string name_of_link(std::uint32_t link, const NetworkTiming& network) {
  constexpr std::array<const char*, directions> words = {"east", "west", "north", "south"};
  const std::uint32_t at = link / directions;
  return "from switch (" + std::to_string(at % (network.columns + 1)) + ", " +
         std::to_string(at / (network.columns + 1)) + ") " + words[link % directions];
}

std::uint32_t switch_behind(std::uint32_t link, const NetworkTiming& network) {
  const std::uint32_t width = network.columns + 1;
  const std::uint32_t at = link / directions;
  const std::uint32_t x = at % width;
  const std::uint32_t y = at / width;
  switch (static_cast<Direction>(link % directions)) {
    case Direction::east:
      return x < network.columns ? at + 1 : none;
    case Direction::west:
      return x > 0 ? at - 1 : none;
    case Direction::north:
      return y < network.rows ? at + width : none;
    case Direction::south:
      return y > 0 ? at - width : none;
  }
  return none;
}

std::uint32_t link_between(std::uint32_t a, std::uint32_t b, const NetworkTiming& network) {
  for (std::uint32_t d = 0; d < directions; ++d) {
    if (switch_behind(a * directions + d, network) == b) return a * directions + d;
  }
  return none;
}

std::vector<ShortLink> route_nets(std::vector<Net>& nets, const NetworkTiming& network) {
  std::vector<ShortLink> out;
  for (const Channel::Kind kind : kinds_of_links) {
    NetRouter router(nets, kind, network);
    router.run();
    for (ShortLink& link : router.short_links()) out.push_back(std::move(link));
  }
  return out;
}

void leave_out(std::vector<Net>& nets, const NetworkTiming& network) {
  for (const Channel::Kind kind : kinds_of_links) {
    NetRouter router(nets, kind, network);
    router.count();
    router.leave_out();
  }
}

}  // namespace weft::program::rdu
