// SPDX-License-Identifier: Apache-2.0
// One file of numbers, one behind the other as tensors lie, which numpy reads.
#include "cli/advise/host_inputs.hpp"

#include <filesystem>

#include "base/output_file.hpp"
#include "cli/advise/drawn.hpp"

namespace weft::cli::advising {
namespace {

using graph::Element;

/// "" where numpy has it not.
std::string numpy_type(Element element) {
  if (element == Element::boolean) return "bool";
  if (element == Element::bf16) return "";
  const std::string name(name_of(element));
  const std::string kind = name[0] == 'f' ? "float" : (name[0] == 'i' ? "int" : "uint");
  return kind + name.substr(1);
}

std::string shape_word(const graph::Shape& shape) {
  std::string out;
  for (const std::int64_t extent : shape) out += (out.empty() ? "" : "x") + std::to_string(extent);
  return out;
}

}  // namespace

HostInputs host_inputs(const graph::SourceModel& model) {
  HostInputs out;
  for (const graph::SourceValueId id : model.inputs) {
    const graph::SourceValue& value = model[id];
    const std::string type = value.type ? numpy_type(value.type->element) : "";
    if (type.empty()) {
      out.why_not = "numpy has not the type of an input";
      return out;
    }
    out.words.insert(out.words.end(), {value.name, type, shape_word(value.type->shape)});
  }
  std::string numbers;
  for (const graph::Numbers& one : drawn_inputs(model)) {
    const graph::Tensor tensor = tensor_of(one);
    numbers.append(reinterpret_cast<const char*>(tensor.bytes().data()), tensor.bytes().size());
  }
  const std::string prefix = (std::filesystem::temp_directory_path() / "weft-inputs").string();
  out.folder = std::make_unique<TemporaryFolder>(prefix);
  const std::string path = out.folder->file("inputs");
  write_file(path, numbers);
  out.words.insert(out.words.begin(), path);
  return out;
}

const std::string_view reading_script = R"(
def given(words):
    import numpy
    with open(words[0], 'rb') as file:
        data = file.read()
    arrays, place = {}, 0
    for name, kind, shape in zip(*[iter(words[1:])] * 3, strict=True):
        dims = [int(one) for one in shape.split('x') if one]
        count = int(numpy.prod(dims, dtype='int64'))
        array = numpy.frombuffer(data, kind, count, place) if count else numpy.empty(0, kind)
        arrays[name] = array.reshape(dims).copy()
        place += arrays[name].nbytes
    return arrays
)";

}  // namespace weft::cli::advising
