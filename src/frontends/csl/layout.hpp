// SPDX-License-Identifier: Apache-2.0
// What a layout block builds: which code and routes each tile of the rectangle has.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/csl/csl.hpp"
#include "frontends/csl/lower/evaluator.hpp"
#include "frontends/csl/lower/tile_family.hpp"

namespace weft::csl {

class Layout : public LayoutSink {
 public:
  Layout(Context& context, const Options& options) : context_(context), options_(options) {}

  void set_rectangle(std::int64_t width, std::int64_t height, Location where) override;
  void set_tile_code(std::int64_t x, std::int64_t y, const std::string& file,
                     const std::string& from, const Value& parameters, Location where) override;
  void set_color_config(std::int64_t x, std::int64_t y, const wse::ColorRoute& route,
                        Location where) override;
  void export_name(const std::string& name, const Type* type, bool is_mutable,
                   Location where) override;
  void host_stream(const wse::HostStream& stream, Location where) override;

  /// The one tile runs `file` itself, which has no layout block.
  void single_tile(const Context::Loaded& file);
  /// Checks that every tile has code, joins routes, and gives the program.
  wse::Program finish(Location layout);

 private:
  struct Export {
    const Type* type = nullptr;
    Location where;
  };
  struct RouteOfTile {
    std::uint32_t tile = 0;
    std::uint32_t route = 0;
  };

  std::uint32_t tile_index(std::int64_t x, std::int64_t y, Location where) const;
  void assign(std::uint32_t tile, const Context::Loaded& file, const Value& parameters,
              bool export_all, Location where);
  std::uint32_t compile_variant(const Context::Loaded& file, const Value& parameters,
                                std::uint32_t tile, bool export_all, Location where,
                                std::vector<Decision>& decisions);
  std::uint32_t add_code(wse::TileCode code);
  /// Parameter `layer`, a text, says of which layer the tile is.
  void note_layer(std::uint32_t tile, const Value& parameters);
  std::uint32_t route_number(const wse::ColorRoute& route);
  void join_routes();
  void mark_configured(std::uint32_t colors, std::vector<std::uint32_t>& numbers);
  void check_exports(const wse::TileCode& code) const;
  void check_coverage(Location layout) const;

  Context& context_;
  const Options& options_;
  wse::Program program_;
  std::map<std::vector<std::uint64_t>, TileFamily> families_;
  std::vector<Variant> variants_;
  std::vector<std::uint32_t> variant_of_tile_;  ///< plus one; 0: none
  std::vector<std::uint32_t> colors_of_tile_;   ///< mask of configured colors
  std::vector<wse::ColorRoute> routes_;
  std::map<std::vector<std::uint16_t>, std::uint32_t> route_numbers_;
  std::vector<RouteOfTile> route_of_tile_;
  std::map<std::string, Export> exports_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> code_hashes_;
  bool has_layout_ = true;
  std::map<Name, std::uint32_t> layer_numbers_;
};

/// Compiles one tile program: comptime blocks, then every task and exported function.
/// @param export_all every function becomes an entry point
void compile_tile(TileUnit& unit, const Context::Loaded& file, const Value& parameters,
                  bool export_all, Location where);

/// Runs imports and comptime blocks of `modules` from number `first` on, including those that this
/// adds.
void run_modules(Evaluator& evaluator, std::deque<Module>& modules, std::size_t first);

}  // namespace weft::csl
