// SPDX-License-Identifier: Apache-2.0
// Building a Topology from a document, and its typed lookups.
#include "topology/topology.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "topology/constants_reader.hpp"
#include "topology/suggest.hpp"

namespace weft::topology {
namespace {

Rectangle region(const Topology& topology, const std::string& which) {
  constexpr std::int64_t most = 65535;
  const auto side = [&](const char* name) {
    return static_cast<std::uint32_t>(topology.integer("region." + which + name, 1, most));
  };
  return {0, 0, side("_width_tiles"), side("_height_tiles")};
}

}  // namespace

Topology Topology::from_document(const Document& document) {
  Topology out;
  Table root = document.root();
  root.integer("format", {format_version, format_version});
  out.name_ = root.text("name");
  out.family_ = root.text("family");
  out.description_ = root.text("description");
  out.file_ = document.source();
  for (const std::string& key : root.keys()) {
    if (root.value(key).kind == Kind::table) continue;
    if (key == "format" || key == "name" || key == "family" || key == "description") continue;
    root.fail(key, "is not known: a topology has format, name, family, description and tables" +
                       did_you_mean(key, {"format", "name", "family", "description"}));
  }
  out.constants_ = read_constants(document.tree());
  const auto facts = std::stable_partition(
      out.constants_.begin(), out.constants_.end(),
      [](const Constant& constant) { return !constant.key.starts_with(facts_prefix); });
  out.facts_.assign(std::make_move_iterator(facts), std::make_move_iterator(out.constants_.end()));
  out.constants_.erase(facts, out.constants_.end());
  out.log_ = ReadLog(out.constants_.size());
  out.text_ = document.canonical();
  out.integer("clock.frequency_hz", 1, std::int64_t{1} << 50U);
  const Rectangle most = out.max_region();
  const Rectangle usual = out.default_region();
  if (usual.width > most.width || usual.height > most.height) {
    fail(Category::input, out.file_ + ": the default region is larger than the largest one");
  }
  out.log_ = ReadLog(out.constants_.size());  // these checks are no use of a constant
  return out;
}

Topology Topology::from_text(std::string_view text, const std::string& file) {
  return from_document(Document::parse_text(text, file));
}

double Topology::seconds(std::uint64_t cycles) const {
  return static_cast<double>(cycles) / static_cast<double>(clock_hz());
}

Rectangle Topology::max_region() const { return region(*this, "max"); }
Rectangle Topology::default_region() const { return region(*this, "default"); }

const Constant* Topology::find(std::string_view key) const {
  const auto at =
      std::lower_bound(constants_.begin(), constants_.end(), key,
                       [](const Constant& c, std::string_view k) { return c.key.compare(k) < 0; });
  return at != constants_.end() && at->key == key ? &*at : nullptr;
}

bool Topology::has(std::string_view key) const { return find(key) != nullptr; }

const Constant& Topology::constant(std::string_view key) const {
  if (const Constant* found = find(key)) {
    log_.mark(static_cast<std::size_t>(found - constants_.data()));
    return *found;
  }
  std::vector<std::string> known;
  for (const Constant& c : constants_) known.push_back(c.key);
  fail(Category::input,
       file_ + ": constant '" + std::string(key) + "' is missing" + did_you_mean(key, known));
}

const Constant& Topology::typed(std::string_view key, Kind kind) const {
  const Constant& found = constant(key);
  if (found.value.kind == kind) return found;
  fail(Category::input, file_ + ": constant '" + found.key + "' must be " + with_article(kind) +
                            ", is " + with_article(found.value.kind));
}

std::int64_t Topology::integer(std::string_view key) const {
  return typed(key, Kind::integer).value.integer;
}

std::int64_t Topology::integer(std::string_view key, std::int64_t least, std::int64_t most) const {
  const std::int64_t value = integer(key);
  if (value >= least && value <= most) return value;
  fail(Category::input, file_ + ": constant '" + std::string(key) + "' must be from " +
                            std::to_string(least) + " to " + std::to_string(most) + ", is " +
                            std::to_string(value));
}

Rational Topology::rational(std::string_view key) const {
  const Constant& found = constant(key);
  if (found.value.kind == Kind::integer) return {found.value.integer, 1};
  Rational out;
  if (found.value.kind == Kind::text && parse_rational(found.value.text, out)) return out;
  fail(Category::input, file_ + ": constant '" + found.key +
                            "' must be an integer or a ratio such as \"3/2\", is " +
                            found.value_text());
}

bool Topology::boolean(std::string_view key) const {
  return typed(key, Kind::boolean).value.boolean;
}

std::string Topology::text(std::string_view key) const { return typed(key, Kind::text).value.text; }

std::vector<std::int64_t> Topology::integers(std::string_view key) const {
  std::vector<std::int64_t> out;
  for (const Value& item : typed(key, Kind::array).value.items) out.push_back(item.integer);
  return out;
}

std::vector<const Constant*> Topology::assumed() const {
  std::vector<const Constant*> out;
  for (const Origin origin : {Origin::assumed, Origin::fitted}) {
    for (const Constant& c : constants_) {
      if (c.origin == origin) out.push_back(&c);
    }
  }
  return out;
}

std::vector<const Constant*> Topology::rests_on() const {
  std::vector<const Constant*> out;
  for (const Origin origin :
       {Origin::assumed, Origin::fitted, Origin::derived, Origin::measured, Origin::published}) {
    for (std::size_t index = 0; index < constants_.size(); ++index) {
      if (constants_[index].origin == origin && log_.has(index)) out.push_back(&constants_[index]);
    }
  }
  return out;
}

}  // namespace weft::topology
