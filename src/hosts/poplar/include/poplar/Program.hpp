// SPDX-License-Identifier: Apache-2.0
// Control programs: what the device does in which order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <poplar/ArrayRef.hpp>
#include <poplar/DataStream.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/GraphElements.hpp>
#include <poplar/PrintTensor.hpp>
#include <poplar/SyncType.hpp>
#include <poplar/Tensor.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft {
namespace frontends {
namespace poplar {
struct Step;
}
}  // namespace frontends
}  // namespace weft

namespace poplar {
namespace program {

/// A program; copies are programs of their own. Default constructed it does nothing.
class Program {
 public:
  Program();
  Program(const Program&);
  Program(Program&&) noexcept;
  Program& operator=(const Program&);
  Program& operator=(Program&&) noexcept;
  ~Program();
  bool isEmpty() const;
  friend bool operator==(const Program& a, const Program& b) { return a.step_ == b.step_; }
  friend bool operator!=(const Program& a, const Program& b) { return !(a == b); }

  /// For the library.
  const std::shared_ptr<weft::frontends::poplar::Step>& getStep() const { return step_; }
  explicit Program(std::shared_ptr<weft::frontends::poplar::Step> step);

 protected:
  std::shared_ptr<weft::frontends::poplar::Step> step_;
};

/// Runs a compute set.
class Execute : public Program {
 public:
  explicit Execute(ComputeSet cs, const DebugContext& debugContext = {});
  Execute(ArrayRef<ComputeSet> sets, const DebugContext& debugContext = {});
  /// `t` gets the conjunction of what the vertices return: unsupported.
  Execute(ComputeSet cs, Tensor t, const DebugContext& debugContext = {});
};

/// Programs one after the other.
class Sequence : public Program {
 public:
  Sequence(const DebugContext& debugContext = {});
  Sequence(std::initializer_list<Program> programs, const DebugContext& debugContext = {});
  explicit Sequence(const std::vector<Program>& programs, const DebugContext& debugContext = {});
  /// Sequence(p, q, r) of programs.
  template <class First, class... Rest,
            class = typename std::enable_if<
                std::is_base_of<Program, typename std::decay<First>::type>::value &&
                !(sizeof...(Rest) == 0 &&
                  std::is_base_of<Sequence, typename std::decay<First>::type>::value)>::type>
  Sequence(First&& first, Rest&&... rest) : Sequence(DebugContext()) {
    addAll(std::forward<First>(first), std::forward<Rest>(rest)...);
  }
  void add(const Program& program);

