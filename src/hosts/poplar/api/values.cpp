// SPDX-License-Identifier: Apache-2.0
// Small values of the API: types, names, versions, enumerations as text.
#include <ostream>
#include <poplar/CodeletFileType.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/SyncType.hpp>
#include <poplar/TargetType.hpp>
#include <poplar/Tensor.hpp>
#include <poplar/TensorCloneMethod.hpp>
#include <poplar/Type.hpp>
#include <poplar/Version.hpp>
#include <poplar/VertexIntrospector.hpp>
#include <poplar/exceptions.hpp>
#include <string>

namespace poplar {

Type BOOL{Type::Code::bool_};
Type CHAR{Type::Code::char_};
Type UNSIGNED_CHAR{Type::Code::unsigned_char};
Type SIGNED_CHAR{Type::Code::signed_char};
Type UNSIGNED_SHORT{Type::Code::unsigned_short};
Type SHORT{Type::Code::short_};
Type UNSIGNED_INT{Type::Code::unsigned_int};
Type INT{Type::Code::int_};
Type UNSIGNED_LONG{Type::Code::unsigned_long};
Type LONG{Type::Code::long_};
Type UNSIGNED_LONGLONG{Type::Code::unsigned_longlong};
Type LONGLONG{Type::Code::longlong};
Type HALF{Type::Code::half};
Type QUARTER{Type::Code::quarter};
Type FLOAT{Type::Code::float_};

std::string Type::toString() const {
  static constexpr const char* names[] = {
      "none",      "bool",         "char",    "unsigned char", "signed char", "unsigned short",
      "short",     "unsigned int", "int",     "unsigned long", "long",        "unsigned long long",
      "long long", "half",         "quarter", "float"};
  return names[static_cast<std::size_t>(code_)];
}

std::ostream& operator<<(std::ostream& out, const Type& type) { return out << type.toString(); }

std::string toString(TargetType type) {
  switch (type) {
    case TargetType::IPU:
      return "IPU";
    case TargetType::IPU_MODEL:
      return "IPU_MODEL";
    case TargetType::CPU:
      break;
  }
  return "CPU";
}

std::ostream& operator<<(std::ostream& out, SyncType type) {
  switch (type) {
    case SyncType::EXTERNAL:
      return out << "external";
    case SyncType::INTERNAL:
      return out << "internal";
    case SyncType::GLOBAL:
      break;
  }
  return out << "global";
}

std::ostream& operator<<(std::ostream& out, const UpsampleMethod&) { return out << "repeat"; }

std::ostream& operator<<(std::ostream& out, TensorCloneMethod method) {
  static constexpr const char* names[] = {"preserve_order_and_aliases", "create_new_order",
                                          "preserve_order_unless_aliases",
                                          "gather_and_preserve_tile_order_and_aliases"};
  return out << names[static_cast<std::size_t>(method)];
}

namespace layout {

std::string to_string(Vector layout) {
  static constexpr const char* names[] = {"NotAVector",  "Span",        "ShortSpan",   "OnePtr",
                                          "ScaledPtr32", "ScaledPtr64", "ScaledPtr128"};
  return names[static_cast<std::size_t>(layout)];
}

std::string to_string(VectorList layout) {
  static constexpr const char* names[] = {"NotAVector",   "OnePtr", "ScaledPtr32",   "ScaledPtr64",
                                          "ScaledPtr128", "DeltaN", "DeltaNElements"};
  return names[static_cast<std::size_t>(layout)];
}

}  // namespace layout

CodeletFileType getCodeletFileType(const char* path) {
  const std::string name = path;
  const std::size_t dot = name.rfind('.');
  const std::string extension = dot == std::string::npos ? "" : name.substr(dot);
  if (extension == ".cpp" || extension == ".cc" || extension == ".cxx") {
    return CodeletFileType::CppSource;
  }
  if (extension == ".c") return CodeletFileType::CSource;
  if (extension == ".S") return CodeletFileType::AsmSource;
  if (extension == ".s") return CodeletFileType::PreprocessedAsmSource;
  if (extension == ".gp" || extension == ".o") return CodeletFileType::Object;
  if (extension == ".ll" || extension == ".bc") return CodeletFileType::IrSource;
  throw parse_error("the extension of codelet file '" + name + "' says no kind of codelet");
}

std::string getExtensionFromFileType(CodeletFileType type) {
  static constexpr const char* names[] = {".s", ".S", ".c", ".cpp", ".ll", ".gp", ""};
  return names[static_cast<std::size_t>(type)];
}

std::string getLanguageOption(CodeletFileType type) {
  static constexpr const char* names[] = {"assembler", "assembler-with-cpp", "c", "c++", "ir", "",
                                          ""};
  return names[static_cast<std::size_t>(type)];
}

std::string versionString() { return "3.4.0 (weft)"; }
std::string packageHash() { return "weft"; }

// --- names ---

namespace {

std::string joined(const std::string& parent, const std::string& name) {
  if (parent.empty() || name.empty()) return parent + name;
  return parent + "/" + name;
}

}  // namespace

DebugNameAndId::DebugNameAndId(std::string name, DebugId debugId, std::string parentPath)
    : name_(std::move(name)), parent_path_(std::move(parentPath)), id_(debugId) {}
DebugNameAndId::DebugNameAndId(const char* name) : name_(name) {}
DebugNameAndId::DebugNameAndId(DebugId debugId) : id_(debugId) {}
DebugNameAndId::DebugNameAndId(const DebugInfo& debugInfo, std::string name)
    : name_(std::move(name)), parent_path_(debugInfo.getPathName()) {}
DebugNameAndId::DebugNameAndId(const DebugNameAndId& parent, std::string name)
    : name_(std::move(name)), parent_path_(parent.getPathName()), id_(parent.id_) {}
std::string DebugNameAndId::getPathName() const { return joined(parent_path_, name_); }

DebugContext::DebugContext(SourceLocation) {}
DebugContext::DebugContext(const char* name, SourceLocation) : path_(name) {}
DebugContext::DebugContext(StringRef name, SourceLocation) : path_(name.cloneAsString()) {}
DebugContext::DebugContext(std::string name, SourceLocation) : path_(std::move(name)) {}
DebugContext::DebugContext(const DebugInfo& debugInfo, std::string name, SourceLocation)
    : path_(joined(debugInfo.getPathName(), name)) {}
DebugContext::DebugContext(const DebugNameAndId& debugNameAndId, std::string name, SourceLocation)
    : path_(joined(debugNameAndId.getPathName(), name)) {}

DebugInfo::DebugInfo(const DebugContext& debugContext, std::string)
    : path_(debugContext.getPathName()) {}
void DebugInfo::setValue(std::string, ProfileValue) {}

}  // namespace poplar
