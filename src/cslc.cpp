// SPDX-License-Identifier: Apache-2.0
// cslc: compiles CSL for an emulated wafer, with the options of the vendor's compiler of that name.
#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/build_info.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "hosts/csl/compile.hpp"

namespace {

namespace csl = weft::hosts::csl;

constexpr int bad_command_line = 2;
constexpr int does_not_compile = 1;

/// The words of the command line as options give them.
struct Words {
  std::string layout, arch = "wse2", output = "out", dims, offsets, fp16_format = "f16";
  std::vector<std::string> parameters, colors, import_paths;
  std::uint32_t channels = 0, west = 0, east = 0, inlined_iterations = 0;
  bool memcpy = false, verbose = false;
};

/// "-o=out" as "-o", "out": CLI11 would take "=out" for the value.
std::vector<std::string> split_short_options(int argc, char** argv) {
  std::vector<std::string> out;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.size() > 2 && word[0] == '-' && word[1] != '-' && word[2] == '=') {
      out.push_back(word.substr(0, 2));
      out.push_back(word.substr(3));
    } else {
      out.push_back(word);
    }
  }
  return {out.rbegin(), out.rend()};  // as CLI::App::parse() takes them
}

void describe(CLI::App& app, Words& words) {
  // Of an option given twice the last counts, so that a script may add to its words.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.add_option("layout", words.layout, "the layout file")->required();
  app.add_option("--arch", words.arch, "wse2 or wse3")->check(CLI::IsMember({"wse2", "wse3"}));
  app.add_option("-o", words.output, "folder of the compiled program");
  const auto list = [&app](const char* name, std::vector<std::string>& into, const char* help) {
    return app.add_option(name, into, help)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  };
  list("--params", words.parameters, "the layout's params: name:value,...")->delimiter(',');
  list("--colors", words.colors, "its params of type color: name:number,...")->delimiter(',');
  list("--import-path", words.import_paths, "a folder where imported files are looked for");
  app.add_option("--fabric-dims", words.dims, "PEs of the fabric: width,height");
  app.add_option("--fabric-offsets", words.offsets, "where the rectangle begins: x,y");
  app.add_flag("--memcpy", words.memcpy, "the fabric has the PEs of the host's copies, too");
  app.add_option("--channels", words.channels, "of the host; without effect here")
      ->check(CLI::Range(0, 16));
  app.add_option("--width-west-buf", words.west, "columns of buffers west of the rectangle");
  app.add_option("--width-east-buf", words.east, "columns of buffers east of it");
  app.add_option("--fp16-format", words.fp16_format, "f16; others are not supported")
      ->check(CLI::IsMember({"f16", "bf16", "cb16"}));
  app.add_option("--max-inlined-iterations", words.inlined_iterations,
                 "without effect: loops are not unrolled");
  app.add_flag("--verbose", words.verbose, "tell what was compiled");
  app.set_version_flag("--version", "cslc of weft " + weft::version());
}

/// "name:value" by name; of two values the last counts, as in the vendor's.
std::map<std::string, std::string> named(const std::vector<std::string>& pairs,
                                         const std::string& option) {
  std::map<std::string, std::string> out;
  for (const std::string& pair : pairs) {
    if (pair.empty()) continue;  // "--params=" names nothing
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == pair.size()) {
      weft::fail(weft::Category::input, option + ": '" + pair + "' is no name:value");
    }
    out[pair.substr(0, colon)] = pair.substr(colon + 1);
  }
  return out;
}

std::pair<std::uint32_t, std::uint32_t> two_numbers(const std::string& text,
                                                    const std::string& option) {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  const char* end = text.data() + text.size();
  const auto comma = std::from_chars(text.data(), end, first);
  if (comma.ec == std::errc() && comma.ptr != end && *comma.ptr == ',') {
    const auto rest = std::from_chars(comma.ptr + 1, end, second);
    if (rest.ec == std::errc() && rest.ptr == end) return {first, second};
  }
  weft::fail(weft::Category::input, option + ": '" + text + "' is no pair of numbers: 8,3");
}

csl::CompileOptions options_of(const Words& words) {
  if (words.fp16_format != "f16") {
    weft::fail(weft::Category::unsupported,
               "--fp16-format " + words.fp16_format + ": weft has f16 alone");
  }
  csl::CompileOptions out;
  out.layout = words.layout;
  out.machine = "cerebras-" + words.arch;
  out.parameters = named(words.parameters, "--params");
  out.colors = named(words.colors, "--colors");
  out.import_paths = words.import_paths;
  out.memcpy = words.memcpy;
  out.west_buffer_columns = words.west;
  out.east_buffer_columns = words.east;
  if (!words.dims.empty()) {
    csl::FabricPlace place;
    std::tie(place.width, place.height) = two_numbers(words.dims, "--fabric-dims");
    if (!words.offsets.empty()) {
      std::tie(place.x, place.y) = two_numbers(words.offsets, "--fabric-offsets");
    }
    out.place = place;
  } else if (!words.offsets.empty()) {
    weft::fail(weft::Category::input, "--fabric-offsets wants --fabric-dims");
  }
  return out;
}

int compile(const Words& words) {
  csl::CompileOptions options;
  try {
    options = options_of(words);
  } catch (const weft::Error& error) {
    std::cerr << "cslc: error: " << error.what() << '\n';
    return bad_command_line;
  }
  try {
    const csl::Compiled compiled = csl::compile(options);
    csl::write_compiled(words.output, compiled);
    if (words.verbose) {
      weft::log::say(words.output + ": " + std::to_string(compiled.program.width) + " x " +
                     std::to_string(compiled.program.height) + " PEs, " +
                     std::to_string(compiled.program.codes.size()) + " codes, for " +
                     compiled.machine);
    }
    weft::log::require_printed();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "cslc: error: " << error.what() << '\n';
    return does_not_compile;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Compiles CSL for weft's wafers.\n"
      "Exit codes: 0 compiled, 1 the program does not compile or cannot be written, "
      "2 the command line is wrong.",
      "cslc"};
  Words words;
  describe(app, words);
  try {
    app.parse(split_short_options(argc, argv));
  } catch (const CLI::Success& asked) {
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    std::cerr << "cslc: error: " << error.what() << '\n';
    return bad_command_line;
  }
  return compile(words);
}
