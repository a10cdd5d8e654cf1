// SPDX-License-Identifier: Apache-2.0
// HostCallback and HostCallbackHandle, under the name of their own header.
#pragma once

#include <poplar/StreamCallback.hpp>
