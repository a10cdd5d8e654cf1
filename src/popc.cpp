// SPDX-License-Identifier: Apache-2.0
// popc: compiles Poplar codelets ahead of a run, as Graphcore's compiler of that name does.
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/output_file.hpp"
#include "frontends/poplar/codelet_compile.hpp"
#include "frontends/poplar/codelet_flags.hpp"

namespace {

namespace poplar = weft::frontends::poplar;

constexpr const char* usage =
    R"(usage: popc [flags] source.cpp ... -o library.gp

Compiles codelets for weft's IPU. The library is a shared object of this machine, in weft's own
format; graph.addCodelets("library.gp") loads it.

  -o FILE              the library (default: a.gp)
  -D -U -I -include    as for a C++ compiler; so are -O -g -std -W
  --target LIST        ipu1, ipu2, cpu ...: accepted, all targets get the same code
  --wrapper            write the C++ source that CMake's weft_codelets compiles into a program
  --stem NAME          of --wrapper's function weft_register_NAME (default: the source's name)
  --depfile FILE       of --wrapper: a make rule with the files that were read
  --version, --help

WEFT_CXX names the compiler, WEFT_CODELET_CHECKS=1 adds bounds checks, WEFT_CODELET_CACHE is where
results are kept.
)";

struct Arguments {
  std::vector<std::string> sources;
  std::string output;
  std::string flags;
  std::string stem;
  std::string depfile;
  bool wrapper = false;
};

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "' ";
}

Arguments parse(const std::vector<std::string>& words) {
  Arguments out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const auto value = [&] {
      if (i + 1 == words.size()) {
        weft::fail(weft::Category::input, word + " lacks a value");
      }
      return words[++i];
    };
    if (word == "-o" || word == "--output") {
      out.output = value();
    } else if (word == "--wrapper") {
      out.wrapper = true;
    } else if (word == "--stem") {
      out.stem = value();
    } else if (word == "--depfile") {
      out.depfile = value();
    } else if (poplar::takes_value(word)) {
      out.flags += quoted(word);
      out.flags += quoted(value());
    } else if (word.size() > 1 && word.front() == '-') {
      out.flags += quoted(word);
    } else {
      out.sources.push_back(word);
    }
  }
  if (out.sources.empty()) weft::fail(weft::Category::input, "no source files");
  if (out.output.empty()) out.output = "a.gp";
  return out;
}

void compile(const Arguments& arguments) {
  poplar::CodeletOptions options = poplar::default_codelet_options();
  options.user_flags = arguments.flags;
  if (arguments.wrapper) {
    if (arguments.sources.size() != 1) {
      weft::fail(weft::Category::input, "--wrapper takes one source");
    }
    const std::string& source = arguments.sources.front();
    const std::string stem =
        arguments.stem.empty() ? std::filesystem::path(source).stem().string() : arguments.stem;
    weft::write_file(arguments.output, poplar::build_wrapper(source, stem, arguments.output,
                                                             arguments.depfile, options));
    return;
  }
  std::vector<poplar::CodeletSource> sources;
  for (const std::string& source : arguments.sources) sources.push_back({source, {}, {}});
  const poplar::CompiledCodelets done = poplar::build_library(sources, options);
  std::cerr << done.messages;
  weft::write_file(arguments.output, done.library);
}

/// Whether the words ask about popc itself.
bool answered(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") {
      weft::log::print(usage);
      return true;
    }
    if (word == "--version") {
      weft::log::say(poplar::popc_version());
      return true;
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  try {
    if (!answered(words)) compile(parse(words));
    weft::log::require_printed();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "popc: " << error.what() << '\n';
    return 1;
  }
}
