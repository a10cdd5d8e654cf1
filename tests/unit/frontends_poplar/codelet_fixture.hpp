// SPDX-License-Identifier: Apache-2.0
// Compiles codelets in a test and calls their vertices as a machine does.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <list>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "frontends/poplar/codelet_process.hpp"
#include "frontends/poplar/codelets.hpp"
#include "program/ipu_codelet.hpp"

namespace weft::frontends::poplar {

/// One cache for all tests of this process; nothing of the user's.
inline const std::string& test_cache() {
  static const ScratchFolder folder;
  return folder.path();
}

inline CodeletOptions test_options(const std::string& flags = "", bool checks = false) {
  CodeletOptions out = default_codelet_options();
  out.cache_folder = test_cache();
  out.include_folders = {std::string(WEFT_SOURCE_DIR) + "/src/hosts/poplar/include"};
  out.user_flags = flags;
  out.bounds_checks = checks;
  return out;
}

/// By value: g++ 13 and later take what a reference to a temporary gives for a part of it.
inline const program::ipu::CodeletModule& compiled(std::string text,
                                                   CodeletOptions options = test_options()) {
  return program::ipu::load_codelets(compile_codelet_text(text, "codelets.cpp", options));
}

/// What the compilation of a text fails with.
inline std::string compile_error(const std::string& text,
                                 const CodeletOptions& options = test_options()) {
  try {
    compile_codelet_text(text, "codelets.cpp", options);
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), Category::input);
    return error.what();
  }
  return "";
}

/// A vertex object whose fields point at the test's arrays.
class TestVertex {
 public:
  TestVertex(const program::ipu::CodeletModule& module, const std::string& name)
      : module_(module), info_(program::ipu::find_codelet(module, name)) {
    if (info_ == nullptr) fail(Category::internal, "no codelet " + name);
    object_.resize(info_->bytes / sizeof(std::uint64_t) + 1, ~std::uint64_t{0});
    info_->construct(object_.data());
  }

  const program::ipu::CodeletInfo& info() const { return *info_; }
  const program::ipu::FieldInfo& field(const std::string& name) const {
    for (std::uint32_t i = 0; i < info_->field_count; ++i) {
      if (name == info_->fields[i].name) return info_->fields[i];
    }
    fail(Category::internal, "no field " + name);
  }

  template <typename T>
  void vector(const std::string& name, std::vector<T>& data) {
    const program::ipu::VectorReference value{data.data(), static_cast<std::uint32_t>(data.size()),
                                              0};
    write(name, &value, sizeof value);
  }
  template <typename T>
  void list(const std::string& name, std::vector<std::vector<T>>& rows) {
    auto& mine = rows_.emplace_back();
    for (std::vector<T>& row : rows) {
      mine.push_back({row.data(), static_cast<std::uint32_t>(row.size()), 0});
    }
    const program::ipu::VectorReference value{mine.data(), static_cast<std::uint32_t>(mine.size()),
                                              0};
    write(name, &value, sizeof value);
  }
  template <typename T>
  void scalar(const std::string& name, T& data) {
    void* const value = &data;
    write(name, &value, sizeof value);
  }
  template <typename T>
  void state(const std::string& name, T value) {
    EXPECT_EQ(field(name).bytes, sizeof value);
    write(name, &value, sizeof value);
  }
  template <typename T>
  T state_of(const std::string& name) const {
    T out;
    std::memcpy(&out, reinterpret_cast<const char*>(object_.data()) + field(name).offset,
                sizeof out);
    return out;
  }

  bool compute(std::uint32_t worker = 0) {
    module_.set_context(&context);
    const bool out = info_->compute(object_.data(), worker);
    module_.set_context(nullptr);
    return out;
  }

  program::ipu::CodeletContext context;

 private:
  void write(const std::string& name, const void* value, std::size_t bytes) {
    std::memcpy(reinterpret_cast<char*>(object_.data()) + field(name).offset, value, bytes);
  }

  const program::ipu::CodeletModule& module_;
  const program::ipu::CodeletInfo* info_;
  std::vector<std::uint64_t> object_;
  std::list<std::vector<program::ipu::VectorReference>> rows_;
};

}  // namespace weft::frontends::poplar
