// SPDX-License-Identifier: Apache-2.0
// The graph: variables, compute sets, vertices, and what connects them to the host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <poplar/ArrayRef.hpp>
#include <poplar/CodeletFileType.hpp>
#include <poplar/DataStream.hpp>
#include <poplar/DebugContext.hpp>
#include <poplar/Device.hpp>
#include <poplar/GraphElements.hpp>
#include <poplar/Interval.hpp>
#include <poplar/OptionFlags.hpp>
#include <poplar/SerializationFormat.hpp>
#include <poplar/StringRef.hpp>
#include <poplar/Target.hpp>
#include <poplar/Tensor.hpp>
#include <poplar/TensorCloneMethod.hpp>
#include <poplar/Type.hpp>
#include <poplar/TypeTraits.hpp>
#include <poplar/VariableMappingMethod.hpp>
#include <poplar/VariableRef.hpp>
#include <poplar/VertexIntrospector.hpp>
#include <poplar/exceptions.hpp>
#include <poplar/replication_factor.hpp>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace poplar {

namespace program {
class Program;
}
namespace core {
struct GraphImpl;
}

/// A graph under construction, or a virtual graph: some of its tiles under their own numbers.
/// Copies of a Graph are the same graph.
class Graph {
 public:
  using TileToTensorMapping = std::vector<std::vector<Interval>>;

  /// A tensor, tensors or a value for a field of a new vertex.
  class ConnectionDesc {
   public:
    ConnectionDesc(StringRef fieldName, Tensor tensor)
        : field(fieldName.cloneAsString()), tensors(1, std::move(tensor)) {}
    ConnectionDesc(StringRef fieldName, ArrayRef<Tensor> list)
        : field(fieldName.cloneAsString()), tensors(list.begin(), list.end()), isList(true) {}
    template <typename T, typename = typename std::enable_if<TypeTraits::isSimpleType<T>()>::type>
    ConnectionDesc(StringRef fieldName, T v)
        : field(fieldName.cloneAsString()),
          traits(TypeTraits::make<T>()),
          value(reinterpret_cast<const char*>(&v), reinterpret_cast<const char*>(&v) + sizeof(T)) {}
    std::string field;
    std::vector<Tensor> tensors;
    bool isList = false;
    TypeTraits traits = TypeTraits::make<int>();
    std::vector<char> value;
  };

  /// No graph yet: to be assigned to. poplar_error from whatever is asked of it before.
  Graph();
  Graph(const Target& target, replication_factor replication = replication_factor(1));
  Graph(const Device& device, replication_factor replication = replication_factor(1));
  Graph(const Graph&);
  Graph(Graph&&) noexcept;
  Graph& operator=(const Graph&);
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  const Target& getTarget() const;

  // Codelets: C++ source, or a .gp file of popc. parse_error with the compiler's own messages.
  bool addCodelets(StringRef path, CodeletFileType type = CodeletFileType::Auto,
                   StringRef compileFlags = "", StringRef targetName = "");
  bool addCodelets(StringRef path, CodeletFileType type, StringRef compileFlags,
                   std::ostream& compileOutput, StringRef targetName = "");
  bool addCodelets(ArrayRef<std::string> paths, StringRef compileFlags = "",
                   StringRef targetName = "");
  bool addCodelets(ArrayRef<std::string> paths, StringRef compileFlags, std::ostream& compileOutput,
                   StringRef targetName = "");
  void addCodelets(std::stringstream& source, StringRef compileFlags = "",
                   CodeletFileType type = CodeletFileType::CppSource, StringRef targetName = "");
  void addCodelets(std::stringstream& source, StringRef compileFlags, std::ostream& compileOutput,
                   CodeletFileType type = CodeletFileType::CppSource, StringRef targetName = "");
  bool hasCodelet(StringRef codeletName) const;

