// SPDX-License-Identifier: Apache-2.0
// Cards of machines and how they stand side by side.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "cli/side_by_side.hpp"
#include "machine/machine.hpp"
#include "topology/topology.hpp"

namespace {

using weft::machine::Card;
using weft::machine::CardLine;
using weft::machine::Feature;

Card card_of(const std::string& name) {
  const weft::topology::Topology topology = weft::topology::load_topology(name);
  return weft::machine::family(topology.family()).card(topology);
}

const CardLine& line_of(const Card& card, Feature feature) {
  return card[static_cast<std::size_t>(feature)];
}

TEST(Cards, EachMachineButTheToysHasOne) {
  for (const std::string& name : weft::topology::known_topologies()) {
    const weft::topology::Topology topology = weft::topology::load_topology(name);
    const weft::machine::Family& family = weft::machine::family(topology.family());
    if (family.name.rfind("toy", 0) == 0) {
      EXPECT_EQ(family.card, nullptr) << name;
      continue;
    }
    ASSERT_NE(family.card, nullptr) << name;
    for (const CardLine& line : family.card(topology)) {
      EXPECT_FALSE(line.text.empty()) << name;
      EXPECT_EQ(line.origin.has_value(), !line.keys.empty()) << name;
    }
  }
}

// Published: GC200 250 and 62.5 TFLOP/s, 47.5 TB/s, 897 MB; TSP 184.3 TFLOP/s of fp16 at 900 MHz,
// 220 MiB, 56,320 bytes a cycle; SN40L 638 TFLOP/s, 520 MiB, 1.8 TB/s of HBM.
TEST(Cards, SayWhatIsPublished) {
  const Card ipu = card_of("graphcore-gc200");
  EXPECT_EQ(line_of(ipu, Feature::peak).text, "251 TFLOP/s fp16, 62.6 TFLOP/s fp32");
  EXPECT_EQ(line_of(ipu, Feature::memory_bandwidth).text, "47 TB/s");
  EXPECT_EQ(line_of(ipu, Feature::memory).text, "624 KiB a tile, code included, 897 MiB in all");
  const Card tsp = card_of("groq-tsp");
  EXPECT_EQ(line_of(tsp, Feature::peak).text, "737 TOP/s int8, 184 TFLOP/s fp16");
  EXPECT_NE(line_of(tsp, Feature::memory).text.find("220 MiB a chip"), std::string::npos);
  EXPECT_EQ(line_of(tsp, Feature::memory_bandwidth).text, "50.7 TB/s");
  const Card rdu = card_of("sambanova-sn40l");
  EXPECT_EQ(line_of(rdu, Feature::peak).text, "639 TFLOP/s bf16, sums in fp32");
  EXPECT_NE(line_of(rdu, Feature::memory).text.find("520 MiB in all"), std::string::npos);
  EXPECT_EQ(line_of(rdu, Feature::memory).origin, weft::topology::Origin::derived);
  EXPECT_EQ(line_of(rdu, Feature::outer_memory).text,
            "HBM of 64 GiB, 1.79 TB/s; DRAM of 1.5 TiB, 205 GB/s");
}

TEST(Cards, AChangedConstantMakesALineAssumed) {
  using weft::topology::Origin;
  const weft::topology::Topology changed =
      weft::topology::load_topology("groq-tsp", {"mem.words_a_bank=2048"});
  const Card card = weft::machine::family("tsp").card(changed);
  EXPECT_EQ(line_of(card, Feature::memory).origin, Origin::assumed);
  EXPECT_EQ(line_of(card, Feature::memory).keys.front(), "mem.words_a_bank");
  EXPECT_NE(line_of(card, Feature::memory).text.find("110 MiB"), std::string::npos);
  EXPECT_EQ(line_of(card_of("groq-tsp"), Feature::memory).origin, Origin::published);
}

TEST(Cards, ManyChipsAreCounted) {
  const std::string one = line_of(card_of("groq-tsp"), Feature::units).text;
  EXPECT_EQ(line_of(card_of("groq-node8"), Feature::units).text, "8 chips of " + one);
  EXPECT_EQ(line_of(card_of("sambanova-sn40l-node"), Feature::peak).text.substr(0, 4), "5.11");
}

TEST(SideBySide, BreaksSentencesAtBlanks) {
  EXPECT_EQ(weft::cli::side_by_side({{"", "one", "two"}, {"what", "a sentence of words", "b"}}, 34),
            "      one            two\n"
            "----------------------------------\n"
            "what  a sentence of  b\n"
            "      words\n");
}

TEST(SideBySide, CutsAWordThatIsTooLong) {
  EXPECT_EQ(weft::cli::side_by_side({{"", "m"}, {"x", "abcdefghijklmnopqrst"}}, 15),
            "   m\n"
            "---------------\n"
            "x  abcdefghijkl\n"
            "   mnopqrst\n");
}

}  // namespace
