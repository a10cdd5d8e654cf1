// SPDX-License-Identifier: Apache-2.0
// Is a unit graph one that can run without looking again at its indices?
#include "program/rdu_validate.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/wait_loop.hpp"
#include "program/rdu.hpp"
#include "program/rdu_shape.hpp"
#include "program/rdu_stop.hpp"

namespace weft::program::rdu {
namespace {

constexpr std::uint64_t words_most = std::uint64_t{1} << 31U;
constexpr std::uint32_t chips_most = 4096;

class GraphValidator {
 public:
  explicit GraphValidator(const Program& program) : p_(program) {}

  void run() {
    if (p_.units.empty()) refuse(0, "it has no units");
    for (const Section& section : p_.sections) name(section_names_, "section", section);
    for (const Unit& unit : p_.units) check(unit);
    for (const Channel& channel : p_.channels) check(channel);
    for (const Memory& memory : p_.memories) check(memory);
    for (const Transfer& transfer : p_.transfers) check(transfer);
    for (const Context& context : p_.contexts) name(context_names_, "context", context);
    for (std::uint32_t c = 0; c < p_.contexts.size(); ++c) validate_context(p_, c);
    for (const Array& array : p_.arrays) check(array);
    for (const Flow& flow : p_.flows) check(flow);
    ends();
    filled();
    begins();
  }

 private:
  [[noreturn]] void refuse(std::uint32_t line, const std::string& what) const {
    fail(Category::input, place_of(p_, line, what));
  }
  template <typename Thing>
  void name(std::set<std::string>& names, const char* kind, const Thing& thing) const {
    if (thing.name.empty()) refuse(thing.line, std::string("a ") + kind + " has no name");
    if (!is_name(thing.name)) {
      refuse(thing.line, std::string(kind) + " '" + thing.name +
                             "': a name is of letters, digits, _ and ., a letter first");
    }
    if (!names.insert(thing.name).second) {
      refuse(thing.line, std::string(kind) + " '" + thing.name + "' is there twice");
    }
  }

  void check(const Unit& unit) {
    name(unit_names_, "unit", unit);
    const std::string who = "unit '" + unit.name + "'";
    if (unit.kind >= Unit::Kind::count_) refuse(unit.line, who + " is of no kind");
    const bool is_mesh = p_.mesh_unit < p_.units.size() && &p_.units[p_.mesh_unit] == &unit;
    if ((unit.kind == Unit::Kind::network) != is_mesh) {
      refuse(unit.line, who + " is the network, which no graph says");
    }
    if (unit.chip >= chips_most) refuse(unit.line, who + " is on a chip beyond 4095");
    if (unit.section != none && unit.section >= p_.sections.size()) {
      refuse(unit.line, who + " belongs to a section that is none");
    }
    if (unit.section != none && is_dram(unit.kind)) {
      refuse(unit.line, who + " is a DRAM, and stays from section to section");
    }
  }

  void check(const Channel& channel) {
    name(channel_names_, "channel", channel);
    const std::string who = "channel '" + channel.name + "'";
    if (channel.kind >= Channel::Kind::count_) refuse(channel.line, who + " is of no kind");
    if (channel.latency_cycles < 1 || channel.latency_cycles > delay_most) {
      refuse(channel.line, who + ": its latency is 1 cycle at least, 2^20 at most");
    }
    if (channel.capacity < 1 || channel.capacity > capacity_most) {
      refuse(channel.line, who + ": its capacity is 1 at least, 2^20 at most");
    }
    if (channel.initial > channel.capacity) {
      refuse(channel.line, who + ": more tokens lie there at the start than it holds");
    }
  }

  void check(const Memory& memory) {
    name(memory_names_, "memory", memory);
    const std::string who = "memory '" + memory.name + "'";
    if (memory.unit >= p_.units.size()) refuse(memory.line, who + " is in no unit");
    const Unit::Kind kind = p_.units[memory.unit].kind;
    if (kind != Unit::Kind::memory && kind != Unit::Kind::host) {
      refuse(memory.line, who + " is in unit '" + p_.units[memory.unit].name +
                              "', which is neither a memory unit nor the host's");
    }
    const bool sized =
        memory.words >= 1 && memory.buffers >= 1 && memory.banks >= 1 && memory.bank_words >= 1;
    if (!sized) refuse(memory.line, who + ": words, buffers and banks are 1 at least");
    if (std::uint64_t{memory.words} * memory.buffers > words_most || memory.banks > (1U << 16U)) {
      refuse(memory.line, who + " is too large");
    }
    if (memory.initial.size() > memory.words) {
      refuse(memory.line, who + " has more words from the start than it holds");
    }
  }

