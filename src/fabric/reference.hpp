// SPDX-License-Identifier: Apache-2.0
// The oracle of the fabric, meant to be obviously right: a deque for every queue, every wavelet an
// object that knows from when on it is there, every cycle looks at everything.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "fabric/outcome.hpp"
#include "fabric/parameters.hpp"
#include "fabric/registers.hpp"
#include "fabric/route.hpp"
#include "fabric/stream.hpp"

namespace weft::fabric {

/// A wavelet on a link, or delivered to the tile (port 4).
struct Hop {
  Cycle cycle = 0;
  std::uint32_t tile = 0;
  std::uint8_t port = 0;
  std::uint8_t color = 0;
  friend auto operator<=>(const Hop&, const Hop&) = default;
};

/// What engines are held against: it shares no code with them, only their input. It holds a whole
/// region, and its routes and posts are to be right: engines are who checks them.
///
/// Timeline, with L = StreamPost::latency_cycles, U = ramp_up_cycles, D = ramp_down_cycles:
///
///   t           a stream steps: its inputs' heads are taken
///   t+L         the word stands in the output queue, and leaves it (one word a tile and cycle)
///   t+L+U       it stands in the router's ramp queue, and is granted a link (all outputs or none)
///   t+L+U+1     it stands in the neighbour's queue; one cycle for each hop further
///   t+L+U+h     at the h-th router: granted the ramp
///   t+L+U+h+D   it stands in the input queue; a stream there steps
///
/// A word that turns back in the first router leaves the output queue only when the input queue has
/// a place for it that no word before it takes: depth places, each known to be free again C =
/// own_ramp_credit_cycles after the cycle behind the take. So a queue of depth d passes d such
/// words a round trip of 1 + C + U + D cycles (7). Words for neighbours, and from them, have the
/// routers' own queues on their way, and no such loop.
///
/// So a dependent step through a neighbour costs L + U + 1 + D (6 cycles for L = 1, U = D = 2), and
/// B wavelets over P tiles are received in cycles L+U+P-1+D .. L+U+P-1+D+B-1 after the first step.
/// Every decision reads the state at the start of its cycle; a place that a pop frees is known to
/// who fills the queue in the next cycle. The pipeline registers of a ramp hold words too: a color
/// has queue_depth + U - 1 places on the way up, and queue depth + D - 1 on the way down.
///
/// Arbitration in cycle t: colors in the order t, t+1, ... modulo 24, of a color the least port
/// whose head can go; a color is granted when all its outputs are free in this cycle and have room.
/// Of the output queues, the one to use the ramp is the first with a word that has room, in the
/// order t, t+1, ... modulo 8.
///
/// Control wavelets: the router obeys the first command after the wavelet has passed by the old
/// position; the copies on links are popped as the pop mode says, the tile gets what arrived,
/// unless ce_filter of that command is set. What a filter or ce_filter drops uses the ramp's slot
/// of the cycle but no place in the input queue.
///
/// After a TEARDOWN command the color is in teardown in that router: what waits stays, what comes
/// waits, until the tile ends it by the color's registers. A color whose route the tile may rewrite
/// has queues at all ports; a word that its route does not take from there waits.
///
/// Two arrivals of one color in one cycle from two ports that its position receives from are a
/// collision. A wavelet at a port that the position does not receive from waits there.
///
/// Over the edge of the region a link takes a wavelet a cycle, as every link does, and always has
/// room: what leaves by it is counted and gone, and no route of the program can wait for it.
class ReferenceFabric {
 public:
  /// `routes` are those of all tiles of the region.
  ReferenceFabric(const Parameters& parameters, std::uint32_t width, std::uint32_t height,
                  const RouteTable& routes);

  // --- every cycle, in this order ---
  void step_streams(Cycle now);
  void move(Cycle now);

  /// All since cycle 0, by cycle.
  const std::vector<Hop>& hops() const { return hops_; }
  const OverEdge& over_edge() const { return over_edge_; }
  /// After it nothing has a meaning.
  const std::optional<Fault>& fault() const { return fault_; }