  // Vertices.
  ComputeSet addComputeSet(const DebugContext& debugContext = {});
  /// unknown_vertex_type when no codelet of that name was added.
  VertexRef addVertex(ComputeSet cs, StringRef vertexType);
  VertexRef addVertex(ComputeSet cs, StringRef vertexType, ArrayRef<ConnectionDesc> connections);
  void connect(FieldRef field, const Tensor& tensor);
  void connect(FieldRef field, ArrayRef<Tensor> tensors);
  /// A new constant for an input field of one element.
  template <typename T>
  void connect(FieldRef field, T v,
               typename std::enable_if<TypeTraits::isSimpleType<T>()>::type* = nullptr) {
    connectValue(field, &v, TypeTraits::make<T>());
  }
  void setFieldSize(FieldRef field, std::size_t size);
  std::size_t getFieldSize(FieldRef field) const;
  std::size_t getNumVertices() const;
  unsigned getMaxVertexFieldValue(StringRef vertexName, StringRef fieldName) const;
  double getMaxFieldDim(StringRef vertexName, StringRef fieldName, unsigned dimension) const;

  // Cycles of vertices.
  void setPerfEstimate(const VertexRef& v, std::uint64_t cycles, std::uint64_t flops = 0);
  void setPerfEstimate(const VertexRef& v, const VertexPerfEstimate& estimate);
  void setCycleEstimate(const VertexRef& v, std::uint64_t cycles) { setPerfEstimate(v, cycles); }
  /// missing_perf_estimate when the program gave none.
  VertexPerfEstimate getPerfEstimate(const VertexRef& v) const;
  std::uint64_t getCycleEstimate(const VertexRef& v) const { return getPerfEstimate(v).cycles; }
  void registerPerfEstimator(StringRef vertexTypeName, PerfEstimateFunc function);
  void registerCycleEstimator(StringRef vertexTypeName, PerfEstimateFunc function) {
    registerPerfEstimator(vertexTypeName, std::move(function));
  }

  // Variables and constants.
  Tensor addVariable(const Type& type, ArrayRef<std::size_t> shape,
                     const DebugContext& debugContext = {});
  Tensor addVariable(const Type& type, ArrayRef<std::size_t> shape,
                     VariableMappingMethod mappingMethod, const DebugContext& debugContext = {});
  Tensor addLinearlyMappedVariable(const Type& type, ArrayRef<std::size_t> shape,
                                   const DebugContext& debugContext = {});
  Tensor addLinearlyMappedVariable(const Type& type, ArrayRef<std::size_t> shape,
                                   unsigned minElementsPerTile, unsigned grainSize,
                                   const DebugContext& debugContext = {});
  template <typename T>
  Tensor addConstant(const Type& type, ArrayRef<std::size_t> shape, ArrayRef<T> values,
                     const DebugContext& debugContext = {"<const>"}) {
    checkCount(shape, values.size());
    return addConstant(type, shape, values.data(), TypeTraits::make<T>(), false, debugContext);
  }
  /// Every element is `value`.
  template <typename T>
  Tensor addConstant(const Type& type, ArrayRef<std::size_t> shape, T value,
                     const DebugContext& debugContext = {"<const>"},
                     typename std::enable_if<TypeTraits::isSimpleType<T>()>::type* = nullptr) {
    return addConstant(type, shape, &value, TypeTraits::make<T>(), true, debugContext);
  }
  /// `values` are as many as the shape has elements.
  template <typename T>
  Tensor addConstant(const Type& type, ArrayRef<std::size_t> shape, const T* values,
                     const DebugContext& debugContext = {"<const>"}) {
    return addConstant(type, shape, values, TypeTraits::make<T>(), false, debugContext);
  }
  Tensor addConstant(const Type& type, ArrayRef<std::size_t> shape, const void* values,
                     const TypeTraits& traits, bool broadcast,
                     const DebugContext& debugContext = {"<const>"});
  /// Values are bits of fp16 numbers.
  Tensor addConstantHalf(const Type& type, ArrayRef<std::size_t> shape, std::uint16_t value,
                         const DebugContext& debugContext = {"<const>"});
  Tensor addConstantHalf(const Type& type, ArrayRef<std::size_t> shape, const std::uint16_t* values,
                         const DebugContext& debugContext = {"<const>"});
  Tensor addConstantHalf(const Type& type, ArrayRef<std::size_t> shape,
                         ArrayRef<std::uint16_t> values,
                         const DebugContext& debugContext = {"<const>"}) {
    checkCount(shape, values.size());
    return addConstantHalf(type, shape, values.data(), debugContext);
  }
  Tensor addReplicationIndexConstant(const DebugContext& debugContext = {});
  /// A constant's elements, when the whole tensor is constant.
  template <typename T>
  bool getConstantValue(const Tensor& tensor, T* values) const {
    return constantValues(tensor, values, TypeTraits::make<T>());
  }

