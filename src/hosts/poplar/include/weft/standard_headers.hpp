// SPDX-License-Identifier: Apache-2.0
// Standard headers that Poplar's bring along: programs use what they declare without naming them.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <utility>
#include <vector>
