// SPDX-License-Identifier: Apache-2.0
// One reduction when all went well; one broadcast more when it did not.
#include "trace/agree.hpp"

#include <cstring>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace weft::trace {
namespace {

std::optional<Error> outcome(const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(Category::internal, std::string("trace: ") + error.what());
  }
}

}  // namespace

void agree(const comm::Communicator& communicator, const std::function<void()>& work) {
  const std::optional<Error> mine = outcome(work);
  const auto size = static_cast<std::uint64_t>(communicator.size());
  const auto rank = static_cast<std::uint64_t>(communicator.rank());
  const std::uint64_t least = communicator.min(mine ? rank : size);
  if (least == size) return;
  comm::Bytes text;
  auto category = Category::internal;
  if (least == rank) {
    const std::string what = mine->what();
    text.resize(what.size());
    std::memcpy(text.data(), what.data(), what.size());
    category = mine->category();
  }
  const int root = static_cast<int>(least);
  category = communicator.broadcast_value(category, root);
  communicator.broadcast(text, root);
  fail(category, std::string(reinterpret_cast<const char*>(text.data()), text.size()));
}

void agree_on_root(const comm::Communicator& communicator, const std::function<void()>& work) {
  agree(communicator, [&] {
    if (communicator.is_root()) work();
  });
}

}  // namespace weft::trace
