// SPDX-License-Identifier: Apache-2.0
// Functions of the host that fill and take the data of streams.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <poplar/ArrayRef.hpp>
#include <type_traits>
#include <utility>

namespace poplar {

class StreamCallbackBase {
 public:
  enum class Result { Success, NotAvailable };
  virtual ~StreamCallbackBase() {}
  /// The data has been taken.
  virtual void complete() = 0;
  virtual void invalidatePrefetched() {}
};

/// Is given a buffer of one transfer, to fill or to read.
class StreamCallback : public StreamCallbackBase {
 public:
  /// Fills the buffer ahead of time, if it can.
  virtual Result prefetch(void* buffer) = 0;
  /// Fills the buffer, or takes what it holds.
  virtual void fetch(void* buffer) = 0;
};

/// A callback that never prefetches.
class LegacyStreamCallback : public StreamCallback {
 public:
  Result prefetch(void*) final { return Result::NotAvailable; }
  void invalidatePrefetched() final {}
  void complete() final {}
};

/// Owns a callback: an object of a class below StreamCallback, or a function of a `void*`.
class StreamCallbackHandle {
 public:
  template <class Callback,
            class = typename std::enable_if<std::is_base_of<StreamCallback, Callback>::value>::type>
  StreamCallbackHandle(std::unique_ptr<Callback> callback) : callback_(std::move(callback)) {}
  template <class F, class = decltype(std::declval<F&>()(static_cast<void*>(nullptr)))>
  StreamCallbackHandle(F f) : callback_(new OfFunction<F>(std::move(f))) {}
  StreamCallback* get() const { return callback_.get(); }
  const std::shared_ptr<StreamCallback>& share() const { return callback_; }

 private:
  template <class F>
  class OfFunction final : public LegacyStreamCallback {
   public:
    explicit OfFunction(F f) : f_(std::move(f)) {}
    void fetch(void* buffer) override { f_(buffer); }

   private:
    F f_;
  };
  std::shared_ptr<StreamCallback> callback_;
};

/// A function of the host that a program calls: reads its inputs, writes its outputs.
class HostCallback {
 public:
  virtual ~HostCallback() {}
  virtual void operator()(const void* const* inputs, std::size_t numberOfInputs,
                          void* const* outputs, std::size_t numberOfOutputs) = 0;
};

/// Owns one: an object of a class below HostCallback, or a function of two ArrayRefs or of two
/// arrays and their sizes.
class HostCallbackHandle {
 public:
  template <class Callback,
            class = typename std::enable_if<std::is_base_of<HostCallback, Callback>::value>::type>
  HostCallbackHandle(std::unique_ptr<Callback> callback) : callback_(std::move(callback)) {}
  template <class F, class = decltype(std::declval<F&>()(std::declval<ArrayRef<const void*>>(),
                                                         std::declval<ArrayRef<void*>>()))>
  HostCallbackHandle(F f) : callback_(new OfArrays<F>(std::move(f))) {}
  template <class F,
            class = decltype(std::declval<F&>()(static_cast<const void* const*>(nullptr),
                                                std::size_t(), static_cast<void* const*>(nullptr),
                                                std::size_t())),
            class = void>
  HostCallbackHandle(F f) : callback_(new OfPointers<F>(std::move(f))) {}
  HostCallback* get() const { return callback_.get(); }
  const std::shared_ptr<HostCallback>& share() const { return callback_; }

 private:
  template <class F>
  class OfArrays final : public HostCallback {
   public:
    explicit OfArrays(F f) : f_(std::move(f)) {}
    void operator()(const void* const* inputs, std::size_t numberOfInputs, void* const* outputs,
                    std::size_t numberOfOutputs) override {
      f_(ArrayRef<const void*>(inputs, numberOfInputs), ArrayRef<void*>(outputs, numberOfOutputs));
    }

   private:
    F f_;
  };
  template <class F>
  class OfPointers final : public HostCallback {
   public:
    explicit OfPointers(F f) : f_(std::move(f)) {}
    void operator()(const void* const* inputs, std::size_t numberOfInputs, void* const* outputs,
                    std::size_t numberOfOutputs) override {
      f_(inputs, numberOfInputs, outputs, numberOfOutputs);
    }

   private:
    F f_;
  };
  std::shared_ptr<HostCallback> callback_;
};

}  // namespace poplar
