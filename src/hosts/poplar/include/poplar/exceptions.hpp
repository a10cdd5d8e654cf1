// SPDX-License-Identifier: Apache-2.0
// The exceptions of Poplar by their names. Every what() is a sentence that stands by itself.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace poplar {

/// What all of them are.
struct poplar_error : public std::runtime_error {
  std::string type;  ///< "poplar_error"
  explicit poplar_error(const std::string& what) : runtime_error(what), type("poplar_error") {}
  explicit poplar_error(const char* what) : runtime_error(what), type("poplar_error") {}

 protected:
  poplar_error(const std::string& what, const char* name) : runtime_error(what), type(name) {}
};

#define POPLAR_ERROR_BELOW(BASE, NAME)                                    \
  struct NAME : public BASE {                                             \
    explicit NAME(const std::string& what) : BASE(what, #NAME) {}         \
    explicit NAME(const char* what) : BASE(what, #NAME) {}                \
                                                                          \
   protected:                                                             \
    NAME(const std::string& what, const char* name) : BASE(what, name) {} \
  };
#define POPLAR_ERROR(NAME) POPLAR_ERROR_BELOW(poplar_error, NAME)

POPLAR_ERROR(file_load_error)
using file_loading_error = file_load_error;
POPLAR_ERROR(missing_cycle_estimate)
POPLAR_ERROR(missing_perf_estimate)
POPLAR_ERROR(symbol_error)
POPLAR_ERROR(unknown_field)
POPLAR_ERROR(unknown_vertex_type)
POPLAR_ERROR(no_environment)
POPLAR_ERROR(parse_error)
POPLAR_ERROR(type_error)
POPLAR_ERROR(no_size_specified)
POPLAR_ERROR(control_program_error)
POPLAR_ERROR(graph_object_load_error)
POPLAR_ERROR(graph_object_creation_error)
POPLAR_ERROR(graph_program_compilation_error)
POPLAR_ERROR(graph_connection_error)
POPLAR_ERROR(graph_cycle_error)
POPLAR_ERROR(graph_recursion_error)
POPLAR_ERROR(graph_replication_error)
POPLAR_ERROR(missing_graph_profile)
POPLAR_ERROR(profiling_disabled)
POPLAR_ERROR(invalid_tile_mapping)
POPLAR_ERROR(tensor_creation_error)
POPLAR_ERROR(tensor_io_state_error)
POPLAR_ERROR(tensor_metadata_error)
POPLAR_ERROR(stream_connection_error)
POPLAR_ERROR(overflow_error)
POPLAR_ERROR(memory_elem_constraints_error)
POPLAR_ERROR(memory_allocation_error)
POPLAR_ERROR(stream_memory_allocation_error)
POPLAR_ERROR(invalid_machine_model)
POPLAR_ERROR(invalid_option)
POPLAR_ERROR(runtime_error)
POPLAR_ERROR_BELOW(runtime_error, application_runtime_error)
POPLAR_ERROR_BELOW(runtime_error, system_runtime_error)
POPLAR_ERROR_BELOW(system_runtime_error, unrecoverable_runtime_error)
POPLAR_ERROR_BELOW(system_runtime_error, unknown_runtime_error)

/// An index beyond its dimension.
struct index_error : public poplar_error {
  explicit index_error(const std::string& what) : poplar_error(what, "index_error") {}
  explicit index_error(const char* what) : poplar_error(what, "index_error") {}
  index_error(const std::string& what, std::size_t index)
      : poplar_error(what + ": " + std::to_string(index), "index_error") {}
};

/// A tile's memory does not hold what the graph puts there.
struct graph_memory_allocation_error : public memory_allocation_error {
  explicit graph_memory_allocation_error(const std::string& what)
      : memory_allocation_error(what, "graph_memory_allocation_error") {}
  explicit graph_memory_allocation_error(const char* what)
      : memory_allocation_error(what, "graph_memory_allocation_error") {}
  bool isFatal = true;
};

/// Codelets that do not compile or link; `output` is the tool's own text.
struct link_error : public poplar_error {
  std::string output;
  explicit link_error(const std::string& what, const std::string& out = "")
      : poplar_error(what, "link_error"), output(out) {}
  explicit link_error(const char* what, const char* out = "")
      : poplar_error(what, "link_error"), output(out) {}
};

enum class RecoveryAction { IPU_RESET, LINK_RESET, PARTITION_RESET, FULL_RESET };

/// A failure that a reset of the machine would mend. weft throws none: its machines do not break.
struct recoverable_runtime_error : public system_runtime_error {
  recoverable_runtime_error(RecoveryAction action, const std::string& what)
      : system_runtime_error(what, "recoverable_runtime_error"), action_(action) {}
  RecoveryAction getRecoveryAction() const { return action_; }

 private:
  RecoveryAction action_;
};

#undef POPLAR_ERROR
#undef POPLAR_ERROR_BELOW

}  // namespace poplar
