// SPDX-License-Identifier: Apache-2.0
// What a layout block builds: see layout.hpp.
#include "frontends/csl/layout.hpp"

#include <algorithm>

#include "base/counted.hpp"

namespace weft::csl {
namespace {

/// A number that differs for most different codes.
std::uint64_t hash_of(const wse::TileCode& code) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  const auto mix = [&](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3ULL; };
  mix(code.instructions.size());
  for (const wse::Instruction& i : code.instructions) {
    mix(static_cast<std::uint64_t>(i.operation) << 48 | static_cast<std::uint64_t>(i.d) << 32 |
        static_cast<std::uint64_t>(i.a) << 16 | i.b);
    mix(static_cast<std::uint64_t>(i.immediate));
  }
  for (const wse::Descriptor& d : code.descriptors) {
    mix(static_cast<std::uint64_t>(d.color) << 32 | d.length);
  }
  return hash;
}

std::vector<std::uint16_t> key_of(const wse::ColorRoute& route) {
  std::vector<std::uint16_t> key = {
      route.color, route.position_count, route.initial_position,
      static_cast<std::uint16_t>((route.ring ? 1 : 0) | (route.teardown ? 2 : 0) |
                                 (route.reconfigurable ? 4 : 0)),
      static_cast<std::uint16_t>(route.pop)};
  for (const wse::RoutePosition& position : route.positions) {
    key.push_back(static_cast<std::uint16_t>(position.receive << 8 | position.transmit));
  }
  const wse::Filter& f = route.filter;
  key.insert(key.end(),
             {static_cast<std::uint16_t>(f.kind),
              static_cast<std::uint16_t>((f.count_data ? 1 : 0) | (f.count_control ? 2 : 0) |
                                         (f.filter_control ? 4 : 0)),
              f.minimum, f.maximum, f.limit_1, f.limit_2, f.initial_counter});
  return key;
}

}  // namespace

void Layout::set_rectangle(std::int64_t width, std::int64_t height, Location where) {
  if (context_.width != 0) context_.fail(where, "the rectangle is set twice");
  if (width < 1 || height < 1 || width > 65535 || height > 65535) {
    context_.fail(where, "a rectangle of " + std::to_string(width) + " x " +
                             std::to_string(height) + " tiles is not possible");
  }
  const std::uint64_t tiles = static_cast<std::uint64_t>(width * height);
  if (tiles > options_.tile_limit) {
    context_.fail(where, "a rectangle of " + counted(tiles, "tile") + " is larger than " +
                             std::to_string(options_.tile_limit));
  }
  context_.width = width;
  context_.height = height;
  variant_of_tile_.assign(tiles, 0);
  colors_of_tile_.assign(tiles, 0);
  program_.generation = context_.limits.generation;
  program_.width = static_cast<std::uint32_t>(width);
  program_.height = static_cast<std::uint32_t>(height);
  program_.tile_constants_begin.assign(tiles, 0);
}

std::uint32_t Layout::tile_index(std::int64_t x, std::int64_t y, Location where) const {
  if (context_.width == 0) context_.fail(where, "@set_rectangle must come first");
  if (x < 0 || y < 0 || x >= context_.width || y >= context_.height) {
    context_.fail(where, "tile " + std::to_string(x) + "," + std::to_string(y) +
                             " is outside of the rectangle of " + std::to_string(context_.width) +
                             " x " + std::to_string(context_.height));
  }
  return static_cast<std::uint32_t>(y * context_.width + x);
}

void Layout::set_tile_code(std::int64_t x, std::int64_t y, const std::string& file,
                           const std::string& from, const Value& parameters, Location where) {
  const std::uint32_t tile = tile_index(x, y, where);
  if (variant_of_tile_[tile] != 0) {
    context_.fail(where,
                  "tile " + std::to_string(x) + "," + std::to_string(y) + " is given code twice");
  }
  assign(tile, context_.load(file, from, where), parameters, false, where);
}

void Layout::assign(std::uint32_t tile, const Context::Loaded& file, const Value& parameters,
                    bool export_all, Location where) {
  ParameterSplit split(context_);
  split.split(parameters);
  std::vector<std::uint64_t> key = split.key();
  key.push_back(reinterpret_cast<std::uintptr_t>(file.file));
  TileValues values;
  values.x = tile % program_.width;
  values.y = tile / program_.width;
  values.leaves = split.leaves();
  values.rules = context_.rules;
  const std::uint32_t number =
      families_[std::move(key)].find(context_.sources, values, [&](auto& decisions) {
        return compile_variant(file, split.mark(parameters), tile, export_all, where, decisions);
      });
  variant_of_tile_[tile] = number + 1;
  note_layer(tile, parameters);
  const Variant& variant = variants_[number];
  if (variant.constants.empty()) return;
  program_.tile_constants_begin[tile] = static_cast<std::uint32_t>(program_.tile_constants.size());
  for (const Symbolic* symbolic : variant.constants) {
    program_.tile_constants.push_back(
        register_bits(*symbolic->to, evaluate(context_.sources, *symbolic, values)));
  }
}

void Layout::note_layer(std::uint32_t tile, const Value& parameters) {
  if (parameters.form != Form::fields) return;
  const auto& fields = static_cast<const Fields&>(*parameters.object);
  const int at = fields.shape->find(context_.names.intern("layer"));
  if (at < 0) return;
  const Value& layer = fields.values[static_cast<std::size_t>(at)];
  if (layer.form != Form::string || context_.text(layer.name).empty()) return;
  const auto [entry, is_new] =
      layer_numbers_.try_emplace(layer.name, static_cast<std::uint32_t>(program_.layers.size()));
  if (is_new) program_.layers.push_back(context_.text(layer.name));
  program_.layer_of_tile.resize(variant_of_tile_.size(), wse::no_layer);
  program_.layer_of_tile[tile] = entry->second;
}

