// SPDX-License-Identifier: Apache-2.0
// Log lines of code that was written beside poplibs, to standard error. POPLIBS_LOG_LEVEL says
// which: TRACE, DEBUG, INFO, WARN, ERR or OFF, which is the default. Of fmt's formats only {} is
// known.
#pragma once

#include <cctype>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace poplibs_support {
namespace logging {

enum class Level { Trace = 0, Debug = 1, Info = 2, Warn = 3, Err = 4, Off = 6 };
enum class Module { popfloat, poplin, popnn, popops, poprand, popsparse, poputil, size };

inline const char* nameOf(Level level) {
  static const char* const names[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERR", "", "OFF"};
  return names[static_cast<int>(level)];
}
inline const char* nameOf(Module m) {
  static const char* const names[] = {"POPFLOAT", "POPLIN",    "POPNN",   "POPOPS",
                                      "POPRAND",  "POPSPARSE", "POPUTIL", ""};
  return names[static_cast<int>(m)];
}

/// What POPLIBS_LOG_LEVEL, or the module's own POPLIN_LOG_LEVEL and so on, asks for.
inline Level levelOfEnvironment(Module m) {
  const char* text = std::getenv((std::string(nameOf(m)) + "_LOG_LEVEL").c_str());
  if (text == nullptr) text = std::getenv("POPLIBS_LOG_LEVEL");
  std::string name = text == nullptr ? "" : text;
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const Level level : {Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Err}) {
    if (name == nameOf(level)) return level;
  }
  return Level::Off;
}
inline Level& levelOf(Module m) {
  static std::vector<Level> levels = [] {
    std::vector<Level> out;
    for (int i = 0; i < static_cast<int>(Module::size); ++i) {
      out.push_back(levelOfEnvironment(static_cast<Module>(i)));
    }
    return out;
  }();
  return levels[static_cast<std::size_t>(m)];
}

inline void setLogLevel(Module m, Level l) { levelOf(m) = l; }
inline bool shouldLog(Module m, Level l) { return l != Level::Off && levelOf(m) <= l; }
inline void flush(Module) { std::cerr.flush(); }
inline void log(Module m, Level l, std::string&& message) {
  if (!shouldLog(m, l)) return;
  std::cerr << "PL:" << nameOf(m) << " " << nameOf(l) << ": " << message << '\n';
}

template <class T>
void writeItem(std::ostream& out, const T& item) {
  out << item;
}
template <class T>
void writeItem(std::ostream& out, const std::vector<T>& items) {
  const char* before = "{";
  for (const auto& item : items) {
    out << before;
    writeItem(out, item);
    before = ",";
  }
  out << (items.empty() ? "{}" : "}");
}

inline void writeFormat(std::ostream& out, const char* format) { out << format; }
/// Each {} becomes the next item; the rest stays as it is.
template <class First, class... Rest>
void writeFormat(std::ostream& out, const char* format, First&& first, Rest&&... rest) {
  for (; *format != '\0'; ++format) {
    if (format[0] == '{' && format[1] == '}') {
      writeItem(out, first);
      writeFormat(out, format + 2, std::forward<Rest>(rest)...);
      return;
    }
    out << *format;
  }
}

template <typename... Args>
void log(Module m, Level l, const char* s, Args&&... args) {
  if (!shouldLog(m, l)) return;
  std::ostringstream out;
  writeFormat(out, s, std::forward<Args>(args)...);
  log(m, l, out.str());
}

// logging::popops::info("...", ...) and its siblings.
#define WEFT_LOG_FUNCTION(function, module, level)                             \
  template <typename... Args>                                                  \
  void function(const std::string& s, Args&&... args) {                        \
    log(Module::module, Level::level, s.c_str(), std::forward<Args>(args)...); \
  }                                                                            \
  template <typename... Args>                                                  \
  void function(const char* s, Args&&... args) {                               \
    log(Module::module, Level::level, s, std::forward<Args>(args)...);         \
  }
#define WEFT_LOG_MODULE(module)                                                    \
  namespace module {                                                               \
  WEFT_LOG_FUNCTION(trace, module, Trace)                                          \
  WEFT_LOG_FUNCTION(debug, module, Debug)                                          \
  WEFT_LOG_FUNCTION(info, module, Info)                                            \
  WEFT_LOG_FUNCTION(warn, module, Warn)                                            \
  WEFT_LOG_FUNCTION(err, module, Err)                                              \
  inline void flush() { logging::flush(Module::module); }                          \
  inline void setLogLevel(Level l) { logging::setLogLevel(Module::module, l); }    \
  inline bool shouldLog(Level l) { return logging::shouldLog(Module::module, l); } \
  }

WEFT_LOG_MODULE(popfloat)
WEFT_LOG_MODULE(poplin)
WEFT_LOG_MODULE(popnn)
WEFT_LOG_MODULE(popops)
WEFT_LOG_MODULE(poprand)
WEFT_LOG_MODULE(popsparse)
WEFT_LOG_MODULE(poputil)

#undef WEFT_LOG_FUNCTION
#undef WEFT_LOG_MODULE

}  // namespace logging
}  // namespace poplibs_support
