// SPDX-License-Identifier: Apache-2.0
// Fuzzes the reader of machine descriptions: TOML documents, their constants, the Topology.
#include <stdexcept>

#include "fuzz/target.hpp"
#include "topology/document.hpp"
#include "topology/include.hpp"
#include "topology/topology.hpp"

namespace weft::fuzz {

namespace {

void read(const std::string& input) {
  auto document = topology::Document::parse_text(input, "fuzz.toml");
  const std::string canonical = document.canonical();
  if (topology::Document::parse_text(canonical, "canonical.toml").canonical() != canonical) {
    throw std::logic_error("the canonical text does not read back as itself");
  }
  topology::resolve_includes(document);
  (void)topology::Topology::from_document(document);
}

}  // namespace

Target target() {
  return {.corpus = files_below("topologies", ".toml"),
          .words = {"[",           "]",           "{",        "}",
                    "[[a]]",       "a.b.",        "\"\"\"",   "'",
                    "\\u0000",     "\\U0010ffff", "=",        "1979-05-27T07:32:00Z",
                    "0x",          "inf",         "value = ", "origin = \"assumed\"",
                    "\n",          "#",           ",",        "\xff",
                    "\xef\xbb\xbf"},
          .longest_bytes = 200'000,
          .read = read};
}

}  // namespace weft::fuzz
