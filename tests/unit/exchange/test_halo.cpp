// SPDX-License-Identifier: Apache-2.0
// Ranks in a row, each talking to the ones beside it:   0 -- 1 -- 2 -- ...
#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"
#include "exchange/halo.hpp"
#include "support/world.hpp"

namespace weft::exchange {
namespace {

std::vector<int> beside(const comm::Communicator& world) {
  std::vector<int> list;
  if (world.rank() > 0) list.push_back(world.rank() - 1);
  if (world.rank() + 1 < world.size()) list.push_back(world.rank() + 1);
  return list;
}

CutRecord record(Cycle cycle, std::uint32_t link, std::uint64_t word) {
  return {cycle, LinkId{link}, 1, 2, word};
}

TEST(Halo, MovesRecordsAndPromisesBothWays) {
  const auto& world = test::world();
  const auto neighbours = beside(world);
  Halo halo(world, neighbours);
  // The third window is larger than what travels inline.
  for (const std::size_t count : {std::size_t{0}, std::size_t{3}, std::size_t{5000}}) {
    for (std::size_t n = 0; n < halo.size(); ++n) {
      Message& out = halo.outgoing(n);
      out.window = count;
      out.promise = 10 * count + static_cast<Cycle>(world.rank());
      out.records.clear();
      for (std::size_t i = 0; i < count; ++i) {
        out.records.push_back(record(10 * count, static_cast<std::uint32_t>(i),
                                     static_cast<std::uint64_t>(world.rank()) * 100000 + i));
      }
    }
    halo.exchange();
    for (std::size_t n = 0; n < halo.size(); ++n) {
      const Message& in = halo.incoming(n);
      const auto from = static_cast<std::uint64_t>(neighbours[n]);
      EXPECT_EQ(in.promise, 10 * count + from);
      ASSERT_EQ(in.records.size(), count);
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(in.records[i].word, from * 100000 + i);
    }
  }
  EXPECT_EQ(halo.records_sent(), 5003U * halo.size());
  EXPECT_EQ(halo.messages_sent(), 3U * halo.size());
}

TEST(Halo, MovesPayloadsWithTheRecords) {
  const auto& world = test::world();
  const auto neighbours = beside(world);
  Halo halo(world, neighbours);
  const auto payload = [](int from, std::size_t bytes) {
    return std::vector<std::byte>(bytes, static_cast<std::byte>(from + 1));
  };
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{0}, std::size_t{300000}}) {
    for (std::size_t n = 0; n < halo.size(); ++n) {
      halo.outgoing(n).records = {record(5, 0, bytes)};
      halo.outgoing(n).payload = payload(world.rank(), bytes);
    }
    halo.begin_exchange();
    halo.finish_exchange();
    for (std::size_t n = 0; n < halo.size(); ++n) {
      EXPECT_EQ(halo.incoming(n).payload, payload(neighbours[n], bytes));
      ASSERT_EQ(halo.incoming(n).records.size(), 1U);
      EXPECT_EQ(halo.incoming(n).records[0].word, bytes);
    }
  }
  EXPECT_EQ(halo.payload_bytes_sent(), 300100U * halo.size());
}

TEST(Halo, KeepsItsBuffers) {
  const auto& world = test::world();
  Halo halo(world, beside(world));
  std::vector<const std::byte*> before;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t n = 0; n < halo.size(); ++n) {
      halo.outgoing(n).payload.assign(20000, std::byte{3});
    }
    halo.exchange();
    for (std::size_t n = 0; n < halo.size(); ++n) {
      if (round == 0) before.push_back(halo.incoming(n).payload.data());
      EXPECT_EQ(halo.incoming(n).payload.data(), before[n]);
    }
  }
}

TEST(Halo, RefusesABrokenPromise) {
  const auto& world = test::world();
  Halo halo(world, beside(world));
  if (halo.size() == 0) GTEST_SKIP() << "needs a neighbour";
  for (std::size_t n = 0; n < halo.size(); ++n) halo.outgoing(n).promise = 100;
  halo.exchange();
  for (std::size_t n = 0; n < halo.size(); ++n) halo.outgoing(n).records = {record(99, 0, 0)};
  EXPECT_THROW(halo.exchange(), Error);
}

TEST(Halo, RefusesRecordsOutOfOrder) {
  const auto& world = test::world();
  Halo halo(world, beside(world));
  if (halo.size() == 0) GTEST_SKIP() << "needs a neighbour";
  for (std::size_t n = 0; n < halo.size(); ++n) {
    halo.outgoing(n).records = {record(7, 3, 0), record(7, 2, 0)};
  }
  EXPECT_THROW(halo.exchange(), Error);
}

TEST(Halo, NoticesRanksThatAreWindowsApart) {
  const auto& world = test::world();
  Halo halo(world, beside(world));
  if (halo.size() == 0) GTEST_SKIP() << "needs a neighbour";
  for (std::size_t n = 0; n < halo.size(); ++n) {
    halo.outgoing(n).window = static_cast<std::uint64_t>(world.rank());
  }
  EXPECT_THROW(halo.exchange(), Error);
}

TEST(Halo, RestartForgetsPromises) {
  const auto& world = test::world();
  Halo halo(world, beside(world));
  for (std::size_t n = 0; n < halo.size(); ++n) halo.outgoing(n).promise = 100;
  halo.exchange();
  halo.restart();
  for (std::size_t n = 0; n < halo.size(); ++n) {
    halo.outgoing(n).promise = 50;
    halo.outgoing(n).records = {record(40, 0, 7)};
  }
  halo.exchange();
  for (std::size_t n = 0; n < halo.size(); ++n) {
    EXPECT_EQ(halo.incoming(n).records.at(0).word, 7U);
  }
}

}  // namespace
}  // namespace weft::exchange
