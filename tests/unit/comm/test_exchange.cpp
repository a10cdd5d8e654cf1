// SPDX-License-Identifier: Apache-2.0
// Neighbour exchange: every size class, with several exchanges in a row so that mixing would show.
#include <gtest/gtest.h>

#include <cstdint>

#include "base/error.hpp"
#include "support/world.hpp"

namespace weft {
namespace {

using comm::Bytes;
using comm::Communicator;

/// What `from` sends to `to` in round `round`: unlike any other message in its bytes and its size.
Bytes message(int from, int to, int round, std::size_t base_size) {
  Bytes bytes(base_size + static_cast<std::size_t>(from * 7 + to * 3 + round));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t value = i * 13 + static_cast<std::size_t>(from * 64 + to * 8 + round);
    bytes[i] = static_cast<std::byte>(value & 0xff);
  }
  return bytes;
}

std::vector<int> everyone_else(const Communicator& world) {
  std::vector<int> ranks;
  for (int r = 0; r < world.size(); ++r) {
    if (r != world.rank()) ranks.push_back(r);
  }
  return ranks;
}

void exchange_rounds(std::size_t base_size, int rounds) {
  const Communicator& world = test::world();
  const std::vector<int> neighbours = everyone_else(world);
  std::vector<Bytes> send(neighbours.size());
  std::vector<Bytes> receive(neighbours.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      send[n] = message(world.rank(), neighbours[n], round, base_size);
    }
    world.exchange(neighbours, send, receive);
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      ASSERT_EQ(receive[n], message(neighbours[n], world.rank(), round, base_size));
    }
  }
}

TEST(Exchange, SmallMessagesArriveWholeAndInOrder) { exchange_rounds(0, 50); }

TEST(Exchange, MessagesAroundTheInlineLimit) {
  exchange_rounds(Communicator::exchange_inline_bytes - 10, 30);
}

TEST(Exchange, LargeMessagesBothWaysAtOnceDoNotDeadlock) { exchange_rounds(3'000'000, 2); }

TEST(Exchange, WorkAndCollectivesFitBetweenTheHalves) {
  const Communicator& world = test::world();
  const std::vector<int> neighbours = everyone_else(world);
  std::vector<Bytes> send(neighbours.size());
  std::vector<Bytes> receive(neighbours.size());
  for (const std::size_t bytes : {std::size_t{10}, std::size_t{200'000}}) {
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      send[n] = message(world.rank(), neighbours[n], 1, bytes);
    }
    world.begin_exchange(neighbours, send);
    EXPECT_EQ(world.sum(1), static_cast<std::uint64_t>(world.size()));
    world.finish_exchange(neighbours, receive);
    for (std::size_t n = 0; n < neighbours.size(); ++n) {
      ASSERT_EQ(receive[n], message(neighbours[n], world.rank(), 1, bytes));
    }
  }
}

TEST(Exchange, EmptyBuffersShrinkTheReceiver) {
  const Communicator& world = test::world();
  const std::vector<int> neighbours = everyone_else(world);
  const std::vector<Bytes> send(neighbours.size());
  std::vector<Bytes> receive(neighbours.size(), Bytes(100));
  world.exchange(neighbours, send, receive);
  for (const Bytes& bytes : receive) EXPECT_TRUE(bytes.empty());
}

TEST(Exchange, ReceivesIntoKeptCapacity) {
  const Communicator& world = test::world();
  const std::vector<int> neighbours = everyone_else(world);
  const std::vector<Bytes> send(neighbours.size(), Bytes(500));
  std::vector<Bytes> receive(neighbours.size());
  world.exchange(neighbours, send, receive);
  std::vector<const std::byte*> before;
  for (const Bytes& bytes : receive) before.push_back(bytes.data());
  world.exchange(neighbours, send, receive);
  for (std::size_t n = 0; n < receive.size(); ++n) EXPECT_EQ(receive[n].data(), before[n]);
}

TEST(Exchange, RefusesNeighboursOutOfOrderAndMissingBuffers) {
  const Communicator& world = test::world();
  const std::vector<int> twice{0, 0};
  std::vector<Bytes> two(2);
  std::vector<Bytes> one(1);
  EXPECT_THROW(world.exchange(twice, two, two), Error);
  EXPECT_THROW(world.exchange(twice, one, two), Error);
  EXPECT_THROW(world.exchange(twice, two, one), Error);
}

}  // namespace
}  // namespace weft
