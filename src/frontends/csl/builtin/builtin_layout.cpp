// SPDX-License-Identifier: Apache-2.0
// Builtins of layout blocks, and what a tile's program exports or configures of its router.
#include "frontends/csl/builtin/routes.hpp"
#include "frontends/csl/parse/builtin.hpp"

namespace weft::csl {

Value Evaluator::builtin_layout(const Node& node) {
  const auto which = static_cast<Builtin>(node.slot);
  if (which == Builtin::export_symbol_) {
    export_symbol(node);
    return nothing();
  }
  const auto integer = [&](const Value& value) { return integer_of(value, node); };
  if (which == Builtin::set_local_color_config_) {
    expect_arguments(node, 2, 2);
    const Value color = evaluate(*node.list[0]);
    if (!color.type->is(TypeKind::color)) fail(node, "expected a color, found " + describe(color));
    context_.use(library::Resource::color, integer(color), node.where);
    RouteReader reader(context_, integer, node.where);
    unit(node).local_routes.push_back(reader.read(integer(color), evaluate(*node.list[1])));
    unit_->local_route_places.push_back(node.where);
    return nothing();
  }
  if (layout_ == nullptr) fail(node, "@" + text(node.name) + " belongs to a layout block");
  const auto coordinate = [&](std::size_t i) { return integer_of(evaluate(*node.list[i]), node); };
  switch (which) {
    case Builtin::set_rectangle_: {
      expect_arguments(node, 2, 2);
      const std::int64_t width = coordinate(0);
      layout_->set_rectangle(width, coordinate(1), node.where);
      return nothing();
    }
    case Builtin::set_tile_code_: {
      expect_arguments(node, 3, 4);
      const std::int64_t x = coordinate(0);
      const std::int64_t y = coordinate(1);
      const Value file = evaluate(*node.list[2]);
      if (file.form != Form::string) fail(*node.list[2], "expected the path of a file");
      Value parameters = nothing();
      if (node.list.size() > 3) {
        parameters = evaluate(*node.list[3]);
        static_cast<void>(fields_of(parameters, *node.list[3]));
      }
      layout_->set_tile_code(x, y, text(file.name), frame_->module->path, parameters, node.where);
      return nothing();
    }
    case Builtin::set_color_config_: {
      expect_arguments(node, 4, 4);
      const std::int64_t x = coordinate(0);
      const std::int64_t y = coordinate(1);
      const Value color = evaluate(*node.list[2]);
      if (!color.type->is(TypeKind::color)) {
        fail(*node.list[2], "expected a color, found " + describe(color));
      }
      context_.use(library::Resource::color, integer(color), node.where);
      RouteReader reader(context_, integer, node.where);
      layout_->set_color_config(x, y, reader.read(integer(color), evaluate(*node.list[3])),
                                node.where);
      return nothing();
    }
    default: {
      expect_arguments(node, 2, 3);
      const Value name = evaluate(*node.list[0]);
      if (name.form != Form::string) fail(*node.list[0], "expected a name in quotes");
      const Type* type = type_at(*node.list[1]);
      const bool is_mutable =
          node.list.size() > 2 && bool_of(evaluate(*node.list[2]), *node.list[2]);
      layout_->export_name(text(name.name), type, is_mutable, node.where);
      return nothing();
    }
  }
}

void Evaluator::export_symbol(const Node& node) {
  expect_arguments(node, 1, 2);
  TileUnit& tile = unit(node);
  const Node& what = *node.list[0];
  std::string name;
  if (node.list.size() > 1) {
    const Value given = evaluate(*node.list[1]);
    if (given.form != Form::string) fail(*node.list[1], "expected a name in quotes");
    name = text(given.name);
  } else if (what.kind == NodeKind::identifier || what.kind == NodeKind::member) {
    name = text(what.name);
  }
  Place place = locate(what);
  if (place.kind == Place::Kind::cell && place.cell->form == Form::function) {
    tile.roots.push_back({place.cell->function, -1, name});
    return;
  }
  if (place.kind == Place::Kind::cell) return export_array(*place.cell, name, node);
  if (place.kind != Place::Kind::in_memory || place.variable == nullptr) {
    fail(node, "a value of type " + place.type->text + " cannot be exported");
  }
  if (place.type->is(TypeKind::pointer)) {
    export_array(place.variable->initial, name, node);
    tile.exported_pointers.emplace_back(place.variable, tile.code.symbols.size() - 1);
    return;
  }
  export_array(address_value(place, place.type, node), name, node);
}

void Evaluator::export_array(const Value& pointer, const std::string& name, const Node& node) {
  if (pointer.form != Form::address || pointer.variable == nullptr) {
    fail(node, "'" + name + "' must point to a global variable to be exported");
  }
  Variable& variable = *pointer.variable;
  const Type* element = variable.type;
  while (element->is(TypeKind::array)) element = element->element;
  const bool is_copied = element->is_scalar() || (element->is(TypeKind::record) &&
                                                  element->bytes > 0 && element->bytes % 2 == 0);
  if (!is_copied) fail(node, "a value of type " + variable.type->text + " cannot be exported");
  wse::Symbol symbol;
  symbol.name = text(variable.name);
  symbol.exported = name;
  symbol.type = copied_type(*element);
  symbol.address = static_cast<std::uint16_t>(unit(node).address(variable) + pointer.integer);
  symbol.elements = static_cast<std::uint32_t>(
      (variable.type->bytes - static_cast<std::uint64_t>(pointer.integer)) /
      wse::bytes_of(symbol.type));
  for (const wse::Symbol& other : unit_->code.symbols) {
    if (other.exported == name) fail(node, "'" + name + "' is exported twice");
  }
  unit_->code.symbols.push_back(std::move(symbol));
}

}  // namespace weft::csl
