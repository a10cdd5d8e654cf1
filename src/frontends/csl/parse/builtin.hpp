// SPDX-License-Identifier: Apache-2.0
// The names the language itself defines: @builtins, and words that are in every file's scope.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weft::csl {

/// @builtins, by what they need. The text after the underscore-free enumerator is the CSL name.
// clang-format off
#define WEFT_CSL_BUILTINS(X)                                                                      \
  /* types and values */                                                                          \
  X(as)                                                                                           \
  X(bitcast)                                                                                      \
  X(ptrcast) X(zeros) X(constants) X(range) X(rank) X(dimensions) X(element_type) X(type_of)      \
      X(is_same_type) X(is_comptime) X(has_field) X(field) X(concat_structs) X(get_int) X(strcat) \
          X(strlen) X(is_arch) X(import_module) X(fp16) X(comptime_assert) X(comptime_print)      \
              X(comptime_error) X(assert) X(get_array) X(min) X(max) /* identities */             \
      X(get_color) X(get_data_task_id) X(get_local_task_id) X(get_control_task_id)                \
          X(get_input_queue) X(get_output_queue) X(get_ut_id) X(get_rectangle)                    \
              X(get_dsr) /* layout */                                                             \
      X(set_rectangle) X(set_tile_code) X(set_color_config) X(set_local_color_config)             \
          X(export_name) X(export_symbol) /* tasks and queues */                                  \
      X(bind_data_task) X(bind_local_task) X(bind_control_task) X(activate) X(block) X(unblock)   \
          X(rpc) X(set_teardown_handler) X(set_config) X(get_config)                              \
              X(initialize_queue) /* descriptors */                                            \
      X(get_dsd) X(allocate_fifo) X(increment_dsd_offset) X(set_dsd_base_addr) X(set_dsd_length)  \
          X(set_dsd_stride) X(load_to_dsr) X(map) /* vector operations */                         \
      X(add16) X(addc16) X(and16) X(or16) X(xor16) X(sub16) X(mov16) X(mov32) X(sar16) X(sll16)   \
          X(slr16) X(clz) X(ctz) X(popcnt) X(fadds) X(fsubs) X(fmuls) X(fmacs) X(fmovs) X(fnegs)  \
              X(fabss) X(fmaxs) X(fnorms) X(fscales) X(faddh) X(fsubh) X(fmulh) X(fmach) X(fmovh) \
                  X(fnegh) X(fabsh) X(fmaxh) X(fnormh) X(fscaleh) X(faddhs) X(fmachs) X(fh2s)     \
                      X(fs2h) X(fh2xp16) X(xp162fh) X(fs2xp16)                                    \
                          X(xp162fs) /* what our own library modules are written with */          \
      X(weft_math) X(weft_tile_x) X(weft_tile_y) X(weft_timestamp) X(weft_timestamp_enable)       \
          X(weft_unblock_command_stream) X(weft_random) X(weft_register) X(weft_task_priority)    \
              X(weft_host_stream)
// clang-format on

enum class Builtin {
#define WEFT_CSL_ENUMERATOR(name) name##_,
  WEFT_CSL_BUILTINS(WEFT_CSL_ENUMERATOR)
#undef WEFT_CSL_ENUMERATOR
      count
};

/// Number of the builtin called `name` (without '@'), -1 when there is none.
int builtin_number(std::string_view name);

/// All but those that only our own library modules use.
const std::vector<std::string>& builtin_names();

/// Words in every file's scope. Those up to `anyopaque` are types of one identity.
// clang-format off
#define WEFT_CSL_UNIVERSE(X)                                                                      \
  X(i8)                                                                                           \
  X(i16)                                                                                          \
  X(i32)                                                                                          \
  X(i64) X(u8) X(u16) X(u32) X(u64) X(f16) X(f32) X(bool) X(void) X(comptime_int)                 \
      X(comptime_float) X(comptime_string) X(comptime_struct) X(type) X(imported_module) X(color) \
          X(data_task_id) X(local_task_id) X(control_task_id) X(input_queue) X(output_queue)      \
              X(ut_id) X(direction) X(mem1d_dsd) X(mem4d_dsd) X(fabin_dsd) X(fabout_dsd)          \
                  X(fifo_dsd) X(dsr_dest) X(dsr_src0) X(dsr_src1) X(anyopaque) X(WEST) X(EAST)    \
                      X(SOUTH) X(NORTH) X(RAMP)
// clang-format on

enum class Universe {
#define WEFT_CSL_ENUMERATOR(name) name##_,
  WEFT_CSL_UNIVERSE(WEFT_CSL_ENUMERATOR)
#undef WEFT_CSL_ENUMERATOR
      count
};

/// Number of the word `name`, -1 when there is none.
int universe_number(std::string_view name);
const std::vector<std::string>& universe_names();

}  // namespace weft::csl
