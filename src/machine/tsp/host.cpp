// SPDX-License-Identifier: Apache-2.0
// What the host does with a slice: starts the schedule, reads and writes arrays.
#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "machine/tsp/tsp.hpp"

namespace weft::machine::tsp {

namespace form = program::tsp;

std::vector<Export> Tsp::exports() const {
  std::vector<Export> list;
  list.push_back({Export::Kind::function, "run", 0, 0, ""});
  for (const form::Tensor& tensor : program_.tensors) {
    if (tensor.role == form::Tensor::Role::constant) continue;
    list.push_back({Export::Kind::array, tensor.name, numerics::width_of(tensor.type),
                    tensor.elements(), std::string(numerics::name_of(tensor.type))});
  }
  return list;
}

void Tsp::launch(const std::string& name, std::span<const std::uint32_t> arguments) {
  if (name != "run" || !arguments.empty()) {
    fail(Category::input, "tsp: function 'run', without arguments, can be launched");
  }
  if (running_) fail(Category::input, "tsp: the schedule runs already");
  shop_.launch = now_;
  first_launch_ = std::min(first_launch_, now_);
  running_ = checked_.cycles > 0;
  for (Neighbour& n : neighbours_) {
    n.first_left = 0;
    n.given.assign(n.given.size(), 0);
  }
  for (Part& part : parts_) {
    if (!part.results.empty()) fail(Category::internal, "tsp: results of the last run are left");
    part.next = 0;
    part.next_row = 0;
    part.first_left = {};
    for (auto& given : part.given) given.assign(given.size(), 0);
  }
}

const Placed& Tsp::placed(const std::string& name) const {
  const auto found = placed_.find(name);
  if (found == placed_.end()) fail(Category::internal, "tsp: no array '" + name + "'");
  return found->second;
}

std::vector<ArrayPart> Tsp::array_parts(const std::string& name) const {
  const Placed& where = placed(name);
  return parts_of(where, where.read);
}

std::vector<ArrayPart> Tsp::written_parts(const std::string& name) const {
  const Placed& where = placed(name);
  return parts_of(where, where.written);
}

void Tsp::write_array(const std::string& name, std::span<const std::byte> data) {
  if (carries_data()) write_parts(placed(name), data, parts_);
}

std::vector<std::byte> Tsp::read_array(const std::string& name) const {
  if (!carries_data()) {
    fail(Category::input,
         "array '" + name + "' can't be read: the program is in timing mode, without data");
  }
  return read_parts(placed(name), parts_);
}

}  // namespace weft::machine::tsp
