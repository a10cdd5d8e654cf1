// SPDX-License-Identifier: Apache-2.0
// check, pack and send; receive, unpack and check: one window's messages.
#include "exchange/halo.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace weft::exchange {

namespace {

/// What precedes the records, and the payload after them, in a message.
struct Header {
  Cycle promise;
  std::uint64_t window;
  std::uint64_t count;
  std::uint64_t payload_bytes;
};

void put(comm::Bytes& to, std::size_t offset, const void* from, std::size_t bytes) {
  if (bytes > 0) std::memcpy(to.data() + offset, from, bytes);
}

bool in_order(const CutRecord& a, const CutRecord& b) {
  return a.cycle != b.cycle ? a.cycle < b.cycle : index(a.link) <= index(b.link);
}

/// What is wrong with a message's records, or nothing.
std::string check_order(const Message& message, Cycle promised) {
  const auto& records = message.records;
  if (records.empty()) return {};
  if (records.front().cycle < promised) {
    return "a record left in cycle " + std::to_string(records.front().cycle) +
           " after the promise that none would before cycle " + std::to_string(promised);
  }
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (in_order(records[i - 1], records[i])) continue;
    return "records out of order at cycle " + std::to_string(records[i].cycle) + ", link " +
           std::to_string(index(records[i].link));
  }
  return {};
}

}  // namespace

Halo::Halo(const comm::Communicator& communicator, std::vector<int> neighbours)
    : communicator_(communicator),
      neighbours_(std::move(neighbours)),
      outgoing_(neighbours_.size()),
      incoming_(neighbours_.size()),
      promised_out_(neighbours_.size(), 0),
      promised_in_(neighbours_.size(), 0),
      send_(neighbours_.size()),
      receive_(neighbours_.size()) {}

void Halo::exchange() {
  begin_exchange();
  finish_exchange();
}

void Halo::begin_exchange() {
  check_outgoing();
  pack();
  communicator_.begin_exchange(neighbours_, send_);
}

void Halo::finish_exchange() {
  communicator_.finish_exchange(neighbours_, receive_);
  unpack();
  check_incoming();
  if (!problem_.empty()) fail(Category::internal, "exchange: " + problem_);
}

void Halo::note(const std::string& problem) {
  if (problem_.empty()) problem_ = problem;
}

void Halo::restart() {
  std::fill(promised_out_.begin(), promised_out_.end(), 0);
  std::fill(promised_in_.begin(), promised_in_.end(), 0);
}

void Halo::check_outgoing() {
  for (std::size_t n = 0; n < size(); ++n) {
    const std::string wrong = check_order(outgoing_[n], promised_out_[n]);
    if (!wrong.empty()) note("to rank " + std::to_string(neighbours_[n]) + ": " + wrong);
    promised_out_[n] = std::max(promised_out_[n], outgoing_[n].promise);
    records_sent_ += outgoing_[n].records.size();
    payload_bytes_sent_ += outgoing_[n].payload.size();
    ++messages_sent_;
  }
}

void Halo::pack() {
  for (std::size_t n = 0; n < size(); ++n) {
    const Message& message = outgoing_[n];
    const Header header{message.promise, message.window, message.records.size(),
                        message.payload.size()};
    const std::size_t record_bytes = message.records.size() * sizeof(CutRecord);
    send_[n].resize(sizeof(Header) + record_bytes + message.payload.size());
    put(send_[n], 0, &header, sizeof(Header));
    put(send_[n], sizeof(Header), message.records.data(), record_bytes);
    put(send_[n], sizeof(Header) + record_bytes, message.payload.data(), message.payload.size());
  }
}

void Halo::unpack() {
  for (std::size_t n = 0; n < size(); ++n) {
    const comm::Bytes& bytes = receive_[n];
    Header header{};
    const bool whole = bytes.size() >= sizeof(Header);
    if (whole) std::memcpy(&header, bytes.data(), sizeof(Header));
    const std::size_t record_bytes = header.count * sizeof(CutRecord);
    if (!whole || sizeof(Header) + record_bytes + header.payload_bytes != bytes.size()) {
      fail(Category::internal, "exchange: a message of a wrong length");
    }
    Message& message = incoming_[n];
    message.promise = header.promise;
    message.window = header.window;
    message.records.resize(header.count);
    const std::byte* records = bytes.data() + sizeof(Header);
    if (record_bytes > 0) std::memcpy(message.records.data(), records, record_bytes);
    message.payload.assign(records + record_bytes, records + record_bytes + header.payload_bytes);
  }
}

void Halo::check_incoming() {
  for (std::size_t n = 0; n < size(); ++n) {
    std::string wrong = check_order(incoming_[n], promised_in_[n]);
    if (incoming_[n].window != outgoing_[n].window) {
      wrong = "window " + std::to_string(incoming_[n].window) + " came in window " +
              std::to_string(outgoing_[n].window);
    }
    if (!wrong.empty()) note("from rank " + std::to_string(neighbours_[n]) + ": " + wrong);
    promised_in_[n] = std::max(promised_in_[n], incoming_[n].promise);
  }
}

}  // namespace weft::exchange
