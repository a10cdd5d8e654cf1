// SPDX-License-Identifier: Apache-2.0
// Names for the things a program makes, so that reports can speak of them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <poplar/ProfileValue.hpp>
#include <poplar/StringRef.hpp>
#include <string>
#include <type_traits>
#include <utility>

namespace poplar {

class DebugInfo;
class DebugContext;
using DebugId = std::uint64_t;

/// Where in the source something was made.
class SourceLocation {
 public:
  SourceLocation() = default;
  SourceLocation(const char* functionName, const char* fileName, unsigned lineNumber)
      : function_(functionName), file_(fileName), line_(lineNumber), valid_(true) {}
  const char* getFunctionName() const { return function_; }
  const char* getFileName() const { return file_; }
  unsigned getLineNumber() const { return line_; }
  bool isValid() const { return valid_; }
  static SourceLocation Current() { return SourceLocation(); }

 private:
  const char* function_ = "";
  const char* file_ = "";
  unsigned line_ = 0;
  bool valid_ = false;
};

/// A name below the name of what it is a part of: "layer1/matMul".
class DebugNameAndId {
 public:
  DebugNameAndId(std::string name = "", DebugId debugId = {}, std::string parentPath = "");
  DebugNameAndId(const char* name);
  DebugNameAndId(StringRef name) : DebugNameAndId(name.cloneAsString()) {}
  explicit DebugNameAndId(DebugId debugId);
  DebugNameAndId(const DebugInfo& debugInfo, std::string name = "");
  DebugNameAndId(const DebugNameAndId& parent, std::string name);
  const std::string& getName() const { return name_; }
  std::string getPathName() const;
  DebugId getParentId() const { return id_; }

 private:
  std::string name_;
  std::string parent_path_;
  DebugId id_ = 0;
};

/// What every function that makes something takes: a name, or nothing.
class DebugContext {
 public:
  DebugContext(SourceLocation location = SourceLocation::Current());
  DebugContext(const char* name, SourceLocation location = SourceLocation::Current());
  DebugContext(StringRef name, SourceLocation location = SourceLocation::Current());
  DebugContext(std::string name, SourceLocation location = SourceLocation::Current());
  DebugContext(const DebugInfo& debugInfo, std::string name = "",
               SourceLocation location = SourceLocation::Current());
  DebugContext(const DebugNameAndId& debugNameAndId, std::string name = "",
               SourceLocation location = SourceLocation::Current());
  /// A name below another context's.
  template <class Context,
            class = typename std::enable_if<std::is_same<Context, DebugContext>::value>::type>
  DebugContext(const Context& debugContext, StringRef name)
      : DebugContext(DebugNameAndId(name.cloneAsString(), {}, debugContext.path_)) {}
  std::string getPathName() const { return path_; }

 private:
  std::string path_;
};

/// A function's own name below its caller's, with what it was called with.
class DebugInfo {
 public:
  DebugInfo(const DebugContext& debugContext, std::string layer);
  DebugId getId() const { return 0; }
  std::string getPathName() const { return path_; }
  void setValue(std::string name, ProfileValue value);

 private:
  std::string path_;
};

}  // namespace poplar