 private:
  void addAll() {}
  void addAll(const DebugContext& debugContext);
  template <class First, class... Rest>
  void addAll(First&& first, Rest&&... rest) {
    addOne(std::forward<First>(first));
    addAll(std::forward<Rest>(rest)...);
  }
  void addOne(const Program& program) { add(program); }
  void addOne(const DebugContext& debugContext) { addAll(debugContext); }
};

class Repeat : public Program {
 public:
  Repeat(unsigned count, const Program& program, const DebugContext& debugContext = {});
};
/// Runs `condition`; while `predicate` is not 0, `body` and `condition` again.
class RepeatWhileTrue : public Program {
 public:
  RepeatWhileTrue(const Program& condition, Tensor predicate, const Program& body,
                  const DebugContext& debugContext = {});
};
class RepeatWhileFalse : public Program {
 public:
  RepeatWhileFalse(const Program& condition, Tensor predicate, const Program& body,
                   const DebugContext& debugContext = {});
};

class If : public Program {
 public:
  If(Tensor predicate, const Program& trueBody, const Program& falseBody,
     const DebugContext& debugContext = {});
};

/// The program of the case that `control` equals, else the default.
class Switch : public Program {
 public:
  Switch(Tensor control, const std::vector<std::pair<std::int32_t, Program>>& cases,
         const DebugContext& debugContext = {});
  Switch(Tensor control, const std::vector<std::pair<std::int32_t, Program>>& cases,
         const Program& defaultCaseBody, const DebugContext& debugContext = {});
  Switch(Tensor control, const DebugContext& debugContext = {});
  Switch(Tensor control, const Program& defaultCaseBody, const DebugContext& debugContext = {});
  /// A value that no case has fails.
  static Switch switchWithBoundsChecking(Tensor control,
                                         const std::vector<std::pair<std::int32_t, Program>>& cases,
                                         const DebugContext& debugContext = {});
  static Switch switchWithUnreachableDefault(Tensor control, const DebugContext& debugContext = {});
  Switch& add(std::int32_t value, const Program& body);
};

/// Elements from one place to another, as many and of the same type.
class Copy : public Program {
 public:
  Copy(Tensor src, Tensor dst, bool dontOutline = false, const DebugContext& debugContext = {});
  Copy(const DataStream& stream, Tensor dst, bool optimiseMemory = false,
       const DebugContext& debugContext = {});
  Copy(Tensor src, const DataStream& stream, bool optimiseMemory = false,
       const DebugContext& debugContext = {});
  /// Row 0, or the rows that `offset` names.
  Copy(const RemoteBuffer& buffer, Tensor dst, const DebugContext& debugContext = {});
  Copy(const RemoteBuffer& buffer, Tensor dst, Tensor offset,
       const DebugContext& debugContext = {});
  Copy(Tensor src, const RemoteBuffer& buffer, const DebugContext& debugContext = {});
  Copy(Tensor src, const RemoteBuffer& buffer, Tensor offset,
       const DebugContext& debugContext = {});
};

/// Between replicas: unsupported, a graph has one.
class CrossReplicaCopy : public Program {
 public:
  CrossReplicaCopy(Tensor src, Tensor dst, std::map<unsigned, unsigned> replicaMap,
                   const DebugContext& debugContext = {});
};

/// The elements' values do not matter from here on: does nothing.
class WriteUndef : public Program {
 public:
  WriteUndef(Tensor t, const DebugContext& debugContext = {});
};
class AssumeEqualAcrossReplicas : public Program {
 public:
  AssumeEqualAcrossReplicas(Tensor t, const DebugContext& debugContext = {});
};
class AssumeEqualAliases : public Program {
 public:
  AssumeEqualAliases(Tensor t, const DebugContext& debugContext = {});
};

/// A program under a name of its own in profiles.
class Block : public Program {
 public:
  Block(const Program& program, const DebugContext& debugContext = {});
};

class Sync : public Program {
 public:
  explicit Sync(SyncType type, const DebugContext& debugContext = {});
};

class Call : public Program {
 public:
  Call(Function f, const DebugContext& debugContext = {});
  Call(HostFunction f, ArrayRef<Tensor> inputs, ArrayRef<Tensor> outputs,
       const DebugContext& debugContext = {});
};

/// Writes a tensor to the engine's print stream, std::cerr by default.
class PrintTensor : public Program {
 public:
  PrintTensor(Tensor t, const DebugContext& debugContext = {});
  PrintTensor(StringRef title, Tensor t, const DebugContext& debugContext = {});
  PrintTensor(Tensor t, const PrintTensorFmt& fmt, const DebugContext& debugContext = {});
  PrintTensor(StringRef title, Tensor t, const PrintTensorFmt& fmt,
              const DebugContext& debugContext = {});
};

/// Fails with `message`, showing a tensor.
class ErrorProgram : public Program {
 public:
  ErrorProgram(StringRef message, Tensor debugTensor, const DebugContext& debugContext = {});
};
class Abort : public Program {
 public:
  explicit Abort(const DebugContext& debugContext);
  explicit Abort(const std::string& message = "", const DebugContext& debugContext = {});
  explicit Abort(const char* message, const DebugContext& debugContext = {})
      : Abort(std::string(message), debugContext) {}
};
class AbortOnCondition : public Program {
 public:
  AbortOnCondition(Tensor predicate, const DebugContext& debugContext);
  AbortOnCondition(Tensor predicate, const std::string& message = "",
                   const DebugContext& debugContext = {});
  AbortOnCondition(Tensor predicate, const char* message, const DebugContext& debugContext = {})
      : AbortOnCondition(predicate, std::string(message), debugContext) {}
};

}  // namespace program
}  // namespace poplar
