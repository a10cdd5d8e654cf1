// SPDX-License-Identifier: Apache-2.0
// Ranks other than 0: do what rank 0 says until the session ends.
#include "base/floating_point.hpp"
#include "engine/server.hpp"
#include "engine/session.hpp"
#include "engine/wire.hpp"

namespace weft::engine {

Result Server::follow() {
  for (;;) {
    const Instruction heard = hear(communicator_);
    switch (heard.operation) {
      case Operation::settle:
        settle();
        break;
      case Operation::copy_in:
        copy_in(heard.command, {});
        break;
      case Operation::copy_out:
        copy_out(heard.command);
        break;
      case Operation::answer:
        answer();
        break;
      case Operation::launch:
        launch(heard.command);
        break;
      case Operation::flip_bit:
        flip_bit(heard.command);
        break;
      case Operation::next_stream:
        next_stream(heard.command);
        break;
      case Operation::stream_in:
        stream_in(heard.command, {});
        break;
      case Operation::open_stream:
        open_stream(heard.command);
        break;
      case Operation::collect:
        collect(heard.number);
        break;
      case Operation::close_stream:
        close_stream(heard.number);
        break;
      case Operation::close:
        return close();
      case Operation::deadlock:
        deadlock("");
      case Operation::profile:
        profile();
        break;
      case Operation::save:
        save();
        break;
      case Operation::load:
        load({});
        break;
      case Operation::abandon:
        writer_.abandon();
        throw Error(heard.reason.category, heard.reason.message);
    }
  }
}

Result serve(const comm::Communicator& communicator) {
  const IeeeFloatingPoint floating_point;  // it may be a rank of the user's own program
  // What precedes a plan is whether there will be one.
  throw_agreed(communicator, std::nullopt);
  Server server(communicator, broadcast(communicator, Plan{}));
  try {
    return server.follow();
  } catch (const Stopped& stopped) {
    return stopped.result();
  }
}

}  // namespace weft::engine
