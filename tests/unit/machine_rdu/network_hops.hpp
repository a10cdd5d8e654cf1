// SPDX-License-Identifier: Apache-2.0
// A graph on a static mesh with every switch of every channel as a context of its own: a token at a
// time, room by credits between neighbours. What routed channels are held against.
#pragma once

#include "program/rdu_network.hpp"

namespace weft::test {

/// Channels keep their numbers: the first leg of a route has that of its channel.
program::rdu::Program with_hops(const program::rdu::Networked& networked,
                                const program::rdu::Timing& timing);

/// A random graph's units, all on one chip.
program::rdu::Program on_one_chip(program::rdu::Program program);

}  // namespace weft::test
