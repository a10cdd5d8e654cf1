// SPDX-License-Identifier: Apache-2.0
// One message a neighbour per window: what left for it, and a promise about what will.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/cut_record.hpp"
#include "base/ids.hpp"
#include "comm/communicator.hpp"

namespace weft::exchange {

/// What one side tells the other after a window.
struct Message {
  /// Nothing leaves after this message that departed before `promise`.
  Cycle promise = 0;
  /// The sender's count of windows; both sides run the same number of them.
  std::uint64_t window = 0;
  std::vector<CutRecord> records;  ///< by (cycle, link, sequence)
  std::vector<std::byte> payload;  ///< the machine's bulk data
};

/// The messages of one rank with its neighbours. Nothing is allocated once buffers have grown to
/// the traffic: this runs once an emulated cycle where a cut is busy.
class Halo {
 public:
  /// `neighbours` ascends and is symmetric over the ranks; `communicator` outlives the halo.
  Halo(const comm::Communicator& communicator, std::vector<int> neighbours);

  std::size_t size() const { return neighbours_.size(); }
  /// Message to neighbour n, to be filled before exchange().
  Message& outgoing(std::size_t n) { return outgoing_[n]; }
  /// Message from neighbour n, valid after exchange().
  const Message& incoming(std::size_t n) const { return incoming_[n]; }

  /// Sends outgoing, receives incoming. Collective among neighbours. Category::internal when a
  /// message breaks the rules (records out of order or before an earlier promise, windows apart);
  /// thrown after the messages have moved, so that no neighbour is left waiting.
  void exchange();
  /// exchange() in two halves, with work of the caller's in between: outgoing messages stay as they
  /// are until the second half is done.
  void begin_exchange();
  void finish_exchange();

  /// Forgets promises: host time has moved, or a state was loaded. Quiet links only.
  void restart();

  std::uint64_t records_sent() const { return records_sent_; }
  std::uint64_t messages_sent() const { return messages_sent_; }
  std::uint64_t payload_bytes_sent() const { return payload_bytes_sent_; }

 private:
  void check_outgoing();
  void pack();
  void unpack();
  void check_incoming();
  void note(const std::string& problem);

  const comm::Communicator& communicator_;
  std::vector<int> neighbours_;
  std::vector<Message> outgoing_;
  std::vector<Message> incoming_;
  std::vector<Cycle> promised_out_;  ///< highest promise given to each neighbour
  std::vector<Cycle> promised_in_;   ///< highest promise received from each neighbour
  std::vector<comm::Bytes> send_;
  std::vector<comm::Bytes> receive_;
  std::string problem_;  ///< the first that a check of this window found
  std::uint64_t records_sent_ = 0;
  std::uint64_t messages_sent_ = 0;
  std::uint64_t payload_bytes_sent_ = 0;
};

}  // namespace weft::exchange