  Tensor clone(const Type& type, const Tensor& tensor, const DebugContext& debugContext = {},
               TensorCloneMethod method = TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES);
  Tensor clone(const Tensor& tensor, const DebugContext& debugContext = {},
               TensorCloneMethod method = TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES);
  Tensor cloneN(const Type& type, const Tensor& tensor, std::size_t N,
                const DebugContext& debugContext = {},
                TensorCloneMethod method = TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES,
                TensorCloneDuplicationMethod duplicationMethod =
                    TensorCloneDuplicationMethod::DUPLICATE_BY_OUTER_DIMENSION);
  Tensor cloneN(const Tensor& tensor, std::size_t N, const DebugContext& debugContext = {},
                TensorCloneMethod method = TensorCloneMethod::PRESERVE_ORDER_UNLESS_ALIASES,
                TensorCloneDuplicationMethod duplicationMethod =
                    TensorCloneDuplicationMethod::DUPLICATE_BY_OUTER_DIMENSION);

  // Initial values, there when the engine is loaded.
  template <typename T>
  void setInitialValue(FieldRef field, T value,
                       typename std::enable_if<TypeTraits::isSimpleType<T>()>::type* = nullptr) {
    initialField(field, &value, 1, TypeTraits::make<T>());
  }
  template <typename T>
  void setInitialValue(FieldRef field, ArrayRef<T> values) {
    initialField(field, values.data(), values.size(), TypeTraits::make<T>());
  }
  template <typename T>
  void setInitialValue(FieldRef field, const std::vector<T>& values) {
    initialField(field, values.data(), values.size(), TypeTraits::make<T>());
  }
  template <typename T>
  void setInitialValue(const Tensor& tensor, T value,
                       typename std::enable_if<TypeTraits::isSimpleType<T>()>::type* = nullptr) {
    initialTensor(tensor, &value, 1, TypeTraits::make<T>(), true);
  }
  template <typename T>
  void setInitialValue(const Tensor& tensor, ArrayRef<T> values) {
    initialTensor(tensor, values.data(), values.size(), TypeTraits::make<T>(), false);
  }
  template <typename T>
  void setInitialValue(const Tensor& tensor, const std::vector<T>& values) {
    initialTensor(tensor, values.data(), values.size(), TypeTraits::make<T>(), false);
  }
  template <typename T>
  void setInitialValue(const Tensor& tensor, const T* values) {
    initialTensor(tensor, values, tensor.numElements(), TypeTraits::make<T>(), false);
  }
  void setInitialValueHalf(FieldRef field, std::uint16_t value);
  void setInitialValueHalf(FieldRef field, ArrayRef<std::uint16_t> values);
  void setInitialValueHalf(const Tensor& tensor, std::uint16_t value);
  void setInitialValueHalf(const Tensor& tensor, ArrayRef<std::uint16_t> values);

  // The host's side.
  void createHostWrite(StringRef handle, const Tensor& tensor, bool rearrangeOnHost = false);
  void createHostRead(StringRef handle, const Tensor& tensor, bool rearrangeOnHost = false);
  DataStream addHostToDeviceFIFO(StringRef handle, const Type& elementType, std::size_t numElements,
                                 ReplicatedStreamMode mode = ReplicatedStreamMode::REPLICATE,
                                 const OptionFlags& options = {});
  DataStream addDeviceToHostFIFO(StringRef handle, const Type& elementType, std::size_t numElements,
                                 const OptionFlags& options = {});
  RemoteBuffer addRemoteBuffer(StringRef handle, const Type& elementType, std::size_t numElements,
                               std::size_t repeats = 1, bool rearrangeOnHost = false,
                               bool optimiseMemory = false);
  HostFunction addHostFunction(StringRef handle, ArrayRef<HostFunctionArgument> inputs,
                               ArrayRef<HostFunctionArgument> outputs);
  Function addFunction(const program::Program& program);

