// SPDX-License-Identifier: Apache-2.0
// Source to shared object: preprocess, look in the cache, find the vertices, add their tables,
// compile.
#include "frontends/poplar/codelet_compile.hpp"

#include <filesystem>
#include <map>
#include <mutex>

#include "base/build_info.hpp"
#include "base/error.hpp"
#include "frontends/poplar/codelet_cache.hpp"
#include "frontends/poplar/codelet_compiler.hpp"
#include "frontends/poplar/codelet_flags.hpp"
#include "frontends/poplar/codelet_parse.hpp"
#include "frontends/poplar/codelet_process.hpp"
#include "frontends/poplar/codelet_wrapper.hpp"
#include "program/ipu_codelet.hpp"

namespace weft::frontends::poplar {
namespace {

using Words = std::vector<std::string>;

void append(Words& to, const Words& words) { to.insert(to.end(), words.begin(), words.end()); }

class Build {
 public:
  explicit Build(const CodeletOptions& options)
      : options_(options),
        compiler_(split_flags(options.compiler)),
        flags_(host_flags(split_flags(options.user_flags))) {
    if (compiler_.empty()) fail(Category::input, "no compiler for codelets: set WEFT_CXX");
    fixed_flags_ = fixed_flags(options.portable, is_clang(version()), options.bounds_checks);
  }

  std::string preprocess(const CodeletSource& source, const std::string& number,
                         const Words& extra) const {
    const std::string name = source.name.empty() ? source.path : source.name;
    std::string path = source.path;
    if (path.empty()) {
      path = scratch_.file("source" + number + ".cpp");
      write_file(path, "#line 1 \"" + name + "\"\n" + source.text);
    } else {
      read_file(path, "codelet source '" + path + "'");
    }
    const std::string out = scratch_.file("unit" + number + ".txt");
    Words command = compiler_;
    append(command, {"-E", "-x", "c++", flags_.standard, "-D__POPC__=1", "-iquote", "."});
    append(command, fixed_flags_);
    if (options_.bounds_checks) command.push_back("-DWEFT_CODELET_CHECKS=1");
    append(command, flags_.preprocess);
    for (const std::string& folder : options_.include_folders) {
      append(command, {"-isystem", folder});
    }
    append(command, {"-include", prelude()});
    append(command, extra);
    append(command, {path, "-o", out});
    run(command);
    std::string text = read_file(out, "preprocessed codelets");
    refuse_clang_only(text, name, version());
    return without_scratch(text, path, name);
  }

  std::string wrap(const std::string& preprocessed, const std::string& entry) const {
    const Tokens tokens = tokens_of(preprocessed, options_.include_folders);
    return wrap_codelets(preprocessed, find_vertices(parse_codelets(tokens)), entry);
  }

  /// Everything that decides the bytes of the library.
  std::string key(const Words& preprocessed) const {
    std::string all = "abi " + std::to_string(program::ipu::codelet_abi) + "\n" + version();
    for (const std::string& word : fixed_flags_) all += word + "\n";
    for (const std::string& word : flags_.compile) all += word + "\n";
    all += flags_.standard + "\n";
    for (const std::string& text : preprocessed) all += std::to_string(text.size()) + "\n" + text;
    return content_key(all);
  }

  CompiledCodelets compile(const Words& preprocessed) {
    Words files;
    Words entries;
    for (std::size_t i = 0; i < preprocessed.size(); ++i) {
      const std::string number = std::to_string(i);
      const bool alone = preprocessed.size() == 1;
      entries.push_back(alone ? "weft_codelet_module" : "weft_codelet_unit_" + number);
      files.push_back(scratch_.file("unit" + number + ".ii"));
      write_file(files.back(), wrap(preprocessed[i], entries.back()));
    }
    const std::string library = scratch_.file("codelets.so");
    Words command = compiler_;
    append(command, {"-shared", "-Wl,-z,defs", flags_.standard});
    append(command, fixed_flags_);
    append(command, flags_.compile);
    if (entries.size() > 1) {
      files.push_back(scratch_.file("join.cpp"));
      write_file(files.back(), join_units(entries));
      for (const std::string& folder : options_.include_folders) {
        append(command, {"-isystem", folder});
      }
    }
    append(command, files);
    append(command, link_flags(is_clang(version()), options_.bounds_checks));
    append(command, {"-o", library});
    CompiledCodelets out;
    out.messages = run(command);
    out.library = read_file(library, "the compiled codelets");
    return out;
  }

