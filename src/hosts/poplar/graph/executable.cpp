// SPDX-License-Identifier: Apache-2.0
// Executables in files.
#include "hosts/poplar/graph/executable.hpp"

#include <cstring>
#include <istream>
#include <iterator>
#include <ostream>
#include <poplar/exceptions.hpp>

#include "base/archive.hpp"
#include "base/build_info.hpp"
#include "base/bytes.hpp"
#include "hosts/poplar/api/translate.hpp"
#include "hosts/poplar/target/target_impl.hpp"

namespace poplar {
namespace core {
namespace {

constexpr weft::StoredForm executable_form{"Poplar executable", 2};
constexpr char first_form[] = "weft Poplar executable 1";  // had no seal

using weft::ByteReader;
using weft::ByteWriter;

void write(ByteWriter& out, const std::string& text) { out.text(text); }
void write(ByteWriter& out, std::uint64_t value) { out.value(value); }
void write(ByteWriter& out, const Type& type) { out.value(type.code()); }
void write(ByteWriter& out, const ArrayHandle& handle) {
  out.value(handle.array);
  write(out, handle.type);
}
void write(ByteWriter& out, const StreamInfo& stream) {
  out.value(stream.to_device);
  write(out, stream.type);
  write(out, stream.elements);
}
void write(ByteWriter& out, const RemoteInfo& buffer) {
  write(out, buffer.type);
  write(out, buffer.elements);
  write(out, buffer.rows);
}
void write(ByteWriter& out, const HostFunctionArgument& argument) {
  write(out, argument.elementType);
  write(out, argument.numElements);
}
template <typename T>
void write_list(ByteWriter& out, const std::vector<T>& list) {
  write(out, std::uint64_t{list.size()});
  for (const T& item : list) write(out, item);
}
void write(ByteWriter& out, const HostFunctionInfo& function) {
  write(out, function.name);
  write_list(out, function.inputs);
  write_list(out, function.outputs);
}
template <typename Map>
void write_map(ByteWriter& out, const Map& map) {
  write(out, std::uint64_t{map.size()});
  for (const auto& [name, value] : map) {
    write(out, name);
    write(out, value);
  }
}

void read(ByteReader& in, std::uint64_t& value) { value = in.value<std::uint64_t>(); }
void read(ByteReader& in, Type& type) { type = Type(in.enumerator(Type::Code::float_)); }
void read(ByteReader& in, std::string& text) { text = in.text(); }
void read(ByteReader& in, ArrayHandle& handle) {
  handle.array = in.value<std::uint32_t>();
  read(in, handle.type);
}
void read(ByteReader& in, StreamInfo& stream) {
  stream.to_device = in.value<bool>();
  read(in, stream.type);
  read(in, stream.elements);
}
void read(ByteReader& in, RemoteInfo& buffer) {
  read(in, buffer.type);
  read(in, buffer.elements);
  read(in, buffer.rows);
}
std::vector<HostFunctionArgument> read_arguments(ByteReader& in) {
  std::vector<HostFunctionArgument> list;
  for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
    const auto code = in.enumerator(Type::Code::float_);
    list.emplace_back(Type(code), in.value<std::uint64_t>());
  }
  return list;
}
template <typename Map>
void read_map(ByteReader& in, Map& map) {
  for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
    const std::string name = in.text();
    read(in, map[name]);
  }
}

void write_summary(ByteWriter& out, const front::GraphSummary& summary) {
  for (const std::uint64_t value : {summary.variables, summary.vertices, summary.edges,
                                    summary.compute_sets, summary.exchanges}) {
    write(out, value);
  }
  write_map(out, summary.instances_of_codelet);
  write_map(out, summary.cycles_of_codelet);
  write_map(out, summary.flops_of_codelet);
  out.values(summary.flops_of_compute_set);
  out.value(std::uint64_t{summary.fullest_tile.size()});
  for (const front::MemoryLine& line : summary.fullest_tile) {
    out.value(line.tile);
    out.value(line.use);
    out.text(line.name);
    out.value(line.bytes);
  }
}

void read_summary(ByteReader& in, front::GraphSummary& summary) {
  for (std::uint64_t* value : {&summary.variables, &summary.vertices, &summary.edges,
                               &summary.compute_sets, &summary.exchanges}) {
    read(in, *value);
  }
  read_map(in, summary.instances_of_codelet);
  read_map(in, summary.cycles_of_codelet);
  read_map(in, summary.flops_of_codelet);
  summary.flops_of_compute_set = in.values<std::uint64_t>();
  const auto lines = in.value<std::uint64_t>();
  for (std::uint64_t i = 0; i < lines; ++i) {
    front::MemoryLine line;
    line.tile = in.value<std::uint32_t>();
    line.use = in.value<weft::program::ipu::MemoryUse>();
    line.name = in.text();
    line.bytes = in.value<std::uint64_t>();
    summary.fullest_tile.push_back(std::move(line));
  }
}

void refuse_first_form(std::span<const std::byte> bytes) {
  constexpr std::size_t at = sizeof(std::uint64_t);  // behind the length of the text
  constexpr std::size_t size = sizeof first_form - 1;
  if (bytes.size() < at + size || std::memcmp(bytes.data() + at, first_form, size) != 0) return;
  weft::fail(weft::Category::input,
             "executable: was written by weft 0.1.0 or before in version 1; this weft (" +
                 weft::version() + ") reads version " + std::to_string(executable_form.version) +
                 " only: compile it again");
}

}  // namespace