std::uint32_t Layout::compile_variant(const Context::Loaded& file, const Value& parameters,
                                      std::uint32_t tile, bool export_all, Location where,
                                      std::vector<Decision>& decisions) {
  const auto compile = [&](TileUnit& unit) {
    unit.x = tile % program_.width;
    unit.y = tile / program_.width;
    compile_tile(unit, file, parameters, export_all, where);
  };
  const std::uint64_t steps_before = context_.steps;
  TileUnit inlined(context_);
  compile(inlined);
  TileUnit with_calls(context_);
  with_calls.follow(inlined);
  const bool calls = !with_calls.call_sites.empty();
  if (calls) {
    context_.steps = steps_before;  // the limit is one of a compilation
    compile(with_calls);
  }
  TileUnit& unit = calls ? with_calls : inlined;
  decisions = std::move(unit.decisions);
  Variant variant;
  variant.constants = std::move(unit.constants);
  variant.configured_colors = unit.configured_colors;
  variant.routes = std::move(unit.local_routes);
  variant.route_places = std::move(unit.local_route_places);
  variant.code = add_code(std::move(unit.code));
  variants_.push_back(std::move(variant));
  return static_cast<std::uint32_t>(variants_.size() - 1);
}

std::uint32_t Layout::add_code(wse::TileCode code) {
  const std::uint64_t hash = hash_of(code);
  const auto [first, last] = code_hashes_.equal_range(hash);
  for (auto known = first; known != last; ++known) {
    if (program_.codes[known->second] == code) return known->second;
  }
  program_.codes.push_back(std::move(code));
  const auto number = static_cast<std::uint32_t>(program_.codes.size() - 1);
  code_hashes_.emplace(hash, number);
  return number;
}

std::uint32_t Layout::route_number(const wse::ColorRoute& route) {
  const auto [entry, is_new] =
      route_numbers_.try_emplace(key_of(route), static_cast<std::uint32_t>(routes_.size()));
  if (is_new) routes_.push_back(route);
  return entry->second;
}

void Layout::set_color_config(std::int64_t x, std::int64_t y, const wse::ColorRoute& route,
                              Location where) {
  const std::uint32_t tile = tile_index(x, y, where);
  const std::uint32_t bit = 1U << route.color;
  if ((colors_of_tile_[tile] & bit) != 0) {
    context_.fail(where, "color " + std::to_string(route.color) + " of tile " + std::to_string(x) +
                             "," + std::to_string(y) + " is configured twice");
  }
  colors_of_tile_[tile] |= bit;
  route_of_tile_.push_back({tile, route_number(route)});
}

void Layout::export_name(const std::string& name, const Type* type, bool is_mutable,
                         Location where) {
  static_cast<void>(is_mutable);
  const bool known = type->is(TypeKind::pointer) || type->is(TypeKind::function);
  if (!known) context_.fail(where, "@export_name needs a pointer or function type");
  if (!exports_.emplace(name, Export{type, where}).second) {
    context_.fail(where, "the name '" + name + "' is exported twice");
  }
}

void Layout::host_stream(const wse::HostStream& stream, Location where) {
  for (const wse::HostStream& other : program_.host_streams) {
    if (other == stream) return;
    if (other.color == stream.color) {
      context_.fail(where, "color " + std::to_string(stream.color) + " is used for " + other.name +
                               " and for " + stream.name);
    }
  }
  program_.host_streams.push_back(stream);
}

void Layout::single_tile(const Context::Loaded& file) {
  has_layout_ = false;
  set_rectangle(1, 1, {});
  Value none;
  none.type = context_.types.void_;
  assign(0, file, none, true, {});
}

void Layout::check_exports(const wse::TileCode& code) const {
  const auto expect = [&](const std::string& name) -> const Export& {
    const auto found = exports_.find(name);
    if (found == exports_.end()) {
      fail(Category::input,
           code.name + " exports '" + name + "', and the layout has no @export_name for it");
    }
    return found->second;
  };
  for (const wse::Symbol& symbol : code.symbols) {
    if (symbol.exported.empty()) continue;
    const Export& declared = expect(symbol.exported);
    const bool matches = declared.type->is(TypeKind::pointer) &&
                         declared.type->element->bytes > 0 &&
                         !declared.type->element->is(TypeKind::array) &&
                         copied_type(*declared.type->element) == symbol.type;
    if (!matches) {
      context_.fail(declared.where, "'" + symbol.exported + "' is exported by " + code.name +
                                        " as an array of " + wse::name_of(symbol.type) +
                                        ", not as " + declared.type->text);
    }
  }
  for (const wse::EntryPoint& entry : code.entry_points) {
    const Export& declared = expect(entry.name);
    const auto& parameters = code.functions[entry.function].parameters;
    bool matches =
        declared.type->is(TypeKind::function) && declared.type->members.size() == parameters.size();
    for (std::size_t i = 0; matches && i < parameters.size(); ++i) {
      matches = declared.type->members[i]->is_scalar() &&
                machine_type(*declared.type->members[i]) == parameters[i];
    }
    if (!matches) {
      context_.fail(declared.where, "function '" + entry.name + "' of " + code.name +
                                        " is not of type " + declared.type->text);
    }
  }
}

}  // namespace weft::csl
