// SPDX-License-Identifier: Apache-2.0
// Collecting what validation rows rest on, on all ranks.
#include "cli/validation/ground.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "cli/validation/cases.hpp"
#include "comm/communicator.hpp"
#include "topology/about.hpp"

namespace weft::cli::validation {
namespace {

/// `reference` is all of `name`, or its beginning up to a space or comma.
bool names(const std::string& reference, const std::string& name) {
  if (!name.starts_with(reference)) return false;
  if (name.size() == reference.size()) return true;
  return name[reference.size()] == ' ' || name[reference.size()] == ',';
}

comm::Bytes packed(const std::vector<Ground>& grounds) {
  ByteWriter out;
  out.value(std::uint64_t{grounds.size()});
  for (const Ground& g : grounds) {
    for (const std::string* text : {&g.key, &g.value, &g.machine}) out.text(*text);
    out.value(g.origin);
    out.value(std::uint64_t{g.from_cases.size()});
    for (const std::string& reference : g.from_cases) out.text(reference);
  }
  return out.take();
}

std::vector<Ground> unpacked(const comm::Bytes& bytes) {
  ByteReader in(bytes, "what a row rests on");
  std::vector<Ground> grounds(in.value<std::uint64_t>());
  for (Ground& g : grounds) {
    for (std::string* text : {&g.key, &g.value, &g.machine}) *text = in.text();
    g.origin = in.value<topology::Origin>();
    g.from_cases.resize(in.value<std::uint64_t>());
    for (std::string& reference : g.from_cases) reference = in.text();
  }
  return grounds;
}

}  // namespace

bool Ground::comes_from(const std::string& case_name, const std::string& row_machine,
                        const std::string& name) const {
  return std::any_of(from_cases.begin(), from_cases.end(), [&](const std::string& reference) {
    const std::string prefix = row_machine + " ";
    const bool placed = reference.starts_with(prefix);
    if (!placed && machine != row_machine) return false;
    const std::string rest = placed ? reference.substr(prefix.size()) : reference;
    return rest == case_name || names(rest, name);
  });
}

std::vector<Ground> grounds_of(const topology::Topology& topology) {
  std::vector<Ground> grounds;
  const auto from_cases = topology::from_cases(topology);
  for (const topology::Constant* c : topology.rests_on()) {
    const auto cases = from_cases.find(c->key);
    grounds.push_back({c->key, c->value_text(), topology.name(), c->origin,
                       cases == from_cases.end() ? std::vector<std::string>() : cases->second});
  }
  return grounds;
}

void rest_on(Context& context, const std::vector<Ground>& at_root) {
  comm::Bytes bytes;
  if (context.world.is_root()) bytes = packed(at_root);
  context.world.broadcast(bytes);
  for (Ground& ground : unpacked(bytes)) {
    const bool known =
        std::any_of(context.grounds.begin(), context.grounds.end(), [&](const Ground& other) {
          return other.key == ground.key && other.machine == ground.machine;
        });
    if (!known) context.grounds.push_back(std::move(ground));
  }
}

std::vector<Ground> take_grounds(Context& context) {
  std::vector<Ground> grounds = std::exchange(context.grounds, {});
  const auto rank = [](topology::Origin origin) {  // what stands without evidence goes first
    switch (origin) {
      case topology::Origin::assumed:
        return 0;
      case topology::Origin::fitted:
        return 1;
      case topology::Origin::derived:
        return 2;
      case topology::Origin::measured:
        return 3;
      case topology::Origin::published:
        return 4;
    }
    return 5;
  };
  std::stable_sort(grounds.begin(), grounds.end(), [&](const Ground& a, const Ground& b) {
    return rank(a.origin) < rank(b.origin);
  });
  return grounds;
}

}  // namespace weft::cli::validation
