// SPDX-License-Identifier: Apache-2.0
// A job's commands, one after the other, on a session.
#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/release.hpp"
#include "cli/job/host_expression.hpp"
#include "cli/job/job_element.hpp"
#include "cli/job/job_run.hpp"
#include "cli/job/stream_words.hpp"

namespace weft::cli {

using engine::CommandKind;
using engine::HostCommand;
using engine::Reply;
using engine::Session;

namespace {

HostCommand command_of(CommandKind kind, const std::string& name, const Rectangle& where,
                       std::uint64_t elements, std::size_t element_bytes) {
  HostCommand command;
  command.kind = kind;
  command.name = name;
  command.where = where;
  command.elements = static_cast<std::uint32_t>(elements);
  command.element_bytes = static_cast<std::uint32_t>(element_bytes);
  return command;
}

Reply perform(Session& session, const HostCommand& command, std::span<const std::byte> data = {}) {
  return session.run(command, data);
}

bool named_by_check(const Job& job, const JobCommand& command) {
  return std::any_of(job.checks.begin(), job.checks.end(), [&command](const JobCheck& check) {
    if (check.kind == JobCheck::Kind::computes) {
      return check.expression.empty() || names(check.expression, command.target);
    }
    return check.kind == JobCheck::Kind::sum_over_tiles && check.other == command.name;
  });
}

}  // namespace

void PreparedJob::drive(Session& session) {
  const auto tell = [this](std::size_t index) {
    const CommandTime& time = outcome_.command_times[index];
    log::step(job_.commands[index].name + ": cycles " + std::to_string(time.begin) + " to " +
              std::to_string(time.end));
  };
  const std::size_t none = job_.commands.size();
  std::size_t launched = none;  // over when the machine is quiet: the next one's begin
  for (std::size_t index = 0; index < job_.commands.size(); ++index) {
    for (const MemoryFlip& flip : job_.memory_flips) {
      if (flip.before_command == index) flip_memory(session, flip);
    }
    run(session, index);
    const JobCommand& command = job_.commands[index];
    outcome_.command_times.push_back(outcome_.times[command.name]);
    if (launched != none) {
      const std::string& name = job_.commands[launched].name;
      const Cycle end = outcome_.command_times[index].begin;
      outcome_.command_times[launched].end = end;
      if (name != command.name) outcome_.times[name].end = end;
      tell(launched);
      launched = none;
    }
    if (command.verb == Verb::launch) {
      launched = index;
    } else {
      tell(index);
    }
  }
}

void PreparedJob::run(Session& session, std::size_t index) {
  switch (job_.commands[index].verb) {
    case Verb::copy_in:
      return copy_in(session, index);
    case Verb::copy_out:
      return copy_out(session, index);
    case Verb::launch:
      return launch(session, index);
    case Verb::stream_in:
      return stream_in(session, index);
    case Verb::stream_out:
      return stream_out(session, index);
    case Verb::stream:
      return stream(session, index);
  }
}

TileData PreparedJob::take_data(std::size_t index) {
  Resolved& resolved = resolved_[index];
  if (resolved.data) return std::exchange(resolved.data, TileData{}).value();
  return tile_data(job_.commands[index], resolved.target, resolved.region, false);
}

void PreparedJob::copy_in(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  const Resolved& resolved = resolved_[index];
  TileData data = take_data(index);
  const Reply reply = perform(session,
                              command_of(CommandKind::copy_in, command.target, resolved.region,
                                         data.elements, trace::size_bytes(data.type)),
                              data.bytes);
  outcome_.times[command.name] = {reply.begin, reply.end, 1};
  if (!named_by_check(job_, command)) return;
  if (resolved.target.is_array) {
    trace::Tensor tensor = array_shape(resolved.target);
    tensor.bytes = data.bytes;
    outcome_.arrays[command.target] = std::move(tensor);
  }
  outcome_.inputs[command.name] = std::move(data);
}

void PreparedJob::copy_out(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  const Resolved& resolved = resolved_[index];
  TileData data;
  data.type = resolved.target.type;
  data.elements = command.layout.elements != 0 ? command.layout.elements : resolved.target.elements;
  Reply reply = perform(session, command_of(CommandKind::copy_out, command.target, resolved.region,
                                            data.elements, trace::size_bytes(data.type)));
  data.bytes = std::move(reply.data);
  outcome_.times[command.name] = {reply.begin, reply.end, 1};
  if (!resolved.target.is_array) {
    return keep(session, command, command.layout, resolved.region, std::move(data));
  }
  trace::Tensor tensor = array_shape(resolved.target);
  tensor.bytes = std::move(data.bytes);
  if (!command.appends) return keep(session, command.result, std::move(tensor));
  const std::uint64_t copies = copies_of(command.result);
  trace::Tensor& all = growing_[command.result];
  all.type = tensor.type;
  all.shape = tensor.shape;
  all.shape.insert(all.shape.begin(), copies);
  all.bytes.insert(all.bytes.end(), tensor.bytes.begin(), tensor.bytes.end());
  if (all.bytes.size() < copies * tensor.bytes.size()) return;
  keep(session, command.result, std::move(all));
}

void PreparedJob::launch(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  HostCommand host;
  host.kind = CommandKind::launch;
  host.name = command.target;
  host.where = session.plan().region;
  host.arguments = resolved_[index].arguments;
  const Reply reply = perform(session, host);
  outcome_.times[command.name] = {reply.begin, reply.end, 1};
}

void PreparedJob::stream_in(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  const Resolved& resolved = resolved_[index];
  TileData data = take_data(index);
  const std::vector<std::byte> words = to_words(data, resolved.region.tiles(), 0, data.items);
  release(data.bytes);
  const Reply reply = perform(session,
                              command_of(CommandKind::stream_in, command.target, resolved.region,
                                         data.items * data.elements, sizeof(std::uint32_t)),
                              words);
  outcome_.times[command.name] = {reply.begin, reply.end, data.items};
}

void PreparedJob::stream_out(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  const Resolved& resolved = resolved_[index];
  TileData data;
  data.type = resolved.target.type;
  data.elements = command.layout.elements;
  data.items = command.items;
  Reply reply =
      perform(session, command_of(CommandKind::stream_out, command.target, resolved.region,
                                  data.items * data.elements, sizeof(std::uint32_t)));
  from_words(reply.data, resolved.region.tiles(), data);
  release(reply.data);
  outcome_.times[command.name] = {reply.begin, reply.end, data.items};
  keep(session, command, command.layout, resolved.region, std::move(data));
}

void PreparedJob::stream(Session& session, std::size_t index) {
  const JobCommand& command = job_.commands[index];
  const Resolved& resolved = resolved_[index];
  const TileData data = take_data(index);
  const std::uint64_t group = command.at_a_time == 0 ? data.items : command.at_a_time;
  TileData all;
  all.type = resolved.answer.type;
  all.elements = command.answer_layout.elements;
  all.items = 0;
  CommandTime time{never, 0, data.items};
  for (std::uint64_t first = 0; first < data.items; first += group) {
    const std::uint64_t count = std::min(group, data.items - first);
    const std::vector<std::byte> words = to_words(data, resolved.region.tiles(), first, count);
    const HostCommand in = command_of(CommandKind::stream_in, command.target, resolved.region,
                                      count * data.elements, sizeof(std::uint32_t));
    const HostCommand out =
        command_of(CommandKind::stream_out, command.answer, resolved.answer_region,
                   count * all.elements, sizeof(std::uint32_t));
    const engine::CommandId sent = session.submit(in, words);
    const engine::CommandId answered = session.submit(out);
    time.begin = std::min(time.begin, session.wait(sent).begin);
    const Reply reply = session.wait(answered);
    time.end = reply.end;
    TileData part;
    part.type = all.type;
    part.elements = all.elements;
    part.items = count;
    from_words(reply.data, resolved.answer_region.tiles(), part);
    all.bytes.insert(all.bytes.end(), part.bytes.begin(), part.bytes.end());
    all.items += count;
  }
  outcome_.times[command.name] = time;
  if (!command.result.empty()) {
    keep(session, command, command.answer_layout, resolved.answer_region, std::move(all));
  }
}

void PreparedJob::flip_memory(Session& session, const MemoryFlip& flip) {
  const Target target = flip_target(flip);
  const std::size_t size = trace::size_bytes(target.type);
  const std::string what = "flipped bit " + std::to_string(flip.bit) + " of " + flip.symbol + "[" +
                           std::to_string(flip.element) + "]";
  if (target.is_array) {  // behind its check bits, where the machine has them
    HostCommand command =
        command_of(CommandKind::flip_bit, flip.symbol, {0, 0, 1, 1}, target.elements, size);
    command.arguments = {flip.element, flip.bit};
    perform(session, command);
    log::note(what);
    return;
  }
  const Rectangle tile{flip.tile->first, flip.tile->second, 1, 1};
  HostCommand command = command_of(CommandKind::copy_out, flip.symbol, tile, target.elements, size);
  command.timeless = true;
  Reply reply = perform(session, command);
  std::byte& byte = reply.data[flip.element * size + flip.bit / 8];
  byte ^= std::byte{1} << (flip.bit % 8);
  command.kind = CommandKind::copy_in;
  perform(session, command, reply.data);
  log::note(what + " on tile (" + std::to_string(tile.x0) + ", " + std::to_string(tile.y0) + ")");
}

void PreparedJob::keep(Session& session, const JobCommand& command, const DataLayout& layout,
                       const Rectangle& region, TileData data) {
  keep(session, command.result, host_array(command, layout, region, std::move(data)));
}

void PreparedJob::keep(Session& session, const std::string& name, trace::Tensor result) {
  if (!program_->has_values()) return;
  outcome_.results[name] = std::make_shared<const trace::Tensor>(std::move(result));
  session.add_result({name, outcome_.results[name]});
}

}  // namespace weft::cli