  void channel_of(const Transfer& transfer, std::uint32_t channel, const char* slot,
                  const Channel::Kind* kind) const {
    const std::string who = "transfer '" + transfer.name + "'";
    if (kind == nullptr) {
      if (channel != none) refuse(transfer.line, who + " takes no channel for " + slot);
      return;
    }
    if (channel >= p_.channels.size()) refuse(transfer.line, who + " lacks a channel for " + slot);
    if (p_.channels[channel].kind != *kind) {
      refuse(transfer.line, who + ": channel '" + p_.channels[channel].name + "' for " + slot +
                                " is to be of kind " + std::string(name_of(*kind)));
    }
  }

  void check(const Transfer& transfer) {
    name(transfer_names_, "transfer", transfer);
    const std::string who = "transfer '" + transfer.name + "'";
    if (transfer.kind >= Transfer::Kind::count_) refuse(transfer.line, who + " is of no kind");
    if (transfer.unit >= p_.units.size() || !is_dram(p_.units[transfer.unit].kind)) {
      refuse(transfer.line, who + " is in no DRAM unit");
    }
    const bool dense =
        transfer.kind == Transfer::Kind::load || transfer.kind == Transfer::Kind::store;
    const bool lanes = transfer.lanes >= 1 && transfer.lanes <= lanes_most;
    if (!lanes || (!dense && transfer.lanes != lanes_most)) {
      refuse(transfer.line, who + ": vectors of loads and stores have 1 to 16 lanes, others 16");
    }
    if (transfer.table.rows > 0) check_table(transfer, who);
    const bool writes =
        transfer.kind == Transfer::Kind::store || transfer.kind == Transfer::Kind::scatter;
    const Channel::Kind vector = Channel::Kind::vector;
    const Channel::Kind word = Channel::Kind::word;
    const Channel::Kind bit = Channel::Kind::bit;
    channel_of(transfer, transfer.address, "addresses", dense ? &word : &vector);
    channel_of(transfer, transfer.size, "sizes", dense ? &word : nullptr);
    channel_of(transfer, transfer.data, "data", &vector);
    channel_of(transfer, transfer.done, "what is done",
               transfer.kind == Transfer::Kind::add ? &vector
               : writes                             ? &bit
                                                    : nullptr);
    const bool adds =
        numerics::is_word_type(transfer.type) && takes(WordOperation::add, transfer.type);
    if (transfer.kind == Transfer::Kind::add && !adds) {
      refuse(transfer.line, who + " adds numbers of " + name_of(transfer.type));
    }
  }

  void check_table(const Transfer& transfer, const std::string& who) const {
    const Transfer::Table& table = transfer.table;
    if (transfer.kind != Transfer::Kind::load) {
      refuse(transfer.line, who + " has a table, which loads have");
    }
    if (table.rows > (1U << 31) || table.row_bytes == 0) {
      refuse(transfer.line, who + ": a table has 1 to 2^31 rows of some bytes");
    }
  }

  void check(const Flow& flow) const {
    const std::size_t channels = p_.channels.size();
    if (flow.in >= channels || flow.out >= channels || p_.mesh_unit >= p_.units.size()) {
      refuse(0, "a flow of the mesh has no channel or no mesh");
    }
    if (p_.channels[flow.in].kind != p_.channels[flow.out].kind) {
      refuse(p_.channels[flow.in].line,
             "channel '" + p_.channels[flow.in].name + "' leaves the mesh as another kind");
    }
  }

  void check(const Array& array) {
    name(array_names_, "array", array);
    const std::string who = "array '" + array.name + "'";
    if (array.role > Array::Role::output || !numerics::is_word_type(array.type)) {
      refuse(array.line, who + " has a role or type that is none");
    }
    const bool numbers = array.type == numerics::word_f32 && !array.shape.empty();
    if (array.as_pairs && (!numbers || array.memory != none)) {
      refuse(array.line, who + ": pairs of bf16 are made of rows of f32, in a DRAM");
    }
    std::uint64_t elements = 1;
    for (const std::uint64_t extent : array.shape) {
      if (extent < 1 || extent > words_most / elements) {
        refuse(array.line, who + ": its extents are 1 at least, its words 2^31 at most");
      }
      elements *= extent;
    }
    if (array.memory != none) {
      if (array.memory >= p_.memories.size()) refuse(array.line, who + " is of no memory");
      if (elements > p_.memories[array.memory].words) {
        refuse(array.line, who + " is larger than memory '" + p_.memories[array.memory].name + "'");
      }
      return;
    }
    if (array.unit >= p_.units.size() || !is_dram(p_.units[array.unit].kind)) {
      refuse(array.line, who + " is in no DRAM unit and no memory");
    }
    const std::uint64_t end = array.address_bytes + array.words() * word_bytes;
    if (array.address_bytes % word_bytes != 0 || end > (std::uint64_t{1} << 32U)) {
      refuse(array.line, who + " is not at an address from 0 to 2^32 that 4 divides");
    }
  }

  void end(std::vector<std::pair<std::uint32_t, std::uint32_t>>& uses, std::uint32_t channel,
           std::uint32_t line, const char* what) const {
    auto& [count, first] = uses[channel];
    if (++count > 1) {
      refuse(line, "channel '" + p_.channels[channel].name + "' has two " + what);
    }
    first = line;
  }

