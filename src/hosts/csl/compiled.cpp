// SPDX-License-Identifier: Apache-2.0
// A compiled program's folder: program.weft first, so that out.json stands only beside a program.
#include "hosts/csl/compiled.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/archive.hpp"
#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/output_file.hpp"
#include "hosts/csl/out_json.hpp"

namespace weft::hosts::csl {

namespace {

constexpr StoredForm stored{"compiled CSL program", 1};

std::string program_file(const std::string& folder) { return folder + "/program.weft"; }

void write_texts(ByteWriter& out, const std::map<std::string, std::string>& texts) {
  out.value(std::uint64_t{texts.size()});
  for (const auto& [name, value] : texts) {
    out.text(name);
    out.text(value);
  }
}

std::map<std::string, std::string> read_texts(ByteReader& in) {
  std::map<std::string, std::string> out;
  for (auto count = in.value<std::uint64_t>(); count > 0; --count) {
    std::string name = in.text();
    out[std::move(name)] = in.text();
  }
  return out;
}

std::vector<std::byte> to_bytes(const Compiled& compiled) {
  ByteWriter out;
  out.text(compiled.machine);
  write_texts(out, compiled.parameters);
  write_texts(out, compiled.colors);
  out.value(compiled.place);
  out.values(program::wse::serialize(compiled.program));
  return out.take();
}

std::string read_file(const std::string& folder, const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    fail(Category::input, folder + ": there is no such folder; cslc -o " + folder + " makes it");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    fail(Category::input,
         path + ": cannot be read; cslc writes it where it has compiled a program");
  }
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) fail(Category::input, path + ": cannot be read to its end");
  return text;
}

}  // namespace

void write_compiled(const std::string& folder, const Compiled& compiled) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) fail(Category::system, "cannot make folder " + folder + ": " + error.message());
  const std::vector<std::byte> bytes = seal(stored, to_bytes(compiled));
  write_file(program_file(folder), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  write_file(folder + "/out.json", out_json(compiled));
}

Compiled read_compiled(const std::string& folder) {
  const std::string path = program_file(folder);
  const std::string text = read_file(folder, path);
  ByteReader in(unseal(stored, std::as_bytes(std::span(text)), path), path);
  Compiled out;
  out.machine = in.text();
  out.parameters = read_texts(in);
  out.colors = read_texts(in);
  out.place = in.value<FabricPlace>();
  const auto program = in.values<std::byte>();
  in.finish();
  out.program = program::wse::deserialize(program);
  program::wse::validate(out.program);
  return out;
}

}  // namespace weft::hosts::csl
