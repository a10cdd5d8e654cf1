// SPDX-License-Identifier: Apache-2.0
// The runtime that engines use.
#include "hosts/poplar/engine/runtime.hpp"

#include "base/error.hpp"
#include "hosts/poplar/engine/host_marks.hpp"

namespace weft::hosts::poplar {
namespace {

Runtime* installed = nullptr;

}  // namespace

Runtime& runtime() {
  if (installed != nullptr) return *installed;
  fail(Category::system,
       "the ranks of this program were not brought up: it must be linked with -lpoplar as a shared "
       "library, or install a runtime");
}

void install(Runtime* given) { installed = given; }

void StandaloneRuntime::add_host_phases(engine::Session& session) { hand_over_marks(session); }

}  // namespace weft::hosts::poplar
