// SPDX-License-Identifier: Apache-2.0
// Codelets by name: those compiled in, and those of libraries loaded at run time.
#include "program/ipu_codelet.hpp"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/floating_point.hpp"

namespace weft::program::ipu {
namespace {

struct Registry {
  std::mutex mutex;
  std::vector<const CodeletModule*> modules;
  std::map<std::string, RegisteredCodelet, std::less<>> by_name;
  std::map<std::string, const CodeletModule*, std::less<>> by_content;
};
Registry& registry() {
  static auto* const out = new Registry;  // outlives every static object that may use it
  return *out;
}

/// An open file without a name in any folder, or with one that is removed at once. The descriptor
/// stays open: its number is in the path, by which dlopen tells libraries apart.
class LibraryFile {
 public:
  explicit LibraryFile(std::string_view bytes) {
    descriptor_ = memfd_create("weft-codelets", MFD_CLOEXEC);
    path_ = "/proc/self/fd/" + std::to_string(descriptor_);
    if (descriptor_ < 0 || access(path_.c_str(), R_OK) != 0) open_named();
    write_all(bytes);
  }
  ~LibraryFile() {
    if (!named_) return;
    close(descriptor_);
    unlink(path_.c_str());
  }
  LibraryFile(const LibraryFile&) = delete;
  LibraryFile& operator=(const LibraryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  void open_named() {
    if (descriptor_ >= 0) close(descriptor_);
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder != nullptr ? folder : "/tmp") + "/weft-codelets-XXXXXX";
    descriptor_ = mkstemp(path_.data());
    if (descriptor_ < 0) fail(Category::system, "cannot write a codelet library to " + path_);
    named_ = true;
  }
  void write_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written <= 0) fail(Category::system, "cannot write a codelet library to " + path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  int descriptor_ = -1;
  std::string path_;
  bool named_ = false;
};

const CodeletModule& open_library(std::string_view bytes) {
  if (!bytes.starts_with("\x7f"
                         "ELF")) {
    fail(Category::input, "this is no codelet library: weft's popc writes shared objects");
  }
  const LibraryFile file(bytes);
  const KeptFloatingPoint kept;  // a library made with -Ofast sets flush to zero
  void* const library = dlopen(file.path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = dlerror();
    fail(Category::input, std::string("a codelet library cannot be loaded: ") + reason);
  }
  using Entry = const CodeletModule* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(library, "weft_codelet_module"));
  if (entry == nullptr) {
    fail(Category::input, "this is no codelet library: it exports no weft_codelet_module");
  }
  const CodeletModule* const module = entry();
  if (module == nullptr) {
    fail(Category::input,
         "the codelet library wants a processor with F16C instructions, which this one lacks: make "
         "it "
         "with WEFT_CODELET_PORTABLE=1");
  }
  if (module->abi != codelet_abi) {
    fail(Category::input, "the codelet library was made by another version of weft: make it anew");
  }
  return *module;
}

}  // namespace

std::uint32_t bytes_of(ElementType type) {
  switch (type) {
    case ElementType::boolean:
    case ElementType::signed_char:
    case ElementType::unsigned_char:
      return 1;
    case ElementType::signed_short:
    case ElementType::unsigned_short:
    case ElementType::half:
      return 2;
    case ElementType::signed_int:
    case ElementType::unsigned_int:
    case ElementType::single:
      return 4;
    case ElementType::signed_long_long:
    case ElementType::unsigned_long_long:
      return 8;
  }
  fail(Category::internal, "bytes_of: no element type");
}

std::string_view name_of(ElementType type) {
  switch (type) {
    case ElementType::boolean:
      return "bool";
    case ElementType::signed_char:
      return "signed char";
    case ElementType::unsigned_char:
      return "unsigned char";
    case ElementType::signed_short:
      return "short";
    case ElementType::unsigned_short:
      return "unsigned short";
    case ElementType::signed_int:
      return "int";
    case ElementType::unsigned_int:
      return "unsigned int";
    case ElementType::signed_long_long:
      return "long long";
    case ElementType::unsigned_long_long:
      return "unsigned long long";
    case ElementType::half:
      return "half";
    case ElementType::single:
      return "float";
  }
  fail(Category::internal, "name_of: no element type");
}

void register_codelets(const CodeletModule& module) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  for (const CodeletModule* one : known.modules) {
    if (one == &module) return;
  }
  known.modules.push_back(&module);
  for (std::uint32_t i = 0; i < module.count; ++i) {
    const CodeletInfo& codelet = module.codelets[i];
    if (!known.by_name.try_emplace(codelet.name, RegisteredCodelet{&codelet, &module}).second) {
      fail(Category::input, std::string("the codelet '") + codelet.name + "' is registered twice");
    }
  }
}

const CodeletModule& load_codelets(std::span<const std::byte> library) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  const std::string_view bytes(reinterpret_cast<const char*>(library.data()), library.size());
  const auto found = known.by_content.find(bytes);
  if (found != known.by_content.end()) return *found->second;
  const CodeletModule& module = open_library(bytes);
  known.by_content.emplace(bytes, &module);
  return module;
}

RegisteredCodelet find_registered_codelet(std::string_view name) {
  Registry& known = registry();
  const std::lock_guard lock(known.mutex);
  const auto found = known.by_name.find(name);
  return found == known.by_name.end() ? RegisteredCodelet{} : found->second;
}

const CodeletInfo* find_codelet(const CodeletModule& module, std::string_view name) {
  for (std::uint32_t i = 0; i < module.count; ++i) {
    if (name == module.codelets[i].name) return &module.codelets[i];
  }
  return nullptr;
}

}  // namespace weft::program::ipu

// A wrapper that was compiled in (weft_codelets) does not see this room's headers.
extern "C" void weft_register_codelet_module(const void* module);
extern "C" void weft_register_codelet_module(const void* module) {
  weft::program::ipu::register_codelets(
      *static_cast<const weft::program::ipu::CodeletModule*>(module));
}