  /// `c++ --version`, asked once a process.
  std::string version() const {
    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    const std::lock_guard lock(mutex);
    auto found = known.find(options_.compiler);
    if (found == known.end()) {
      Words command = compiler_;
      command.push_back("--version");
      const ProcessResult done = run_process(command);
      if (done.status != 0) {
        fail(Category::input, "'" + options_.compiler +
                                  " --version' fails: codelets need a compiler of C++, which "
                                  "WEFT_CXX names");
      }
      found = known.emplace(options_.compiler, done.messages).first;
    }
    return found->second;
  }

 private:
  std::string prelude() const {
    for (const std::string& folder : options_.include_folders) {
      const std::string path = folder + "/poplar/codelet/prelude.hpp";
      if (std::filesystem::exists(path)) return path;
    }
    fail(Category::input,
         "weft's headers for codelets (poplar/Vertex.hpp) are not found: set WEFT_DATA_DIR");
  }

  /// The compiler's messages; fails with them when it fails.
  std::string run(const Words& command) const {
    const ProcessResult done = run_process(command);
    std::string messages = done.messages;
    const std::string folder = scratch_.path() + "/";
    for (std::size_t at = messages.find(folder); at != std::string::npos;
         at = messages.find(folder)) {
      messages.erase(at, folder.size());
    }
    if (done.status == 0) return messages;
    while (!messages.empty() && messages.back() == '\n') messages.pop_back();
    fail(Category::input,
         "codelets do not compile:\n" + messages + clang_would_take(messages, version()));
  }

  /// Line markers name the source, not our copy of it.
  static std::string without_scratch(const std::string& text, const std::string& path,
                                     const std::string& name) {
    if (path == name) return text;
    const std::string from = "\"" + path + "\"";
    std::string out = text;
    for (std::size_t at = out.find(from); at != std::string::npos; at = out.find(from, at)) {
      out.replace(at, from.size(), "\"" + name + "\"");
      at += name.size();
    }
    return out;
  }

  const CodeletOptions& options_;
  Words compiler_;
  CompilerFlags flags_;
  Words fixed_flags_;
  ScratchFolder scratch_;
};

Library bytes_of_text(const std::string& text) {
  const auto* const first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

bool is_library(const std::string& path) {
  return std::filesystem::path(path).extension() == ".gp";
}

Library read_library(const std::string& path) {
  Library out = bytes_of_text(read_file(path, "codelet library '" + path + "'"));
  try {
    program::ipu::load_codelets(out);
  } catch (const Error& error) {
    fail(error.category(), path + ": " + error.what());
  }
  return out;
}

}  // namespace

std::string popc_version() {
  const CodeletOptions options = default_codelet_options();
  return "POPLAR version 3.4.0 (weft " + version() + ")\n" + first_line(Build(options).version());
}

CompiledCodelets build_library(const std::vector<CodeletSource>& sources,
                               const CodeletOptions& options) {
  if (sources.empty()) fail(Category::input, "no codelet sources");
  Build build(options);
  Words preprocessed;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    preprocessed.push_back(build.preprocess(sources[i], std::to_string(i), {}));
  }
  const CodeletCache cache(options.cache_folder);
  const std::string key = build.key(preprocessed);
  if (const auto found = cache.find(key)) return {*found, {}};
  CompiledCodelets out = build.compile(preprocessed);
  cache.store(key, out.library);
  return out;
}

std::string build_wrapper(const std::string& path, const std::string& stem,
                          const std::string& target, const std::string& dependencies,
                          const CodeletOptions& options) {
  CodeletOptions portable = options;  // the program may run on any processor
  portable.portable = true;
  const Build build(portable);
  Words extra;
  if (!dependencies.empty()) append(extra, {"-MD", "-MF", dependencies, "-MT", target});
  const std::string entry = "weft_codelets_of_" + stem;
  std::string out = build.wrap(build.preprocess({path, {}, {}}, "0", extra), entry);
  out += "extern \"C\" void weft_register_codelet_module(const void*);\n";
  out +=
      "extern \"C\" __attribute__((visibility(\"default\"))) void weft_register_" + stem + "();\n";
  out += "void weft_register_" + stem + "() { weft_register_codelet_module(" + entry + "()); }\n";
  return out;
}

Library compile_codelets(const std::vector<std::string>& paths, const CodeletOptions& options) {
  if (paths.size() == 1 && is_library(paths.front())) return read_library(paths.front());
  std::vector<CodeletSource> sources;
  for (const std::string& path : paths) {
    if (is_library(path)) {
      fail(Category::unsupported,
           path + ": a compiled codelet library is added alone, not with sources");
    }
    sources.push_back({path, {}, {}});
  }
  return bytes_of_text(build_library(sources, options).library);
}

Library compile_codelet_text(const std::string& text, const std::string& name,
                             const CodeletOptions& options) {
  return bytes_of_text(build_library({{{}, name, text}}, options).library);
}

}  // namespace weft::frontends::poplar
