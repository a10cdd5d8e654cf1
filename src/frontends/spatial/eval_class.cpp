// SPDX-License-Identifier: Apache-2.0
// Classes: where they are defined, what their objects hold: see interpreter.hpp.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "frontends/spatial/interpreter.hpp"
#include "frontends/spatial/library/library.hpp"
#include "frontends/spatial/parser.hpp"
#include "frontends/spatial/stager.hpp"
#include "topology/suggest.hpp"

namespace weft::spatial {

Interpreter::Interpreter(const Options& options, Outcome& outcome)
    : builtins(std::make_unique<Builtins>()),
      list_members(std::make_unique<Members>()),
      text_members(std::make_unique<Members>()),
      number_members(std::make_unique<Members>()),
      memory_members(std::make_unique<Members>()),
      range_members(std::make_unique<Members>()),
      other_members(std::make_unique<Members>()),
      options_(options),
      outcome_(outcome),
      random_state_(options.random_seed),
      random_(static_cast<std::uint32_t>(options.random_seed)) {
  outer_registry_ = Scope::registry;
  Scope::registry = &registry_;
  globals_ = Ref<Scope>(new Scope({}));
  stager_ = std::make_unique<Stager>(*this);
  constexpr std::pair<std::string_view, Arithmetic> spelled[] = {
      {"+", Arithmetic::add},
      {"-", Arithmetic::subtract},
      {"*", Arithmetic::multiply},
      {"/", Arithmetic::divide},
      {"%", Arithmetic::remainder},
      {"**", Arithmetic::power},
      {"==", Arithmetic::equal},
      {"===", Arithmetic::equal},
      {"!=", Arithmetic::not_equal},
      {"=!=", Arithmetic::not_equal},
      {"!==", Arithmetic::not_equal},
      {"<", Arithmetic::less},
      {"<=", Arithmetic::less_equal},
      {">", Arithmetic::greater},
      {">=", Arithmetic::greater_equal},
      {"&&", Arithmetic::logical_and},
      {"||", Arithmetic::logical_or},
      {"&", Arithmetic::bit_and},
      {"|", Arithmetic::bit_or},
      {"^", Arithmetic::bit_xor},
      {"<<", Arithmetic::shift_left},
      {">>", Arithmetic::shift_right},
      {">>>", Arithmetic::shift_right_unsigned}};
  for (const auto& [name, operation] : spelled) operators.emplace(intern(name), operation);
  add_control(*builtins);
  add_memories(*builtins);
  add_math(*builtins);
  add_checks(*builtins);
  add_files(*builtins);
  add_list_members(*list_members);
  add_more_list_members(*list_members);
  add_text_members(*text_members);
  add_number_members(*number_members);
  add_memory_members(*memory_members);
  add_sparse(*builtins, *memory_members);
  add_locals(*builtins, *memory_members);
  add_bits(*builtins, *number_members, *other_members);
  add_range_members(*range_members);
  add_other_members(*other_members);
  load_library();
}

Interpreter::~Interpreter() {
  objects_.clear();
  class_scopes_.clear();
  globals_ = {};
  registry_.clear();
  Scope::registry = outer_registry_;
}

/// Our own library, written in Spatial: its functions are known everywhere.
void Interpreter::load_library() {
  for (const library::Module& module : library::modules()) {
    const std::uint32_t file = sources_.add(std::string(module.name), module.text);
    trees_.push_back(parse(sources_, file));
    for (const Node* statement : trees_.back()->statements) {
      const Definition& definition = *statement->definition;
      if (definition.kind != DefinitionKind::object) {
        add_class(definition);
        continue;
      }
      for (const Node* member : definition.members) define(*member->definition, globals_);
    }
  }
}

void Interpreter::load(const std::string& path, const std::string& text) {
  const std::uint32_t file = sources_.add(path, text);
  const bool own = user_file_ == 0;
  if (own) user_file_ = file;
  trees_.push_back(parse(sources_, file));
  for (const Node* statement : trees_.back()->statements) {
    const Definition& definition = *statement->definition;
    if (definition.kind == DefinitionKind::import) continue;
    add_class(definition);
    if (own) own_classes_.push_back(&definition);
  }
}

void Interpreter::add_class(const Definition& definition) {
  classes_.emplace(definition.name, &definition);
}

const Definition* Interpreter::find_class(Symbol name, const Node* node) {
  (void)node;
  auto found = classes_.find(name);
  if (found == classes_.end() && !folder_searched_) {
    search_folder(name);
    found = classes_.find(name);
  }
  return found == classes_.end() ? nullptr : found->second;
}

/// Reads the other files of the program's folder; one that does not parse defines nothing.
bool Interpreter::search_folder(Symbol /*name*/) {
  folder_searched_ = true;
  for (const std::string& path : options_.neighbours) {
    const auto text = options_.read_file(path);
    if (!text) continue;
    try {
      load(path, *text);
    } catch (const Error&) {
      continue;
    }
  }
  return true;
}

bool Interpreter::has_main(const Definition& definition) {
  for (const Node* member : definition.members) {
    const bool method = member->kind == NodeKind::definition &&
                        member->definition->kind == DefinitionKind::function;
    if (method && member->symbol == intern("main")) return true;
  }
  for (const ParentCall& parent : definition.parents) {
    const Definition* known = find_class(intern(name_of(parent.type->symbol)), parent.type);
    if (known != nullptr && has_main(*known)) return true;
  }
  return false;
}

std::vector<ClassPlace> Interpreter::runnable_classes() {
  std::vector<ClassPlace> found;
  for (const Definition* each : own_classes_) {
    const bool makes = each->kind == DefinitionKind::class_ && !each->is_abstract;
    const bool plain = makes && each->type_parameters.empty();
    if (!plain || !has_main(*each)) continue;
    found.push_back({std::string(name_of(each->name)), sources_.line_column(each->place).line});
  }
  return found;
}

bool Interpreter::is_subclass(const InstanceObject& instance, Symbol name) const {
  return std::any_of(instance.line.begin(), instance.line.end(),
                     [name](const Definition* each) { return each->name == name; });
}

/// The parameters of a class and, with them known, those of what it extends.
void Interpreter::add_level(InstanceObject& made, const Definition& definition, Call& call) {
  if (std::find(made.line.begin(), made.line.end(), &definition) != made.line.end()) return;
  made.line.push_back(&definition);
  bind_types(definition, made.members, call);
  for (const ParameterList& list : definition.lists) {
    bind_list(definition, list, made.members, call);
  }
  for (const ParentCall& parent : definition.parents) add_parent(made, parent);
}

void Interpreter::add_parent(InstanceObject& made, const ParentCall& parent) {
  const Definition* definition = find_class(intern(name_of(parent.type->symbol)), parent.type);
  if (definition == nullptr) {
    fail(parent.type, "no class " + std::string(name_of(parent.type->symbol)) + " is known");
  }
  Call call;
  call.node = parent.type;
  call.scope = made.members;
  for (const Node* type : parent.type->parts) call.types.push_back(type);
  for (const Node* list : parent.lists) call.lists.emplace_back(list->parts);
  add_level(made, *definition, call);
}

/// Type members, the nearest definition of a name first.
void Interpreter::add_types(InstanceObject& made) {
  for (const Definition* each : made.line) {
    for (const Node* member : each->members) {
      if (member->kind != NodeKind::definition) continue;
      const Definition& definition = *member->definition;
      const bool type = definition.kind == DefinitionKind::type && definition.type != nullptr;
      if (type && made.members->find_here(definition.name) == nullptr) {
        define(definition, made.members);
      }
    }
  }
}

/// Functions and values, what is nearest last; values are evaluated when they are first read.
void Interpreter::add_members(InstanceObject& made) {
  std::set<Symbol> parameters;
  for (const auto& [name, value] : made.members->bindings()) parameters.insert(name);
  for (auto each = made.line.rbegin(); each != made.line.rend(); ++each) {
    if ((*each)->self != 0) made.members->bind((*each)->self, made.members->self);
    for (const Node* member : (*each)->members) {
      if (member->kind != NodeKind::definition) continue;
      const Definition& definition = *member->definition;
      const bool value = definition.kind == DefinitionKind::value ||
                         definition.kind == DefinitionKind::lazy_value ||
                         definition.kind == DefinitionKind::variable;
      if (!value) {
        if (definition.kind != DefinitionKind::type) define(definition, made.members);
        continue;
      }
      if (definition.body == nullptr || definition.pattern != nullptr) continue;
      if (parameters.count(definition.name) != 0) continue;
      auto* delayed = new DelayedObject;
      delayed->code = definition.body;
      delayed->definition = &definition;
      Value bound;
      bound.kind = ValueKind::lazy;
      bound.object = delayed;
      made.members->bind(definition.name, bound);
    }
  }
}

/// What stands in the bodies of the classes, the farthest first.
void Interpreter::run_members(InstanceObject& made) {
  for (auto each = made.line.rbegin(); each != made.line.rend(); ++each) {
    for (const Node* member : (*each)->members) {
      if (member->kind != NodeKind::definition) {
        evaluate(member, made.members);
        continue;
      }
      const Definition& definition = *member->definition;
      if (definition.kind != DefinitionKind::value) continue;
      if (definition.pattern != nullptr) {
        define(definition, made.members);
      } else if (definition.body != nullptr) {
        bool found = false;
        find_name(definition.name, made.members, member, found);
      }
    }
  }
}

Value Interpreter::instantiate(const Definition& definition, Call& call) {
  if (definition.is_abstract) {
    fail(call.node, "class " + std::string(name_of(definition.name)) + " is abstract");
  }
  auto* made = new InstanceObject;
  Value value;
  value.kind = ValueKind::instance;
  value.object = made;
  made->definition = &definition;
  const auto around = class_scopes_.find(&definition);
  made->members = Ref<Scope>(new Scope(around == class_scopes_.end() ? globals_ : around->second));
  made->members->self = value;
  add_level(*made, definition, call);
  if (definition.is_case) {
    for (const ParameterList& list : definition.lists) {
      for (const Parameter& parameter : list.parameters) {
        if (Value* field = made->members->find_here(parameter.name)) {
          made->fields.push_back(*field);
        }
      }
    }
  }
  add_types(*made);
  add_members(*made);
  run_members(*made);
  return value;
}

Value Interpreter::object_instance(const Definition& definition, const Node* node) {
  const auto found = objects_.find(&definition);
  if (found != objects_.end()) return found->second;
  Call call;
  call.node = node;
  call.scope = globals_;
  Value made = instantiate(definition, call);
  objects_.emplace(&definition, made);
  return made;
}

void Interpreter::refuse_class(const std::string& class_name) {
  std::vector<std::string> known;
  std::string list;
  for (const ClassPlace& each : runnable_classes()) {
    known.push_back(each.name);
    list += " " + each.name;
  }
  const std::string guess = topology::did_you_mean(class_name, known);
  weft::fail(Category::input,
             sources_.file(user_file_).path + ": no class " + class_name +
                 (guess.empty() ? "; there are" + (list.empty() ? " none" : list) : guess));
}

void Interpreter::run(const std::string& class_name, const std::vector<std::string>& arguments) {
  const Definition* definition = nullptr;
  for (const Definition* each : own_classes_) {
    if (name_of(each->name) == class_name) definition = each;
  }
  if (definition == nullptr) refuse_class(class_name);
  Node where;
  where.place = definition->place;
  Call call;
  call.node = &where;
  call.scope = globals_;
  const Value instance = instantiate(*definition, call);
  std::vector<Value> items;
  for (const std::string& each : arguments) items.push_back(text_value(each));
  if (arguments.empty()) {
    Call none;
    none.node = &where;
    none.scope = globals_;
    const std::string text = show(call_member(instance, intern("runtimeArgs"), none));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (end > at) items.push_back(text_value(text.substr(at, end - at)));
      at = end + 1;
    }
  }
  Call main;
  main.node = &where;
  main.scope = globals_;
  main.given.push_back({{list_value(std::move(items))}, {}});
  const auto& members = static_cast<InstanceObject&>(*instance.object).members;
  if (members->find_here(intern("main")) == nullptr) {
    fail(&where, "class " + class_name + " has no main");
  }
  call_member(instance, intern("main"), main);
}

}  // namespace weft::spatial
