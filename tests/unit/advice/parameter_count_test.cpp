// SPDX-License-Identifier: Apache-2.0
// How many parameters published models have: no count without its own source.
#include "advice/parameter_count.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "support.hpp"

namespace weft::advice {
namespace {

TEST(ParameterCounts, FormulasAreSumsOfProducts) {
  EXPECT_EQ(value_of_formula("7"), 7);
  EXPECT_EQ(value_of_formula(" 2 x (3 + 4 x 5) + 1 "), 47);
  EXPECT_EQ(value_of_formula("0 x 9223372036854775807"), 0);
  EXPECT_EQ(value_of_formula("9223372036854775806 + 1"), INT64_MAX);
  for (const char* wrong : {"", "2 x", "x 2", "2 + + 3", "(2", "2)", "2 - 1", "2 3", "2.5", "()",
                            "9223372036854775807 + 1", "9223372036854775808",
                            "4294967296 x 4294967296", "((((((((((((((((((1))))))))))))))))))"}) {
    EXPECT_EQ(value_of_formula(wrong), std::nullopt) << wrong;
  }
}

struct BrokenCount {
  std::string was, now, key, words;
};

TEST(ParameterCounts, HaveTheirOwnSources) {
  const std::string count = "{ value = 25_557_032, sources = [\"TV\"] }";
  const std::string key = "'models.resnet-50.parameters";
  const std::string llama = "'models.llama-2-7b.parameters.counted'";
  const BrokenCount all[] = {
      {count, "25_557_032", key + "'", "table"},
      {count, "{ value = 25_557_032 }", key + ".sources'", "missing"},
      {count, "{ value = 25_557_032, sources = [] }", key + ".sources'", "at least one source"},
      {count, "{ value = 25_557_032, sources = [\"TW\"] }", key + ".sources'", "names 'TW'"},
      {count, "{ value = 0, sources = [\"TV\"] }", key + ".value'", "1"},
      {count, "{ value = 25_557_032, sources = [\"E\"] }", key + ".sources'",
       "who gives the number"},
      {count, "{ value = 25_557_032, sources = [\"TV\", \"E\"] }", key + ".counted'",
       "how the number follows"},
      {count, "{ value = 25_557_032, counted = \"25557032\", sources = [\"TV\"] }",
       key + ".counted'", "our arithmetic"},
      {"value = 6_738_415_616", "value = 6_740_000_000", llama, "gives 6738415616"},
      {"32 x (4 x 4096 x 4096 + 3 x", "32 y (4 x 4096 x 4096 + 3 x", llama, "sums of products"},
  };
  for (const BrokenCount& one : all) {
    const OwnTables tables;
    tables.change("published.toml", one.was, one.now);
    const std::string said = tables.refusal();
    for (const std::string& word : {std::string("published.toml:"), one.key, one.words}) {
      EXPECT_NE(said.find(word), std::string::npos) << "'" << word << "' is not in: " << said;
    }
  }
}

}  // namespace
}  // namespace weft::advice