  // --- what a tile calls between step_streams and move; as Ramp's of the engines ---
  std::uint32_t span_count(std::uint32_t tile) const;
  Span span(std::uint32_t tile, std::uint32_t index) const;
  std::uint32_t word(std::uint32_t tile, std::uint32_t index) const;
  void provide(std::uint32_t tile, std::uint8_t slot, std::uint32_t word);
  bool head_available(std::uint32_t tile, std::uint8_t queue) const;
  Wavelet head(std::uint32_t tile, std::uint8_t queue) const;
  void pop(std::uint32_t tile, std::uint8_t queue);
  void post(const StreamPost& post);
  void bind(std::uint32_t tile, std::uint8_t queue, std::uint8_t color);
  void set_main_issue(std::uint32_t tile, Cycle until);
  bool read_registers(std::uint32_t tile, std::uint8_t color, RouteRegisters& registers) const;
  void write_registers(std::uint32_t tile, std::uint8_t color, const RouteRegisters& registers);
  std::uint32_t take_torn(std::uint32_t tile);
  bool injectable(std::uint32_t tile, std::uint8_t color) const;
  void inject(std::uint32_t tile, const Wavelet& wavelet);
  bool collect(std::uint32_t tile, Wavelet& wavelet);

 private:
  struct Word {
    std::uint32_t payload = 0;
    std::uint8_t color = 0;
    bool control = false;
    bool advance = false;
    Cycle there_from = 0;
  };
  struct LiveStream {
    StreamPost post;
    std::uint32_t done = 0;
  };
  struct Color {
    ColorRoute route;
    unsigned position = 0;
    unsigned counter = 0;
    bool torn = false;
    RouteRegisters registers;  ///< as last written; position and teardown are above
    bool second_limit = false;
  };
  struct Tile {
    std::map<int, Color> colors;
    std::map<std::pair<int, int>, std::deque<Word>> in;  ///< (port, color)
    std::map<int, std::deque<Word>> to_tile;             ///< by color
    std::map<int, int> popped;                           ///< from to_tile in this cycle
    std::map<int, std::vector<Cycle>> taken;             ///< by color: cycles of all takes
    std::map<int, int> injected;                         ///< into to_tile in this cycle
    std::array<std::deque<Word>, 8> out;
    std::map<int, LiveStream> streams;  ///< by slot
    std::map<int, int> queue_of_color;
    int last_winner = slot_count - 1;
    Cycle main_until = 0;
    std::vector<Word> host;
    std::uint32_t torn = 0;   ///< colors, since the tile last asked
    std::set<int> rewritten;  ///< colors whose registers were written in this cycle
    bool has_span = false;
    Span span;
    std::array<std::uint32_t, 2> span_words{};
    int provide_queue = -1;
  };
  /// A wavelet that leaves an input queue of a router in this cycle.
  struct Choice {
    std::uint32_t tile;
    int port;
    int color;
  };

  int color_of(const Tile& tile, int queue) const;
  int depth(const Tile& tile, int color) const;
  int capacity(const Tile& tile, int color) const;
  bool can_step(const Tile& tile, const LiveStream& stream, Cycle now) const;
  void step(Tile& tile, int slot, Cycle now);
  void check_arrivals(Cycle now);
  void check_arrival(std::uint32_t tile, int port, int color, Cycle now);
  int choose_output(std::uint32_t tile, Cycle now);
  bool can_turn_back(const Tile& tile, int color, Cycle now) const;
  void leave_output(std::uint32_t tile, int queue, Cycle now);
  void choose_moves(std::uint32_t tile, Cycle now, std::vector<Choice>& choices) const;
  bool has_room(std::uint32_t tile, int port, const Color& color, const Word& word) const;
  void carry_out(const Choice& choice, Cycle now);
  void deliver(Tile& tile, Color& color, const Word& word, Cycle now);
  bool kept_from_tile(const Color& color, const Word& word) const;
  static void count(Color& color, const Word& word);
  static void advance(Color& color);
  static void obey_registers(Tile& tile);
  void obey(std::uint32_t tile, Color& color, Word& word);
  void refuse(Cycle now, std::uint32_t tile, FabricError code, int color, int port);
  void leave_region(const Hop& hop);
  /// Whether the host takes a color's wavelets of a tile.
  bool to_host(std::uint32_t tile, int color) const;
  /// -1 beyond the edge.
  long neighbour(std::uint32_t tile, int port) const;

  Parameters parameters_;
  std::uint32_t width_;
  std::uint32_t height_;
  std::vector<std::uint32_t> host_out_;
  std::vector<Tile> tiles_;
  std::vector<Hop> hops_;
  OverEdge over_edge_;
  std::optional<Fault> fault_;
  Cycle now_ = 0;
};

}  // namespace weft::fabric