std::vector<std::byte> to_bytes(const ExecutableImpl& executable) {
  ByteWriter out;
  const TargetImpl& target = executable.target.getImpl();
  write(out, target.topology->text());
  write(out, target.topology->file());
  out.value(target.type);
  write(out, target.system);
  out.values(weft::program::ipu::serialize(executable.program));
  write_summary(out, executable.summary);
  write_map(out, executable.reads);
  write_map(out, executable.writes);
  write_map(out, executable.streams);
  write_map(out, executable.remote_buffers);
  write(out, std::uint64_t{executable.host_functions.size()});
  for (const HostFunctionInfo& function : executable.host_functions) write(out, function);
  write_map(out, std::map<std::string, std::string>(executable.options.begin(),
                                                    executable.options.end()));
  return weft::seal(executable_form, out.bytes());
}

ExecutableImpl executable_from_bytes(std::span<const std::byte> bytes) {
  refuse_first_form(bytes);
  ByteReader in(weft::unseal(executable_form, bytes, "executable"), "executable");
  ExecutableImpl out;
  const std::string text = in.text();
  const std::string file = in.text();
  const auto type = in.enumerator(TargetType::CPU);
  const std::string system = in.text();
  out.target = target_of(weft::topology::Topology::from_text(text, file), type, system);
  out.program = weft::program::ipu::deserialize(in.values<std::byte>());
  read_summary(in, out.summary);
  read_map(in, out.reads);
  read_map(in, out.writes);
  read_map(in, out.streams);
  read_map(in, out.remote_buffers);
  for (auto left = in.value<std::uint64_t>(); left > 0; --left) {
    HostFunctionInfo function;
    function.name = in.text();
    function.inputs = read_arguments(in);
    function.outputs = read_arguments(in);
    out.host_functions.push_back(std::move(function));
  }
  std::map<std::string, std::string> options;
  read_map(in, options);
  for (const auto& [name, value] : options) out.options.set(name, value);
  in.finish();
  return out;
}

}  // namespace core

Executable::Executable(const Executable&) = default;
Executable::Executable(Executable&&) noexcept = default;
Executable& Executable::operator=(const Executable&) = default;
Executable& Executable::operator=(Executable&&) noexcept = default;
Executable::~Executable() = default;
Executable::Executable(std::shared_ptr<const core::ExecutableImpl> impl) : impl_(std::move(impl)) {}

void Executable::serialize(std::ostream& out) const {
  const std::vector<std::byte> bytes = core::to_bytes(*impl_);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  if (!out) throw system_runtime_error("the executable could not be written");
}

Executable Executable::deserialize(std::istream& in) {
  const std::vector<char> text{std::istreambuf_iterator<char>(in), {}};
  return core::translated([&] {
    return Executable(std::make_shared<const core::ExecutableImpl>(
        core::executable_from_bytes(std::as_bytes(std::span(text)))));
  });
}

}  // namespace poplar
