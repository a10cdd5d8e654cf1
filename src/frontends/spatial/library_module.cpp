// SPDX-License-Identifier: Apache-2.0
// Names that stand for groups of functions: Array, List, math, Sequential, scala.util.Random.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "frontends/spatial/stager.hpp"
#include "numerics/elementary.hpp"

namespace weft::spatial {
namespace {

/// Packages, whose members are groups and functions themselves.
constexpr std::array<std::string_view, 12> packages = {"scala",   "java", "collection", "immutable",
                                                       "mutable", "util", "Predef",     "spatial",
                                                       "utils",   "lang", "io",         "Console"};
constexpr std::array<std::string_view, 22> groups = {
    "Array",  "List",  "Seq",  "MSeq", "ListBuffer", "Iterator",  "Vector", "IndexedSeq",
    "Matrix", "Range", "Map",  "Some", "None",       "Nil",       "Option", "math",
    "Math",   "LUT",   "FIFO", "*",    "Set",        "LineBuffer"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Value plain_module(Symbol name, bool dsl) {
  Value made;
  made.kind = ValueKind::module;
  made.bits = name;
  made.real = dsl ? 1 : 0;
  return made;
}

Value control_module(Symbol name, tree::Schedule asked) {
  auto* control = new ControlObject;
  control->asked = asked;
  Value made = plain_module(name, true);
  made.object = control;
  return made;
}

/// tabulate(n)(f), tabulate(n, m)(f): nested lists; of a Matrix one list with two sizes.
Value tabulate(Interpreter& interpreter, Call& call, bool staged, bool matrix) {
  const Arguments sizes = interpreter.arguments(call);
  const Arguments given = interpreter.arguments(call);
  const Value& function = interpreter.argument(call, given, 0);
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  std::vector<std::int64_t> counts;
  for (const Value& each : sizes.values) {
    counts.push_back(interpreter.integer_of(each, call.node, "a size"));
  }
  std::vector<Value> flat;
  std::vector<Value> index(counts.size());
  const auto level = [&](const auto& self, std::size_t at) -> Value {
    if (at == counts.size()) {
      Value made = interpreter.call_function(function, index, call.node);
      return type->kind == TypeKind::any ? made
                                         : interpreter.coerce(std::move(made), *type, call.node);
    }
    std::vector<Value> items;
    for (std::int64_t i = 0; i < counts[at]; ++i) {
      index[at] = interpreter.index_value(i, staged);
      Value item = self(self, at + 1);
      if (matrix && at + 1 == counts.size()) {
        flat.push_back(std::move(item));
      } else {
        items.push_back(std::move(item));
      }
    }
    return list_value(std::move(items));
  };
  Value made = level(level, 0);
  if (!matrix) return made;
  made = list_value(std::move(flat));
  list_of(made).sizes = counts;
  return made;
}

/// fill(n)(expression), which is evaluated for each place.
Value fill(Interpreter& interpreter, Call& call) {
  const Arguments sizes = interpreter.arguments(call);
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  if (!call.more()) interpreter.fail(call.node, "fill needs what it fills with");
  const Node* code = call.given.empty() ? call.lists[call.used][0] : nullptr;
  const auto one = [&] {
    Value made =
        code != nullptr ? interpreter.evaluate(code, call.scope) : call.given[call.used][0];
    return type->kind == TypeKind::any ? made
                                       : interpreter.coerce(std::move(made), *type, call.node);
  };
  const auto level = [&](const auto& self, std::size_t at) -> Value {
    if (at == sizes.size()) return one();
    std::vector<Value> items;
    const std::int64_t count = interpreter.integer_of(sizes[at], call.node, "a size");
    for (std::int64_t i = 0; i < count; ++i) items.push_back(self(self, at + 1));
    return list_value(std::move(items));
  };
  Value made = level(level, 0);
  ++call.used;
  return made;
}

Value zero_of(Interpreter& interpreter, Call& call) {
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  const bool number = type->kind != TypeKind::any && type->kind != TypeKind::list;
  return number ? interpreter.coerce(integer_value(0), *type, call.node) : integer_value(0);
}

/// empty[T](n): n zeros; empty[T]: none. ofDim[T](n, m): zeros.
Value zeros(Interpreter& interpreter, Call& call) {
  const Arguments sizes = interpreter.optional_arguments(call);
  const Value zero = zero_of(interpreter, call);
  const auto level = [&](const auto& self, std::size_t at) -> Value {
    if (at == sizes.size()) return zero;
    std::vector<Value> items;
    const std::int64_t count = interpreter.integer_of(sizes[at], call.node, "a size");
    for (std::int64_t i = 0; i < count; ++i) items.push_back(self(self, at + 1));
    return list_value(std::move(items));
  };
  return sizes.size() == 0 ? list_value({}) : level(level, 0);
}

Value range_call(Interpreter& interpreter, Call& call) {
  const Arguments given = interpreter.arguments(call);
  const Value* first = given.find("start", 0);
  const Value* last = given.find("end", 1);
  const Value* step = given.find("step", 2);
  if (first == nullptr || last == nullptr) interpreter.fail(call.node, "a range needs two ends");
  Value made = interpreter.stager().make_range(*first, *last, false);
  if (step != nullptr) {
    auto& range = static_cast<RangeObject&>(*made.object);
    range.step = *step;
    range.has_step = true;
  }
  return made;
}

Value list_call(Interpreter& interpreter, std::string_view name, std::string_view member, bool dsl,
                Call& call) {
  const bool staged = dsl && (name == "Array" || name == "Matrix");
  const Ref<TypeObject> type = interpreter.type_object_argument(call, 0);
  if (member == "apply") {
    std::vector<Value> items = interpreter.arguments(call).values;
    if (type->kind != TypeKind::any) {
      for (Value& item : items) item = interpreter.coerce(std::move(item), *type, call.node);
    }
    return list_value(std::move(items));
  }
  if (member == "tabulate") return tabulate(interpreter, call, staged, name == "Matrix");
  if (member == "fill") return fill(interpreter, call);
  if (member == "empty" || member == "ofDim") return zeros(interpreter, call);
  if (member == "fromSeq") {
    const Arguments given = interpreter.arguments(call);
    const Value all =
        list_value(interpreter.items_of(interpreter.argument(call, given, 0), call.node).items);
    if (type->kind == TypeKind::any) return all;
    TypeObject list;
    list.retain();
    list.kind = TypeKind::list;
    list.arguments.push_back(type);
    return interpreter.coerce(all, list, call.node);
  }
  if (member == "range") return range_call(interpreter, call);
  interpreter.unsupported(call.node,
                          std::string(name) + "." + std::string(member) + " is not there yet");
}

/// Members of Numeric[T] that are operators by another name.
std::optional<Arithmetic> numeric_member(std::string_view member) {
  constexpr std::pair<std::string_view, Arithmetic> names[] = {
      {"plus", Arithmetic::add},       {"minus", Arithmetic::subtract},
      {"times", Arithmetic::multiply}, {"div", Arithmetic::divide},
      {"gt", Arithmetic::greater},     {"gteq", Arithmetic::greater_equal},
      {"lt", Arithmetic::less},        {"lteq", Arithmetic::less_equal}};
  for (const auto& [name, operation] : names) {
    if (name == member) return operation;
  }
  return std::nullopt;
}

Value math_call(Interpreter& interpreter, std::string_view member, Call& call) {
  if (const auto operation = numeric_member(member)) {
    const Arguments both = interpreter.arguments(call);
    return interpreter.arithmetic(*operation, interpreter.argument(call, both, 0),
                                  interpreter.argument(call, both, 1), call.node);
  }
  if (member == "fromInt") {
    const Arguments one = interpreter.arguments(call);
    return interpreter.argument(call, one, 0);
  }
  if (member == "Pi" || member == "PI") return real_value(3.14159265358979323846);
  const Arguments given = interpreter.arguments(call);
  const Value& first = interpreter.argument(call, given, 0);
  const bool two = member == "max" || member == "min" || member == "pow";
  const Value second = two ? interpreter.argument(call, given, 1) : unit_value();
  const bool staged = two && !(is_scala_number(first) && is_scala_number(second));
  if (staged && member != "pow") {
    return interpreter.stager().function(
        interpreter, member == "max" ? tree::Operation::maximum : tree::Operation::minimum,
        {first, second}, call.node);
  }
  if (member == "max" || member == "min") {
    const Value less = interpreter.arithmetic(Arithmetic::less, first, second, call.node);
    const bool first_less = interpreter.condition_of(less, call.node);
    return first_less == (member == "min") ? first : second;
  }
  const double x = interpreter.real_of(first, call.node);
  if (member == "pow") {
    return real_value(numerics::elementary::pow(x, interpreter.real_of(second, call.node)));
  }
  if (member == "log") return real_value(numerics::elementary::log(x));
  if (member == "exp") return real_value(numerics::elementary::exp(x));
  if (member == "tanh") return real_value(numerics::elementary::tanh(x));
  if (member == "sqrt") return real_value(std::sqrt(x));
  if (member == "ceil") return real_value(std::ceil(x));
  if (member == "floor") return real_value(std::floor(x));
  if (member == "round") return long_value(static_cast<std::int64_t>(std::floor(x + 0.5)));
  if (member == "abs") {
    return x < 0 ? interpreter.negate(first, intern("-"), call.node) : first;
  }
  interpreter.unsupported(call.node, "math." + std::string(member) + " is not there yet");
}

Value map_call(Interpreter& interpreter, Call& call) {
  auto* made = new MapObject;
  Value value;
  value.kind = ValueKind::map;
  value.object = made;
  for (const Value& each : interpreter.optional_arguments(call).values) {
    if (each.kind != ValueKind::tuple || list_of(each).items.size() != 2) {
      interpreter.fail(call.node, "a Map is made of pairs");
    }
    made->items.emplace_back(list_of(each).items[0], list_of(each).items[1]);
  }
  return value;
}

/// FIFO.deq(fifo, enables): the fifo's own member.
Value fifo_call(Interpreter& interpreter, Symbol member, Call& call) {
  Arguments given = interpreter.arguments(call);
  if (given.size() == 0) interpreter.fail(call.node, "the FIFO is missing");
  const Value self = given[0];
  given.values.erase(given.values.begin());
  Call inner;
  inner.node = call.node;
  inner.scope = call.scope;
  inner.given.push_back(std::move(given));
  return interpreter.call_member(self, member, inner);
}

Value random_module(Interpreter& interpreter, Symbol member, Call& call) {
  // scala.util.Random itself, or new Random(seed)
  auto* made = new RandomObject;
  made->state = interpreter.random_state();
  Value self;
  self.kind = ValueKind::random;
  self.object = made;
  if (name_of(member) == "apply") {
    const Arguments given = interpreter.optional_arguments(call);
    if (given.size() > 0) {
      made->state =
          static_cast<std::uint64_t>(interpreter.integer_of(given[0], call.node, "a seed"));
    }
    return self;
  }
  return interpreter.call_member(self, member, call);
}

}  // namespace

Value module_value(Symbol symbol, bool dsl) {
  const std::string_view name = name_of(symbol);
  if (name == "Sequential") return control_module(symbol, tree::Schedule::sequenced);
  if (name == "Pipe") return control_module(symbol, tree::Schedule::pipelined);
  if (name == "Stream") return control_module(symbol, tree::Schedule::streaming);
  const bool known = is_one_of(name, packages) || is_one_of(name, groups) || name == "Random" ||
                     name == "IR" || name == "new" || name == "System";
  return known ? plain_module(symbol, dsl) : unit_value();
}

Value call_module(Interpreter& interpreter, const Value& module, Symbol member, Call& call) {
  if (module.object) return call_control(interpreter, module, member, call);
  const std::string_view name = name_of(static_cast<Symbol>(module.bits));
  const std::string_view what = name_of(member);
  const bool dsl = module.real != 0;
  if (name == "new" && what == "Random") return random_module(interpreter, intern("apply"), call);
  if (name == "Random") return random_module(interpreter, member, call);
  if (is_one_of(name, packages)) {
    const auto builtin = interpreter.builtins->find(member);
    if (builtin != interpreter.builtins->end()) return builtin->second(interpreter, call);
    const Value inner = module_value(member, false);
    if (inner.kind == ValueKind::module) return inner;
  }
  if (name == "IR") return what == "config" ? module : text_value("gen");
  if (name == "math" || name == "Math") return math_call(interpreter, what, call);
  if (name == "Range") return range_call(interpreter, call);
  if (name == "Map") return map_call(interpreter, call);
  if (name == "LUT" && what == "fromSeq") return lut_from_values(interpreter, call);
  if (name == "LineBuffer" && what == "strided") return line_buffer(interpreter, call, true);
  if (name == "FIFO") return fifo_call(interpreter, member, call);
  if (name == "Some" || name == "Option") {
    return list_value(interpreter.arguments(call).values, ValueKind::option);
  }
  if (name == "Set") return list_value(interpreter.optional_arguments(call).values);
  const bool list = is_one_of(name, std::span(groups).first(9));
  if (list) return list_call(interpreter, name, what, dsl, call);
  interpreter.unsupported(call.node,
                          std::string(name) + "." + std::string(what) + " is not there yet");
}

}  // namespace weft::spatial
