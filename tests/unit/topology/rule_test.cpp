// SPDX-License-Identifier: Apache-2.0
// Constants held against their family's rules, and facts.
#include "topology/rule.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "topology/topology.hpp"

namespace weft::topology {
namespace {

const std::string head =
    "format = 1\nname = \"n\"\nfamily = \"toy\"\ndescription = \"d\"\n"
    "clock = { frequency_hz = { value = 1, unit = \"Hz\", origin = \"assumed\", source = \"s\" } "
    "}\n"
    "[region]\nunit = \"tile\"\norigin = \"assumed\"\nsource = \"made up\"\n"
    "max_width_tiles = 9\nmax_height_tiles = 8\ndefault_width_tiles = 4\n"
    "default_height_tiles = 3\n[g]\nunit = \"1\"\norigin = \"assumed\"\nsource = \"s\"\n";

std::vector<Rule> with_common(const Rule& rule) {
  std::vector<Rule> rules = common_rules();
  rules.push_back(rule);
  return rules;
}

/// The error that a value of g.a gives under a rule for it, "" when it is good.
std::string refusal(const Rule& rule, const std::string& value,
                    Category category = Category::input) {
  try {
    check_constants(Topology::from_text(head + "a = " + value + "\n", "f.toml"), with_common(rule));
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), category);
    return error.what();
  }
  return "";
}

TEST(Rule, BoundsWholeNumbers) {
  const Rule rule = integer("g.a", 2, 8, 2);
  EXPECT_EQ(refusal(rule, "2"), "");
  EXPECT_EQ(refusal(rule, "8"), "");
  EXPECT_EQ(refusal(rule, "9"),
            "f.toml:18:5: constant 'g.a' must be from 2 to 8 and a multiple of 2, is 9");
  EXPECT_EQ(refusal(rule, "3"),
            "f.toml:18:5: constant 'g.a' must be from 2 to 8 and a multiple of 2, is 3");
  EXPECT_EQ(refusal(integer("g.a", 0, 255), "258"),
            "f.toml:18:5: constant 'g.a' must be from 0 to 255, is 258");
  EXPECT_EQ(refusal(integer("g.a", 0, 1), "-1"),
            "f.toml:18:5: constant 'g.a' must be from 0 to 1, is -1");
  EXPECT_EQ(refusal(rule, "true"), "f.toml:18:5: constant 'g.a' must be an integer, is true");
}

TEST(Rule, BoundsRatiosExactly) {
  const Rule rule = ratio("g.a", {1, 4}, {1, 1});
  EXPECT_EQ(refusal(rule, "\"1/4\""), "");
  EXPECT_EQ(refusal(rule, "1"), "");
  EXPECT_EQ(refusal(rule, "0"), "f.toml:18:5: constant 'g.a' must be from 1/4 to 1, is 0");
  EXPECT_EQ(refusal(rule, "\"0.24\""),
            "f.toml:18:5: constant 'g.a' must be from 1/4 to 1, is 0.24");
  EXPECT_EQ(refusal(rule, "\"4294967295/4294967296\""),
            "f.toml:18:5: constant 'g.a' must be a ratio of numbers below 2^32, is "
            "4294967295/4294967296");
  EXPECT_NE(refusal(rule, "\"a\"").find("must be an integer or a ratio"), std::string::npos);
}

TEST(Rule, KnowsWordsAndLists) {
  EXPECT_EQ(refusal(word("g.a", {"oldest", "lowest"}), "\"lowst\""),
            "f.toml:18:5: constant 'g.a' must be one of 'oldest', 'lowest' (did you mean "
            "'lowest'?), is lowst");
  const Rule rule = integers("g.a", 1, 2, 1, 15);
  EXPECT_EQ(refusal(rule, "[1, 15]"), "");
  EXPECT_EQ(refusal(rule, "[1, 16]"),
            "f.toml:18:5: constant 'g.a' must have elements from 1 to 15, is [1, 16]");
  EXPECT_EQ(refusal(rule, "[1, 2, 3]"),
            "f.toml:18:5: constant 'g.a' must have 1 to 2 elements, is [1, 2, 3]");
  EXPECT_EQ(refusal(boolean("g.a"), "1"),
            "f.toml:18:5: constant 'g.a' must be true or false, is 1");
}

TEST(Rule, SaysWhatTheModelHasInOneValue) {
  const Rule rule = only("g.a", "1", "a wavelet moves by one router a cycle");
  EXPECT_EQ(refusal(rule, "1"), "");
  EXPECT_EQ(refusal(rule, "5", Category::unsupported),
            "f.toml:18:5: Unsupported: constant 'g.a' must be 1, is 5: a wavelet moves by one "
            "router a cycle");
}

TEST(Rule, RefusesConstantsThatNothingReadsAndWantsTheOthers) {
  EXPECT_EQ(refusal(integer("g.ab", 0, 9), "1"),
            "f.toml:18:5: constant 'g.a' is read by nothing in family 'toy' (did you mean "
            "'g.ab'?)");
  const Topology plain = Topology::from_text(head, "f.toml");
  try {
    check_constants(plain, with_common(integer("g.a", 0, 9)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "f.toml: constant 'g.a' is missing");
  }
  check_constants(plain, with_common(integer("g.*", 0, 9)));
  EXPECT_EQ(refusal(integer("g.*", 0, 9), "10"),
            "f.toml:18:5: constant 'g.a' must be from 0 to 9, is 10");
  EXPECT_TRUE(plain.rests_on().empty());
}

TEST(Topology, FactsAreNoConstants) {
  const std::string facts =
      "[facts]\nunit = \"1\"\norigin = \"published\"\nsource = \"s\"\nwidth = 4\n";
  const Topology t = Topology::from_text(head + facts, "f.toml");
  check_constants(t, common_rules());
  ASSERT_EQ(t.facts().size(), 1U);
  EXPECT_EQ(t.facts()[0].key, "facts.width");
  EXPECT_FALSE(t.has("facts.width"));
  Document document = Document::parse_text(head + facts, "f.toml");
  try {
    override_constants(document, {"facts.width=5"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(
        error.what(),
        "--set facts.width=5: a fact of f.toml, which no model reads: it can't be changed");
  }
}

TEST(Topology, OverridesNameWhereTheyWereWritten) {
  Document document = Document::parse_text(head + "a = 1\n", "f.toml");
  override_constants(document, {{"g.a=9", "job.toml:7:14: g.a=9"}});
  try {
    check_constants(Topology::from_document(document), with_common(integer("g.a", 0, 8)));
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "job.toml:7:14: g.a=9: constant 'g.a' must be from 0 to 8, is 9");
  }
}

}  // namespace
}  // namespace weft::topology
