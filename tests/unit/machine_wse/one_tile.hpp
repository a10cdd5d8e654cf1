// SPDX-License-Identifier: Apache-2.0
// Programs of one or two tiles for the executor's tests.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "support/wse_machine.hpp"

namespace weft::machine::wse {

using namespace weft::program::wse;
using test::WseRun;

/// A tile with one task that runs `body` and u32 results "out"[16].
class OneTile {
 public:
  using Body = std::function<void(CodeBuilder&, OneTile&)>;
  explicit OneTile(const Body& body, Generation generation = Generation::wse2)
      : code_("one tile"), generation_(generation) {
    out_ = code_.allocate("out", Type::u32, 16, 4, "out");
    code_.initialise_zero(out_, 64);
    const FunctionId main = code_.declare("main");
    code_.start_active(code_.task(TaskKind::local, 9, main));
    code_.begin(main);
    body(code_, *this);
    if (code_.inside_function()) code_.end();
  }

  /// Stores a register into out[k].
  void result(unsigned k, Register value) {
    code_.store(Type::u32, value, no_register, out_ + 4 * static_cast<std::int32_t>(k));
  }
  std::uint16_t out() const { return out_; }

  Program program() {
    ProgramBuilder p(generation_, 1, 1);
    p.place(0, 0, p.add_code(code_.finish()));
    return p.finish();
  }
  /// Runs to the end; the results, or the refusal in `error`.
  std::vector<std::uint32_t> run(const std::vector<std::string>& constants = {}) {
    WseRun machine(program(), 1, constants);
    machine.run(1'000'000);
    error = machine.error();
    end = machine.last_activity();
    return machine.read<std::uint32_t>("out", 0, 0, 16);
  }

  std::string error;
  Cycle end = 0;

 private:
  CodeBuilder code_;
  Generation generation_;
  std::uint16_t out_ = 0;
};

inline std::string refusal(const OneTile::Body& body, Generation generation = Generation::wse2,
                           const std::vector<std::string>& constants = {}) {
  OneTile tile(body, generation);
  tile.run(constants);
  return tile.error;
}

}  // namespace weft::machine::wse