  void ends() const {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> from(p_.channels.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> to(p_.channels.size());
    for (const Context& context : p_.contexts) {
      for (const Input& input : context.inputs) end(to, input.channel, context.line, "consumers");
      for (const Output& o : context.outputs) end(from, o.channel, context.line, "producers");
    }
    for (const Transfer& t : p_.transfers) {
      const bool gives = t.kind == Transfer::Kind::load || t.kind == Transfer::Kind::gather;
      end(to, t.address, t.line, "consumers");
      if (t.size != none) end(to, t.size, t.line, "consumers");
      end(gives ? from : to, t.data, t.line, gives ? "producers" : "consumers");
      if (t.done != none) end(from, t.done, t.line, "producers");
    }
    for (const Flow& flow : p_.flows) {
      end(to, flow.in, 0, "consumers");
      end(from, flow.out, 0, "producers");
    }
    for (std::uint32_t c = 0; c < p_.channels.size(); ++c) {
      const std::string who = "channel '" + p_.channels[c].name + "'";
      if (from[c].first == 0) refuse(p_.channels[c].line, who + " has no producer");
      if (to[c].first == 0) refuse(p_.channels[c].line, who + " has no consumer");
    }
  }

  /// A memory that is read holds something: from the start, from the host or from a store.
  void filled() const {
    std::set<std::uint32_t> written;
    for (const Array& array : p_.arrays) written.insert(array.memory);
    for (const Context& context : p_.contexts) {
      for (const Store& store : context.stores) written.insert(store.memory);
    }
    for (const Context& context : p_.contexts) {
      for (const Node& node : context.nodes) {
        if (node.kind != Node::Kind::load || written.count(node.at) > 0) continue;
        const Memory& memory = p_.memories[node.at];
        if (!memory.initial.empty()) continue;
        refuse(node.line != 0 ? node.line : context.line, "context '" + context.name +
                                                              "' reads memory '" + memory.name +
                                                              "', which nothing ever writes");
      }
    }
  }

  /// Channels without which somebody can't begin.
  std::vector<std::uint32_t> wanted_by(std::uint32_t actor) const {
    std::vector<std::uint32_t> channels;
    if (actor < p_.contexts.size()) {
      for (const Input& input : p_.contexts[actor].inputs) {
        if (input.when == none) channels.push_back(input.channel);
      }
      return channels;
    }
    const std::size_t behind = actor - p_.contexts.size();
    if (behind >= p_.transfers.size()) return {p_.flows[behind - p_.transfers.size()].in};
    const Transfer& t = p_.transfers[behind];
    channels.push_back(t.address);
    if (t.size != none) channels.push_back(t.size);
    if (t.done != none) channels.push_back(t.data);
    return channels;
  }

  /// Everybody can fire once: no loop lacks its first token.
  void begins() const {
    const std::vector<Ends> ends = ends_of(p_);
    std::vector<bool> begun(p_.contexts.size() + p_.transfers.size() + p_.flows.size(), false);
    const auto lacks = [&](std::uint32_t actor) {
      for (const std::uint32_t c : wanted_by(actor)) {
        if (p_.channels[c].initial == 0 && !begun[actor_of(p_, ends[c].producer)]) return c;
      }
      return none;
    };
    for (bool more = true; more;) {
      more = false;
      for (std::uint32_t a = 0; a < begun.size(); ++a) {
        if (begun[a] || lacks(a) != none) continue;
        begun[a] = more = true;
      }
    }
    std::vector<WaitEdge> edges;
    for (std::uint32_t a = 0; a < begun.size(); ++a) {
      if (!begun[a]) edges.push_back({a, actor_of(p_, ends[lacks(a)].producer)});
    }
    const std::vector<std::size_t> loop = first_loop(edges);
    if (loop.empty()) return;
    std::string text;
    for (const std::size_t place : loop) {
      const std::uint32_t c = lacks(static_cast<std::uint32_t>(edges[place].who));
      text += (text.empty() ? "" : ", ") + name_of(p_, ends[c].consumer) + " waits for channel '" +
              p_.channels[c].name + "' from " + name_of(p_, ends[c].producer);
    }
    const auto first = static_cast<std::uint32_t>(edges[loop.front()].who);
    refuse(line_of(first), "a loop that lacks its first token: " + text);
  }

  std::uint32_t line_of(std::uint32_t actor) const {
    if (actor < p_.contexts.size()) return p_.contexts[actor].line;
    const std::size_t behind = actor - p_.contexts.size();
    if (behind < p_.transfers.size()) return p_.transfers[behind].line;
    return p_.channels[p_.flows[behind - p_.transfers.size()].in].line;
  }

  const Program& p_;
  std::set<std::string> unit_names_, channel_names_, memory_names_, context_names_, transfer_names_,
      array_names_, section_names_;
};

}  // namespace

bool is_name(const std::string& text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.'; });
}

void validate(const Program& program) { GraphValidator(program).run(); }

}  // namespace weft::program::rdu
