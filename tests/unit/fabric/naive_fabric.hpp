// SPDX-License-Identifier: Apache-2.0
// A fabric model that is meant to be obviously right: a deque for every queue, every wavelet an
// object that knows from when on it is there, every cycle looks at everything. Shares no code with
// the engines, only their input.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

#include "scenario.hpp"

namespace weft::fabric::test {

class NaiveFabric {
 public:
  explicit NaiveFabric(const Scenario& scenario);

  void step_streams(Cycle now);
  void move(Cycle now);
  const std::vector<Hop>& hops() const { return hops_; }
  const Departures& departures() const { return departures_; }
  const Refusal& refusal() const { return refusal_; }

  // What a tile calls; tiles of the whole mesh.
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
  void obey(std::uint32_t tile, Color& color, Word& word, Cycle now);
  void refuse(Cycle now, std::uint32_t tile, FabricError code, int color);
  /// -1 beyond the edge.
  long neighbour(std::uint32_t tile, int port) const;

  const Scenario& scenario_;
  std::vector<Tile> tiles_;
  std::vector<Hop> hops_;
  Departures departures_;
  Refusal refusal_;
  Cycle now_ = 0;
};

Outcome run_naive(const Scenario& scenario);

}  // namespace weft::fabric::test
