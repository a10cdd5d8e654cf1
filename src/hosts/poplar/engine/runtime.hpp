// SPDX-License-Identifier: Apache-2.0
// Where an engine's session comes from: the seam between the API and what runs the ranks.
#pragma once

#include "hosts/runtime.hpp"

namespace weft::hosts::poplar {

using hosts::numbered;
using hosts::OpenSession;
using hosts::Runtime;

/// What engines use: the runtime that was installed. Category::system where there is none: the
/// ranks were not brought up (start.hpp).
Runtime& runtime();
/// From now on engines use this one; null takes it away. It stays the caller's.
void install(Runtime* runtime);

/// With the marks that a program sets on its own work.
class StandaloneRuntime : public hosts::StandaloneRuntime {
 public:
  using hosts::StandaloneRuntime::StandaloneRuntime;

 protected:
  void add_host_phases(engine::Session& session) final;
};

}  // namespace weft::hosts::poplar
