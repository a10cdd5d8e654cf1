// SPDX-License-Identifier: Apache-2.0
// The search for clang++, flags that keep the bits, and what g++ lacks.
#include "frontends/poplar/codelet_compiler.hpp"

#include <unistd.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "base/error.hpp"

namespace weft::frontends::poplar {
namespace {

bool on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string file = std::string(rest.substr(0, end)) + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

/// Whether what codelets are compiled for, which is what weft was, has the F16C instructions. The
/// processor is asked itself: to a program on an emulated one /proc/cpuinfo shows the host's.
bool processor_converts_halves() {
#ifdef __x86_64__
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  const bool tells = __get_cpuid(1, &a, &b, &c, &d) != 0;
  return tells && (c & bit_F16C) != 0 && __builtin_cpu_supports("avx") != 0;
#else
  return false;
#endif
}

/// The functions of poplar/codelet/elementary.hpp.
constexpr std::array<std::string_view, 23> own_functions = {
    "exp",  "exp2", "expm1", "log",   "log2", "log10", "log1p", "sin",
    "cos",  "tan",  "asin",  "acos",  "atan", "sinh",  "cosh",  "tanh",
    "cbrt", "erf",  "erfc",  "atan2", "pow",  "fmax",  "fmin"};

std::string advice(const std::string& version) {
  return "Poplar's compiler of codelets is clang, and these went to '" + first_line(version) +
         "': install clang++, or name one in WEFT_CXX";
}

}  // namespace

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string installed_clang() {
  constexpr int oldest = 14;
  constexpr int newest = 40;
  const std::string name = "clang++";
  if (on_path(name)) return name;
  for (int number = newest; number >= oldest; --number) {
    const std::string numbered = name + "-" + std::to_string(number);
    if (on_path(numbered)) return numbered;
  }
  return "";
}

bool is_clang(const std::string& version) {
  return first_line(version).find("clang") != std::string::npos;
}

std::vector<std::string> fixed_flags(bool portable, bool clang, bool checks) {
  // No errno and no traps: square roots and comparisons are vectorised, their values are the same.
  // Then what the language leaves to a processor: overflow wraps, char has a sign.
  std::vector<std::string> out = {"-O3",
                                  "-fPIC",
                                  "-ffp-contract=off",
                                  "-fno-math-errno",
                                  "-fno-trapping-math",
                                  "-fwrapv",
                                  "-fsigned-char",
                                  "-fno-access-control",
                                  "-fvisibility=hidden",
                                  "-Wno-align-mismatch",
                                  "-Wno-attributes",
                                  "-Wno-invalid-offsetof",
                                  "-Wno-unknown-pragmas"};
  // Some processors divide by zero without a word. With -fwrapv only divisions may overflow.
  std::string traps = "-fsanitize=integer-divide-by-zero,signed-integer-overflow";
  if (checks) traps += ",shift-exponent,float-cast-overflow";
  out.push_back(traps);
  if (checks) {  // they call poplar/codelet/traps.hpp, which says what it was
    out.push_back("-fno-sanitize-recover=all");
  } else {
    out.push_back(clang ? "-fsanitize-trap=all" : "-fsanitize-undefined-trap-on-error");
  }
  // The nearest integer, of NaN 0; g++ has no such flag.
  if (clang) out.push_back("-fno-strict-float-cast-overflow");
  // Worked out when they are compiled, they would have the compiler's bits and not weft's.
  for (const std::string_view name : own_functions) {
    const std::string flag = "-fno-builtin-" + std::string(name);
    out.push_back(flag);
    out.push_back(flag + "f");
  }
  // Many times faster, the same bits; a processor without them refuses the library.
  static const bool converts = processor_converts_halves();
  if (converts && !portable) out.push_back("-mf16c");
  return out;
}

std::vector<std::string> link_flags(bool clang, bool checks) {
  if (!checks) return {};
  // Without the sanitizer's library: the code has its functions itself.
  if (clang) return {"-fno-sanitize-link-runtime"};
  return {"-nodefaultlibs", "-lstdc++", "-lm", "-lgcc_s", "-lgcc", "-lc"};
}

void refuse_clang_only(const std::string& preprocessed, const std::string& name,
                       const std::string& version) {
  if (is_clang(version)) return;
  // g++ ignores the attribute: a vector would become a number.
  if (preprocessed.find("ext_vector_type") == std::string::npos) return;
  fail(Category::unsupported,
       "codelets in " + name + " use ext_vector_type, which only clang has: " + advice(version));
}

std::string clang_would_take(const std::string& messages, const std::string& version) {
  if (is_clang(version)) return "";
  for (const std::string_view complaint :
       {"designator order", "__builtin_shufflevector", "__builtin_convertvector", "__has_feature",
        "__builtin_elementwise", "address_space"}) {
    if (messages.find(complaint) != std::string::npos) return "\n" + advice(version);
  }
  return "";
}

}  // namespace weft::frontends::poplar