  // Where things lie. invalid_tile_mapping for a tile that is not there.
  void setTileMapping(VertexRef v, unsigned tileNum);
  void setTileMapping(const Tensor& tensor, unsigned tileNum);
  void setTileMapping(const Tensor& tensor, const TileToTensorMapping& mapping);
  unsigned getTileMapping(VertexRef v) const;
  /// [tile]: intervals of the flattened tensor. With requireComplete, invalid_tile_mapping when
  /// an element lies on no tile.
  TileToTensorMapping getTileMapping(const Tensor& tensor, bool requireComplete = true,
                                     bool allowExternal = false) const;
  TileToTensorMapping getTileMapping(const Tensor& tensor, bool* isComplete,
                                     bool allowExternal = false) const;
  TileToTensorMapping getVariableTileMapping(const Tensor& tensor) const;
  Tensor getVariable(VariableRef variable) const;
  bool isConstant(VariableRef variable) const;
  std::vector<std::vector<Interval>> getSortedContiguousRegions(
      const Tensor& tensor, ArrayRef<Interval> regions, bool removeAliasedIntervals = false,
      std::vector<std::size_t>* aliases = nullptr) const;
  /// Permutes the elements of several flat tensors alike, so that the first becomes simple.
  void reorderToSimplify(Tensor* tensor, ArrayRef<Tensor*> tensors,
                         bool requireSimplestOrder = true) const;
  Tensor findUnbroadcastTensor(const Tensor& tensor) const;

  // Virtual graphs.
  Graph createVirtualGraph(unsigned numTiles);
  Graph createVirtualGraph(unsigned lowerTile, unsigned upperTile);
  Graph createVirtualGraph(const std::vector<unsigned>& perIpuTiles);
  Graph getTopLevelGraph();
  Graph createReplicatedGraph(unsigned replicationFactor);
  unsigned getReplicationFactor() const { return 1; }
  Tensor getNonReplicatedTensor(const Tensor& tensor) const;
  unsigned convertTileToTopLevelGraphTile(unsigned tile) const;
  unsigned convertTopLevelGraphTileToTile(unsigned tile) const;
  unsigned convertVirtualTileToPhysicalTile(unsigned virtualTileId) const;
  unsigned convertPhysicalTileToVirtualTile(unsigned physicalTileId) const;
  unsigned convertPhysicalTileToVirtualTile(unsigned ipuId, unsigned physicalTileId) const;

  // For people and tools.
  void outputVertexGraph(std::ostream& out, ArrayRef<program::Program> programs = {}) const;
  void outputComputeGraph(std::ostream& out, ArrayRef<program::Program> programs = {}) const;
  void serialize(std::ostream& out, SerializationFormat format) const;
  void serialize(std::ostream& out, ArrayRef<program::Program> programs,
                 SerializationFormat format) const;
  void trackTileMapping(bool) {}

  /// For the library.
  core::GraphImpl& getImpl() const;
  core::GraphState& getState() const;
  explicit Graph(std::shared_ptr<core::GraphImpl> impl);
  /// The vertices of popops, poplin ...: there from addLibrary() to as many dropLibrary().
  void addLibrary(const char* name);
  void dropLibrary(const char* name);
  bool hasLibrary(const char* name) const;

 private:
  void checkCount(ArrayRef<std::size_t> shape, std::size_t values) const;
  void connectValue(FieldRef field, const void* value, const TypeTraits& traits);
  bool constantValues(const Tensor& tensor, void* values, const TypeTraits& traits) const;
  void initialField(FieldRef field, const void* values, std::size_t count,
                    const TypeTraits& traits);
  void initialTensor(const Tensor& tensor, const void* values, std::size_t count,
                     const TypeTraits& traits, bool broadcast);
  std::shared_ptr<core::GraphImpl> impl_;
};

}  // namespace poplar
