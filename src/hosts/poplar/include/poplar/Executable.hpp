// SPDX-License-Identifier: Apache-2.0
// A compiled graph, to keep in a file or to make engines of.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <ostream>
#include <poplar/ArrayRef.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/Graph.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/Program.hpp>
#include <string>

namespace poplar {

namespace core {
struct ExecutableImpl;
}

/// Called with steps done and steps in all.
using ProgressFunc = std::function<void(int, int)>;

class Executable {
 public:
  Executable(const Executable&);
  Executable(Executable&&) noexcept;
  Executable& operator=(const Executable&);
  Executable& operator=(Executable&&) noexcept;
  ~Executable();

  /// The whole executable, to be read by deserialize().
  void serialize(std::ostream& out) const;
  /// poplar_error when the stream holds none.
  static Executable deserialize(std::istream& in);
  std::string getExecutableDir() const { return std::string(); }

  /// For the library.
  const std::shared_ptr<const core::ExecutableImpl>& getImpl() const { return impl_; }
  explicit Executable(std::shared_ptr<const core::ExecutableImpl> impl);

 private:
  std::shared_ptr<const core::ExecutableImpl> impl_;
};

/// Compiles; throws what is wrong with the graph by its name (exceptions.hpp).
Executable compileGraph(const Graph& graph, ArrayRef<program::Program> programs,
                        const OptionFlags& options = {}, ProgressFunc progress = ProgressFunc(),
                        const DebugContext& debugContext = {});

}  // namespace poplar
