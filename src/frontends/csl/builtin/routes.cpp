// SPDX-License-Identifier: Apache-2.0
// The struct that configures a color: see routes.hpp.
#include "frontends/csl/builtin/routes.hpp"

#include "base/counted.hpp"

namespace weft::csl {

const Fields& RouteReader::fields(const Value& value, const char* what) const {
  if (value.form != Form::fields) {
    context_.fail(where_, std::string(what) + " must be a struct, found " + value.type->text);
  }
  return static_cast<const Fields&>(*value.object);
}

const Value* RouteReader::field(const Value& value, Name name) const {
  const auto& all = static_cast<const Fields&>(*value.object);
  const int at = all.shape->find(name);
  return at < 0 ? nullptr : &all.values[static_cast<std::size_t>(at)];
}

void RouteReader::allow(const Value& value, std::initializer_list<Name> names,
                        const char* what) const {
  for (const Name name : fields(value, what).shape->names) {
    bool allowed = false;
    for (const Name known : names) allowed = allowed || known == name;
    if (!allowed) {
      context_.fail(where_, std::string(what) + " has no field '" + context_.text(name) + "'");
    }
  }
}

bool RouteReader::flag(const Value& value, Name name) {
  const Value* found = field(value, name);
  if (found == nullptr) return false;
  if (!found->type->is(TypeKind::boolean)) {
    context_.fail(where_, "'" + context_.text(name) + "' must be a bool");
  }
  return integer_(*found) != 0;
}

std::uint8_t RouteReader::port(const Value& value) {
  if (!value.type->is(TypeKind::direction)) {
    context_.fail(
        where_, "expected a direction (WEST, EAST, SOUTH, NORTH, RAMP), found " + value.type->text);
  }
  return wse::bit(static_cast<wse::Port>(integer_(value)));
}

std::uint8_t RouteReader::ports(const Value& value) {
  if (value.type->is(TypeKind::direction)) return port(value);
  std::uint8_t mask = 0;
  for (const Value& one : fields(value, "a list of directions").values) {
    mask = static_cast<std::uint8_t>(mask | port(one));
  }
  return mask;
}

void RouteReader::read_routes(const Value& routes, wse::ColorRoute& out) {
  const KnownNames& known = context_.known;
  allow(routes, {known.rx_, known.tx_, known.color_swap_x_, known.color_swap_y_}, ".routes");
  if (flag(routes, known.color_swap_x_) || flag(routes, known.color_swap_y_)) {
    if (!context_.limits.color_swap) context_.fail(where_, "this machine has no color swap");
    context_.unsupported(where_, "color swap");
  }
  if (const Value* rx = field(routes, known.rx_)) out.positions[0].receive = ports(*rx);
  if (const Value* tx = field(routes, known.tx_)) out.positions[0].transmit = ports(*tx);
}

/// .{ .invalid = true }: there is no such position, as where it is left out.
bool RouteReader::is_invalid(const Value& position) {
  const Name invalid = context_.known.invalid_;
  static_cast<void>(fields(position, "a switch position"));
  if (field(position, invalid) == nullptr) return false;
  allow(position, {invalid}, "an invalid switch position");
  return flag(position, invalid);
}

void RouteReader::read_position(const Value& position, wse::ColorRoute& out) {
  const KnownNames& known = context_.known;
  allow(position, {known.rx_, known.tx_}, "a switch position");
  wse::RoutePosition& now = out.positions[out.position_count];
  // A position changes one side; the other stays as in the position before (csl-examples cholesky
  // sends from pos2 by the tx of pos1).
  now = out.positions[out.position_count - 1U];
  const Value* rx = field(position, known.rx_);
  const Value* tx = field(position, known.tx_);
  if (rx != nullptr && tx != nullptr) {
    context_.fail(where_, "a switch position changes rx or tx, not both");
  }
  if (rx != nullptr) now.receive = port(*rx);
  if (tx != nullptr) now.transmit = port(*tx);
  ++out.position_count;
}

void RouteReader::read_switches(const Value& switches, wse::ColorRoute& out) {
  const KnownNames& known = context_.known;
  allow(switches,
        {known.pos1_, known.pos2_, known.pos3_, known.current_switch_pos_, known.ring_mode_,
         known.pop_mode_},
        ".switches");
  if ((context_.limits.switchable_colors >> out.color & 1U) == 0) {
    context_.fail(where_,
                  "color " + std::to_string(out.color) + " has no switches on this machine");
  }
  bool gap = false;
  for (const Name name : {known.pos1_, known.pos2_, known.pos3_}) {
    const Value* position = field(switches, name);
    if (position == nullptr || is_invalid(*position)) {
      gap = true;
      continue;
    }
    if (gap) context_.unsupported(where_, "switch positions with a gap");
    if (out.position_count >= context_.limits.switch_positions) {
      context_.fail(where_, "a color has " +
                                counted(context_.limits.switch_positions, "switch position") +
                                " on this machine");
    }
    read_position(*position, out);
  }
  if (const Value* initial = field(switches, known.current_switch_pos_)) {
    const std::int64_t at = integer_(*initial);
    if (at < 0 || at >= out.position_count) {
      context_.fail(where_, ".current_switch_pos is " + std::to_string(at) + ", and there are " +
                                counted(out.position_count, "position"));
    }
    out.initial_position = static_cast<std::uint8_t>(at);
  }
  out.ring = flag(switches, known.ring_mode_);
  if (const Value* mode = field(switches, known.pop_mode_)) out.pop = pop_mode(*mode);
}

wse::PopMode RouteReader::pop_mode(const Value& mode) {
  const KnownNames& known = context_.known;
  allow(mode, {known.no_pop_, known.always_pop_, known.pop_on_advance_, known.pop_on_advance_nop_},
        ".pop_mode");
  if (flag(mode, known.always_pop_)) return wse::PopMode::always_pop;
  if (flag(mode, known.pop_on_advance_)) return wse::PopMode::pop_on_advance;
  if (flag(mode, known.pop_on_advance_nop_)) return wse::PopMode::pop_on_advance_nop;
  return wse::PopMode::no_pop;
}

void RouteReader::read_filter(const Value& filter, wse::Filter& out) {
  const KnownNames& known = context_.known;
  allow(filter,
        {known.kind_, known.min_idx_, known.max_idx_, known.count_data_, known.count_control_,
         known.filter_control_, known.init_counter_, known.max_counter_, known.limit1_,
         known.limit2_, known.fast_mode_},
        ".filter");
  static_cast<void>(flag(filter, known.fast_mode_));  // no source says what it changes
  const Value* kind = field(filter, known.kind_);
  if (kind == nullptr) context_.fail(where_, ".filter needs a .kind");
  allow(*kind, {known.range_, known.counter_, known.sparse_counter_}, ".kind");
  const bool is_range = flag(*kind, known.range_);
  out.kind = is_range                             ? wse::FilterKind::range
             : flag(*kind, known.counter_)        ? wse::FilterKind::counter
             : flag(*kind, known.sparse_counter_) ? wse::FilterKind::sparse_counter
                                                  : wse::FilterKind::none;
  const auto word = [&](Name name, std::uint16_t otherwise) {
    const Value* value = field(filter, name);
    if (value == nullptr) return otherwise;
    const std::int64_t content = integer_(*value);
    if (content < 0 || content > 0xffff) {
      context_.fail(where_, "'" + context_.text(name) + "' does not fit 16 bits");
    }
    return static_cast<std::uint16_t>(content);
  };
  out.count_data = flag(filter, known.count_data_);
  out.count_control = flag(filter, known.count_control_);
  out.filter_control = flag(filter, known.filter_control_);
  out.minimum = word(known.min_idx_, 0);
  out.maximum = is_range ? word(known.max_idx_, 0xffff) : word(known.max_counter_, 0);
  out.limit_1 = word(known.limit1_, 0);
  out.limit_2 = word(known.limit2_, 0);
  out.initial_counter = word(known.init_counter_, 0);
}

wse::ColorRoute RouteReader::read(std::int64_t color, const Value& settings) {
  const KnownNames& known = context_.known;
  if (color < 0 || color >= static_cast<std::int64_t>(wse::color_count)) {
    context_.fail(where_, "color " + std::to_string(color) + " cannot be routed (0 to 23 can)");
  }
  allow(settings, {known.routes_, known.switches_, known.filter_, known.teardown_},
        "a color configuration");
  wse::ColorRoute out;
  out.teardown = flag(settings, known.teardown_);
  out.color = static_cast<std::uint8_t>(color);
  if (const Value* routes = field(settings, known.routes_)) read_routes(*routes, out);
  if (const Value* switches = field(settings, known.switches_)) read_switches(*switches, out);
  if (const Value* filter = field(settings, known.filter_)) read_filter(*filter, out.filter);
  return out;
}

}  // namespace weft::csl
