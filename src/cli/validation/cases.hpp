// SPDX-License-Identifier: Apache-2.0
// The cases that `weft validate` knows. A case runs programs on an emulated machine and gives rows.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/validation/ground.hpp"
#include "cli/validation/row.hpp"

namespace weft::comm {
class Communicator;
}

namespace weft::cli::validation {

/// What a case may use. Every rank of `world` calls it; rows are the same on every rank.
struct Context {
  const comm::Communicator& world;
  bool quick = false;             ///< a subset that takes seconds, for tests
  std::vector<Ground> grounds{};  ///< what was looked up since the last take_grounds()
};

struct Case {
  std::string name;     ///< "A1", "A3", "closed-forms": what the user types
  std::string family;   ///< of the machine it is about, "wse"
  std::string summary;  ///< one line for --list
  std::function<std::vector<Row>(Context&)> run;
  /// Beginnings of its rows' names that the user may type too, for those rows alone.
  std::vector<std::string> also{};
};

/// The case's rows, with its name in each.
std::vector<Row> run_case(const Case& which, Context& context);

/// All cases, in the order in which they are shown.
const std::vector<Case>& cases();

// One function a case; cases.cpp lists them.
std::vector<Row> a1(Context& context);
std::vector<Row> a2(Context& context);
std::vector<Row> a3(Context& context);
std::vector<Row> a4(Context& context);
std::vector<Row> a5(Context& context);
std::vector<Row> s1(Context& context);
std::vector<Row> stream(Context& context);
std::vector<Row> own_ramp(Context& context);
std::vector<Row> closed_forms(Context& context);
std::vector<Row> i1(Context& context);
std::vector<Row> i2(Context& context);
std::vector<Row> i3(Context& context);
std::vector<Row> i4(Context& context);
std::vector<Row> i5(Context& context);
std::vector<Row> t1(Context& context);
std::vector<Row> t2(Context& context);
std::vector<Row> t3(Context& context);
std::vector<Row> t4(Context& context);
std::vector<Row> t5(Context& context);
std::vector<Row> t6(Context& context);
std::vector<Row> t7(Context& context);
std::vector<Row> t13(Context& context);
std::vector<Row> t14(Context& context);
std::vector<Row> t16(Context& context);
std::vector<Row> t17(Context& context);
std::vector<Row> t18(Context& context);
std::vector<Row> t20(Context& context);
std::vector<Row> t21(Context& context);
std::vector<Row> t22(Context& context);
std::vector<Row> t30(Context& context);
std::vector<Row> t31(Context& context);
std::vector<Row> r1(Context& context);
std::vector<Row> r2(Context& context);
std::vector<Row> r3(Context& context);
std::vector<Row> r4(Context& context);
std::vector<Row> r5(Context& context);

}  // namespace weft::cli::validation
