// SPDX-License-Identifier: Apache-2.0
// The struct that configures a color: routes, switches, filter.
#pragma once

#include "frontends/csl/lower/evaluator.hpp"

namespace weft::csl {

/// Reads `.{ .routes = ..., .switches = ..., .filter = ... }`.
class RouteReader {
 public:
  /// @param integer   reads a known integer, recording that code depends on it
  using Integer = std::function<std::int64_t(const Value&)>;
  RouteReader(Context& context, Integer integer, Location where)
      : context_(context), integer_(std::move(integer)), where_(where) {}

  wse::ColorRoute read(std::int64_t color, const Value& settings);

 private:
  const Fields& fields(const Value& value, const char* what) const;
  const Value* field(const Value& value, Name name) const;
  void allow(const Value& value, std::initializer_list<Name> names, const char* what) const;
  bool flag(const Value& value, Name name);
  std::uint8_t port(const Value& value);
  std::uint8_t ports(const Value& value);
  void read_routes(const Value& routes, wse::ColorRoute& out);
  void read_switches(const Value& switches, wse::ColorRoute& out);
  bool is_invalid(const Value& position);
  void read_position(const Value& position, wse::ColorRoute& out);
  wse::PopMode pop_mode(const Value& mode);
  void read_filter(const Value& filter, wse::Filter& out);

  Context& context_;
  Integer integer_;
  Location where_;
};

}  // namespace weft::csl
