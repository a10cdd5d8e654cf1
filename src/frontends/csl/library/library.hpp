// SPDX-License-Identifier: Apache-2.0
// Texts of our library modules, one .cpp a module; library.cpp finds them by name.
#pragma once

#include <string>

namespace weft::csl::library {

extern const char* const control;
extern const char* const directions;
extern const char* const layout;
extern const char* const math;
extern const char* const memcpy_get_params;
extern const char* const memcpy_memcpy;
extern const char* const random;
extern const char* const sdklayout_host_stream;
extern const char* const sdklayout_pass;
extern const char* const sdklayout_stream_in;
extern const char* const sdklayout_stream_out;
extern const char* const memcpy_switches;
extern const char* const tile_config;
extern const char* const tile_config_color;
extern const char* const tile_config_switch;
extern const char* const tile_config_priority;
extern const char* const tile_config_task_priority;
extern const char* const tile_config_teardown;
extern const char* const time;

/// Text of the module whose task `dispatch` calls handler_k when teardown of color_k is pending,
/// for k below `handlers`.
std::string teardown_dispatcher(std::size_t handlers);

/// Text of the library module <name>, null when there is none.
const char* text(const std::string& name);

}  // namespace weft::csl::library
