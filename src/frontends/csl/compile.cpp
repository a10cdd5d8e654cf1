// SPDX-License-Identifier: Apache-2.0
// From a layout file to a program: see csl.hpp.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "frontends/csl/csl.hpp"
#include "frontends/csl/layout.hpp"
#include "frontends/csl/library/library.hpp"
#include "program/wse_task_ids.hpp"
#include "topology/topology.hpp"

namespace weft::csl {
namespace {

std::optional<std::string> read_from_disk(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return std::nullopt;  // reading one throws
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::nullopt;
  return text;
}

Value parameter_fields(Context& context, const Options& options) {
  std::vector<Name> names;
  auto* fields = new Fields;
  for (const auto& [name, given] : options.parameters) {
    Value value;
    value.form = Form::number;
    if (const auto* integer = std::get_if<std::int64_t>(&given)) {
      value.type = context.types.comptime_integer;
      value.integer = *integer;
    } else if (const auto* real = std::get_if<double>(&given)) {
      value.type = context.types.comptime_real;
      value.real = *real;
    } else if (const auto* color = std::get_if<ColorNumber>(&given)) {
      value.type = context.types.simple(TypeKind::color);
      value.integer = color->number;
    } else {
      value.type = context.types.boolean;
      value.integer = std::get<bool>(given) ? 1 : 0;
    }
    names.push_back(context.names.intern(name));
    fields->values.push_back(value);
  }
  fields->shape = context.shape(std::move(names));
  Value out;
  out.type = context.types.simple(TypeKind::literal);
  out.form = Form::fields;
  out.object = Ref<Object>(fields);
  return out;
}

/// A fabric DSD binds its queue, unless only @initialize_queue does (WSE-3), where code that never
/// runs may name queues that are bound to nothing. An output queue is bound anew by each operation.
void bind_queues_of_descriptors(TileUnit& unit, Location where) {
  if (unit.context.limits.queue_initialisation_required) return;
  for (const wse::Descriptor& descriptor : unit.code.descriptors) {
    const bool input = descriptor.kind == wse::DescriptorKind::fabin;
    if (!input && descriptor.kind != wse::DescriptorKind::fabout) continue;
    if (input) {
      unit.bind_queue(true, descriptor.queue, descriptor.color, where);
    } else {
      unit.add_output_color(descriptor.queue, descriptor.color);
    }
  }
}

/// On the WSE-2 a color and a local task of one number share an id: where a local task is bound,
/// the color's channel is open, so control wavelets on it start control tasks (csl-examples
/// spmv-hypersparse dispatches so).
void open_channels_of_local_tasks(TileUnit& unit, Location where) {
  if (unit.context.limits.generation != wse::Generation::wse2) return;
  std::vector<std::uint8_t> colors;
  bool control = false;
  for (const wse::Task& task : unit.code.tasks) {
    control = control || (task.kind == wse::TaskKind::control && task.bound);
    const bool shares = task.kind == wse::TaskKind::local && task.bound;
    if (shares && task.id < wse::color_count) colors.push_back(task.id);
  }
  if (!control) return;
  for (const std::uint8_t color : colors) unit.task(wse::TaskKind::data, color, where);
}

/// One task asks which colors went into teardown, and calls their handlers.
void bind_teardown_task(Evaluator& evaluator, TileUnit& unit) {
  const auto& handlers = unit.teardown_handlers;
  if (handlers.empty()) return;
  Context& context = unit.context;
  std::vector<Name> names;
  auto* fields = new Fields;
  for (std::size_t k = 0; k < handlers.size(); ++k) {
    Value color;
    color.type = context.types.simple(TypeKind::color);
    color.form = Form::number;
    color.integer = handlers[k].color;
    Value handler;
    handler.type = context.types.simple(TypeKind::function);
    handler.form = Form::function;
    handler.function = handlers[k].function;
    names.push_back(context.names.intern("color_" + std::to_string(k)));
    names.push_back(context.names.intern("handler_" + std::to_string(k)));
    fields->values.push_back(color);
    fields->values.push_back(handler);
  }
  fields->shape = context.shape(std::move(names));
  Value parameters;
  parameters.type = context.types.simple(TypeKind::literal);
  parameters.form = Form::fields;
  parameters.object = Ref<Object>(fields);
  const std::string path = "<teardown of " + std::to_string(handlers.size()) + ">";
  const Context::Loaded file{
      context.parse_text(path, library::teardown_dispatcher(handlers.size())), path};
  const std::size_t known_modules = unit.modules.size();
  const Location where = handlers.front().where;
  Module* module = evaluator.instantiate(file, parameters, where);
  run_modules(evaluator, unit.modules, known_modules);
  const auto at =
      static_cast<std::size_t>(file.file->global_index.at(context.names.intern("dispatch")));
  unit.bind_task(wse::TaskKind::local, wse::teardown_task_id, &module->functions[at], where);
}

void add_every_function(TileUnit& unit) {
  Module& module = unit.modules.front();
  for (std::size_t i = 0; i < module.functions.size(); ++i) {
    const Function* function = module.functions[i].function;
    if (function == nullptr || function->is_task) continue;
    bool concrete = true;
    for (const Parameter& parameter : function->parameters) {
      concrete = concrete && parameter.type != nullptr && !parameter.is_comptime;
    }
    if (concrete) {
      unit.roots.push_back({&module.functions[i], -1, unit.context.text(function->name)});
    }
  }
}

}  // namespace

void run_modules(Evaluator& evaluator, std::deque<Module>& modules, std::size_t first) {
  for (std::size_t i = first; i < modules.size(); ++i) {
    evaluator.run_imports(modules[i]);
    evaluator.run_comptime_blocks(modules[i]);
  }
}

void compile_tile(TileUnit& unit, const Context::Loaded& file, const Value& parameters,
                  bool export_all, Location where) {
  Evaluator evaluator(unit.context, &unit, nullptr);
  unit.code.name = file.path;
  evaluator.instantiate(file, parameters, where);
  run_modules(evaluator, unit.modules, 0);
  bind_teardown_task(evaluator, unit);
  if (export_all) add_every_function(unit);
  for (std::size_t i = 0; i < unit.roots.size(); ++i) {
    const Root root = unit.roots[i];
    const std::size_t known_modules = unit.modules.size();
    const std::uint32_t number = evaluator.lower(*root.function);
    run_modules(evaluator, unit.modules, known_modules);
    if (root.task >= 0) {
      unit.code.tasks[static_cast<std::size_t>(root.task)].function = number;
    } else {
      for (const wse::EntryPoint& other : unit.code.entry_points) {
        if (other.name == root.exported) {
          unit.context.fail(root.function->function->where,
                            "'" + root.exported + "' is exported twice");
        }
      }
      unit.code.entry_points.push_back({root.exported, number});
    }
  }
  for (const auto& [pointer, symbol] : unit.exported_pointers) {
    if (!pointer->is_assigned) continue;
    unit.code.symbols[symbol].by_pointer = true;
    unit.code.symbols[symbol].address = unit.address(*pointer);
  }
  bind_queues_of_descriptors(unit, where);
  open_channels_of_local_tasks(unit, where);
  unit.finish_image();
}

numerics::FloatRules read_float_rules(const topology::Topology& topology) {
  const topology::Topology copy = topology;  // has its own log of what was looked up
  numerics::FloatRules out;
  out.flush_subnormals = copy.boolean("pe.float.flush_subnormals");
  out.canonical_nan = copy.boolean("pe.float.canonical_nan");
  return out;
}

program::wse::Program compile(const std::string& path, const Options& options) {
  Context context;
  context.limits = options.limits;
  context.rules = options.rules;
  context.import_paths = options.import_paths;
  context.read_file = options.read_file ? options.read_file : read_from_disk;
  context.zero_globals = options.zero_globals;
  context.step_limit = options.step_limit;
  auto text = context.read_file(path);
  if (!text) fail(Category::input, path + ": no such file, or it cannot be read");
  const Context::Loaded file{context.parse_text(path, std::move(*text)), path};
  // Last of all, where cslc runs: programs name their modules from there (spatial-collectives).
  context.import_paths.push_back(path.substr(0, path.find_last_of('/') + 1) + ".");

  Layout layout(context, options);
  if (file.file->layout == nullptr) {
    layout.single_tile(file);
    return layout.finish({});
  }
  Evaluator evaluator(context, nullptr, &layout);
  Module* module = evaluator.instantiate(file, parameter_fields(context, options), {});
  run_modules(evaluator, context.layout_modules, 0);
  evaluator.run_block(*module, *file.file->layout);
  return layout.finish(file.file->layout->where);
}

}  // namespace weft::csl
