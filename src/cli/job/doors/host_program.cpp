// SPDX-License-Identifier: Apache-2.0
// Preprocess, look in the cache, compile, load.
#include "cli/job/doors/host_program.hpp"

#include <cxxabi.h>
#include <dlfcn.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <memory>

#include "base/error.hpp"
#include "base/floating_point.hpp"
#include "base/log.hpp"
#include "frontends/poplar/codelet_cache.hpp"
#include "frontends/poplar/codelet_flags.hpp"
#include "frontends/poplar/codelet_process.hpp"
#include "frontends/poplar/codelets.hpp"

namespace weft::cli {

using namespace frontends::poplar;
using Words = std::vector<std::string>;

namespace {

/// Where a program that calls exit() leaves to, without ending weft. A jump and no exception:
/// exit() is declared not to throw. What is alive on the program's stack stays so, as after a real
/// exit().
std::jmp_buf way_out;
int exit_code_given = 0;

void append(Words& to, const Words& words) { to.insert(to.end(), words.begin(), words.end()); }

/// A preprocessed unit without the lines that say of which file and line what follows is: they
/// decide nothing but messages, and a program in another folder is the same.
std::string without_line_markers(const std::string& text) {
  std::string out;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < text.size(); begin = end + 1) {
    end = std::min(text.find('\n', begin), text.size());
    if (text.compare(begin, 2, "# ") != 0) out.append(text, begin, end - begin + 1);
  }
  return out;
}

class Build {
 public:
  explicit Build(const PoplarSources& sources) : sources_(sources) {
    compiler_ = split_flags(options_.compiler);
    if (compiler_.empty()) fail(Category::input, "no compiler for the program: set WEFT_CXX");
    const auto standard = [](const std::string& flag) { return flag.starts_with("-std="); };
    if (std::none_of(sources.flags.begin(), sources.flags.end(), standard)) {
      flags_.push_back("-std=c++17");
    }
    append(flags_, {"-O2", "-fPIC", "-ffp-contract=off"});
  }

  /// The shared object's bytes.
  std::string library() const {
    Words units;
    std::string content = run(with(compiler_, {"--version"}));
    for (const std::string& word : with(with(flags_, link_flags()), sources_.flags)) {
      content += word + "\n";
    }
    for (const std::string& path : sources_.paths) {
      units.push_back(scratch_.file("unit" + std::to_string(units.size()) + ".ii"));
      const std::string text = without_line_markers(preprocess(path, units.back()));
      content += std::to_string(text.size()) + "\n" + text;
    }
    const CodeletCache cache(options_.cache_folder);
    const std::string key = content_key(content);
    if (const auto found = cache.find(key)) return *found;
    log::note("compiling " + sources_.paths.front());
    const std::string out = scratch_.file("program.so");
    Words command = with(with(compiler_, flags_), link_flags());
    append(command, units);
    append(command, sources_.flags);
    append(command, {"-o", out});
    run(command);
    std::string bytes = read_file(out, "the compiled program");
    cache.store(key, bytes);
    return bytes;
  }

 private:
  static Words with(Words words, const Words& more) {
    append(words, more);
    return words;
  }

  /// Functions of the program are its own; exit() comes to us.
  static const Words& link_flags() {
    static const Words flags{"-shared", "-Wl,-Bsymbolic-functions", "-Wl,--wrap=exit"};
    return flags;
  }

  std::string preprocess(const std::string& path, const std::string& out) const {
    read_file(path, "program '" + path + "'");
    Words command = with(compiler_, flags_);
    append(command, {"-E", "-x", "c++"});
    for (const std::string& folder : options_.include_folders) {
      append(command, {"-isystem", folder});
    }
    append(command, sources_.flags);
    append(command, {path, "-o", out});
    run(command);
    return read_file(out, "the preprocessed program");
  }

  std::string run(const Words& command) const {
    const ProcessResult done = run_process(command);
    if (done.status == 0) return done.messages;
    std::string messages = done.messages;
    while (!messages.empty() && messages.back() == '\n') messages.pop_back();
    fail(Category::input, "the program does not compile:\n" + messages);
  }

  const PoplarSources& sources_;
  CodeletOptions options_ = default_codelet_options();
  Words compiler_;
  Words flags_;
  ScratchFolder scratch_;
};

/// dlopen's words; a missing function by its name in C++.
[[noreturn]] void refuse_load(const std::string& source, const std::string& words) {
  const std::string mark = "undefined symbol: ";
  const std::size_t at = words.find(mark);
  if (at == std::string::npos) fail(Category::input, source + ": " + words);
  std::string name = words.substr(at + mark.size());
  name = name.substr(0, name.find_first_of(" ,("));
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), std::free);
  fail(Category::unsupported, source + ": the program needs " +
                                  (status == 0 ? std::string(plain.get()) : name) +
                                  ", which neither it nor weft has");
}

}  // namespace

HostProgram::HostProgram(const PoplarSources& sources) {
  words_.push_back(sources.paths.front());
  append(words_, sources.arguments);
  const std::string bytes = Build(sources).library();
  const ScratchFolder folder;
  const std::string path = folder.file("program.so");
  write_file(path, bytes);
  // For good: what the program registers with the process may be called until its end.
  const KeptFloatingPoint kept;
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  std::fegetenv(&floating_point_);
  if (library == nullptr) refuse_load(sources.paths.front(), dlerror());
  main_ = reinterpret_cast<int (*)(int, char**)>(dlsym(library, "main"));
  Dl_info found{};
  const bool own = main_ != nullptr && dladdr(reinterpret_cast<void*>(main_), &found) != 0 &&
                   found.dli_fname != nullptr && found.dli_fname == path;
  if (!own) fail(Category::input, sources.paths.front() + ": the program has no main()");
}

int HostProgram::run() const {
  Words words = words_;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const KeptFloatingPoint kept;
  std::fesetenv(&floating_point_);
  if (setjmp(way_out) != 0) return exit_code_given;  // NOLINT(cert-err52-cpp)
  return main_(static_cast<int>(words.size()), arguments.data());
}

}  // namespace weft::cli

// The program's exit(), by the linker's --wrap: it ends the program and not weft.
extern "C" __attribute__((visibility("default"), used)) void __wrap_exit(int code);  // NOLINT
extern "C" void __wrap_exit(int code) {                                              // NOLINT
  weft::cli::exit_code_given = code;
  std::longjmp(weft::cli::way_out, 1);
}
