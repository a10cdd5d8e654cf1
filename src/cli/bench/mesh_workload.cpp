// SPDX-License-Identifier: Apache-2.0
// Traffic patterns of a mesh.
#include "cli/bench/mesh_workload.hpp"

namespace weft::cli::bench {
namespace {

constexpr unsigned west = 0;
constexpr unsigned east = 1;
constexpr unsigned south = 2;
constexpr unsigned north = 3;
constexpr unsigned ramp = 4;

MeshWorkload make(std::string name, std::uint32_t width, std::uint32_t height) {
  MeshWorkload mesh;
  mesh.name = std::move(name);
  mesh.width = width;
  mesh.height = height;
  mesh.routes.resize(mesh.tiles());
  mesh.flows.resize(mesh.tiles());
  return mesh;
}

void add_route(MeshWorkload& mesh, std::uint32_t tile, unsigned color, unsigned receive,
               unsigned transmit) {
  fabric::ColorRoute route;
  route.color = static_cast<std::uint8_t>(color);
  route.positions[0] = {static_cast<std::uint8_t>(receive), static_cast<std::uint8_t>(transmit)};
  mesh.routes[tile].push_back(route);
}

void add_flow(MeshWorkload& mesh, std::uint32_t tile, int in, int out, std::uint32_t words) {
  mesh.flows[tile].push_back({{in, no_color}, out, words});
}

/// A stream of `color` from `first` over `count` tiles that lie `stride` apart, leaving by `port`.
void add_stream(MeshWorkload& mesh, unsigned color, std::uint32_t first, std::int64_t stride,
                std::uint32_t count, unsigned port, std::uint32_t words, bool copies) {
  for (std::uint32_t k = 0; k < count; ++k) {
    const auto tile = static_cast<std::uint32_t>(first + stride * k);
    const bool last = k + 1 == count;
    const bool takes = last || (copies && k > 0);
    const unsigned receive = k == 0 ? 1U << ramp : 1U << (port ^ 1U);
    add_route(mesh, tile, color, receive, (last ? 0U : 1U << port) | (takes ? 1U << ramp : 0U));
    if (k == 0) add_flow(mesh, tile, no_color, static_cast<int>(color), words);
    if (takes) add_flow(mesh, tile, static_cast<int>(color), no_color, words);
  }
}

}  // namespace

MeshWorkload broadcast(std::uint32_t width, std::uint32_t height, std::uint32_t words) {
  MeshWorkload mesh = make("broadcast", width, height);
  for (std::uint32_t y = 0; y < height; ++y) {
    add_stream(mesh, 0, y * width, 1, width, east, words, true);
  }
  return mesh;
}

MeshWorkload reduce(std::uint32_t width, std::uint32_t height, std::uint32_t words) {
  MeshWorkload mesh = make("reduce", width, height);
  for (std::uint32_t tile = 0; tile < mesh.tiles(); ++tile) {
    const std::uint32_t x = tile % width;
    const std::uint32_t y = tile / width;
    Flow flow;
    flow.words = words;
    int inputs = 0;
    if (x + 1 < width) {  // colors 0 and 1 alternate along rows
      flow.in[inputs++] = static_cast<int>((x + 1) % 2);
      add_route(mesh, tile, (x + 1) % 2, 1U << east, 1U << ramp);
    }
    if (x > 0) {
      flow.out = static_cast<int>(x % 2);
      add_route(mesh, tile, x % 2, 1U << ramp, 1U << west);
    }
    if (x == 0 && y + 1 < height) {  // 2 and 3 along the column
      flow.in[inputs++] = static_cast<int>(2 + (y + 1) % 2);
      add_route(mesh, tile, 2 + (y + 1) % 2, 1U << south, 1U << ramp);
    }
    if (x == 0 && y > 0) {
      flow.out = static_cast<int>(2 + y % 2);
      add_route(mesh, tile, 2 + y % 2, 1U << ramp, 1U << north);
    }
    mesh.flows[tile].push_back(flow);
  }
  return mesh;
}

MeshWorkload halo(std::uint32_t width, std::uint32_t height, std::uint32_t words,
                  std::uint32_t one_of) {
  MeshWorkload mesh = make(one_of == 1 ? "halo" : "sparse halo", width, height);
  for (std::uint32_t tile = 0; tile < mesh.tiles(); ++tile) {
    const std::uint32_t x = tile % width;
    const std::uint32_t y = tile / width;
    // Spreads the senders; any fixed rule will do.
    const bool sends = (tile * 2654435761U >> 16U) % one_of == 0;
    const bool inside[4] = {x > 0, x + 1 < width, y + 1 < height, y > 0};
    const std::uint32_t to[4] = {tile - 1, tile + 1, tile + width, tile - width};
    for (unsigned port = 0; port < ramp; ++port) {
      if (!inside[port]) continue;
      const unsigned parity = (port < south ? x : y) % 2;
      const unsigned color = port * 2 + parity;
      add_route(mesh, tile, color, 1U << ramp, 1U << port);
      add_route(mesh, to[port], color, 1U << (port ^ 1U), 1U << ramp);
      if (!sends) continue;
      add_flow(mesh, tile, no_color, static_cast<int>(color), words);
      add_flow(mesh, to[port], static_cast<int>(color), no_color, words);
    }
  }
  return mesh;
}

MeshWorkload through(std::uint32_t width, std::uint32_t height, std::uint32_t words,
                     bool contended) {
  MeshWorkload mesh = make(contended ? "contended" : "saturated", width, height);
  const std::int64_t row = width;
  for (std::uint32_t y = 0; y < height; ++y) {
    add_stream(mesh, 0, y * width, 1, width, east, words, contended);
    add_stream(mesh, 1, y * width + width - 1, -1, width, west, words, contended);
  }
  for (std::uint32_t x = 0; x < width; ++x) {
    add_stream(mesh, 2, x, row, height, south, words, contended);
    add_stream(mesh, 3, (height - 1) * width + x, -row, height, north, words, contended);
  }
  return mesh;
}

}  // namespace weft::cli::bench
