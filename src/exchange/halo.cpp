// SPDX-License-Identifier: Apache-2.0
// check, pack, move, unpack, check: one window's messages in five calls.
#include "exchange/halo.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace weft::exchange {

namespace {

/// What precedes the records in a message.
struct Header {
  Cycle promise;
  std::uint64_t window;
  std::uint64_t count;
};

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
  check_outgoing();
  pack();
  move();
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
    ++messages_sent_;
  }
}

void Halo::pack() {
  for (std::size_t n = 0; n < size(); ++n) {
    const Message& message = outgoing_[n];
    const Header header{message.promise, message.window, message.records.size()};
    const std::size_t record_bytes = message.records.size() * sizeof(CutRecord);
    send_[n].resize(sizeof(Header) + record_bytes);
    std::memcpy(send_[n].data(), &header, sizeof(Header));
    if (record_bytes > 0) {
      std::memcpy(send_[n].data() + sizeof(Header), message.records.data(), record_bytes);
    }
  }
}

void Halo::move() { communicator_.exchange(neighbours_, send_, receive_); }

void Halo::unpack() {
  for (std::size_t n = 0; n < size(); ++n) {
    Header header{};
    const bool whole = receive_[n].size() >= sizeof(Header);
    if (whole) std::memcpy(&header, receive_[n].data(), sizeof(Header));
    const std::size_t record_bytes = whole ? receive_[n].size() - sizeof(Header) : 0;
    if (!whole || header.count * sizeof(CutRecord) != record_bytes) {
      fail(Category::internal, "exchange: a message of a wrong length");
    }
    incoming_[n].promise = header.promise;
    incoming_[n].window = header.window;
    incoming_[n].records.resize(header.count);
    if (record_bytes > 0) {
      std::memcpy(incoming_[n].records.data(), receive_[n].data() + sizeof(Header), record_bytes);
    }
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
