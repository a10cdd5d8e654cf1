#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A cross build against Debian 12's Kokkos links a file of the machine that builds.
#
# Package:   libtrilinos-kokkos-dev 13.2.0-4 and libtrilinos-kokkos-13.2, unpacked in a folder.
# Input:     find_package(KokkosCore) below that folder, and what its target links.
# Expected:  paths below the folder, as the target's own library has, whose place the config works
#            out from its own.
# Seen:      the library lies below the folder; what it links is /usr/lib/ARCHITECTURE/libdl.a, by
#            its full path, wherever the config was found. With a sysroot of another processor there
#            is no such file, and CMake says so only when something is linked.
# So weft:   puts the sysroot before such a path (cmake/WeftKokkos.cmake, weft_reroot_kokkos).
#
# Exits with 0 while this holds, with 1 once something else is seen. Not part of the tests.
set -uo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
chmod 755 .
for package in libtrilinos-kokkos-dev libtrilinos-kokkos-13.2; do
  if ! apt-get -q download "$package=13.2.0-4" >/dev/null 2>&1; then
    echo "$package 13.2.0-4 cannot be had"
    exit 1
  fi
done
for package in *.deb; do dpkg-deb -x "$package" root; done

mkdir project
cat >project/CMakeLists.txt <<'C'
cmake_minimum_required(VERSION 3.25)
project(asks LANGUAGES CXX)
find_package(KokkosCore CONFIG REQUIRED PATHS ${ROOT} NO_DEFAULT_PATH)
get_target_property(library trilinos_kokkoscore IMPORTED_LOCATION_RELEASE)
if(NOT library)
  get_target_property(library trilinos_kokkoscore IMPORTED_LOCATION_NONE)
endif()
get_target_property(links trilinos_kokkoscore INTERFACE_LINK_LIBRARIES)
message(STATUS "library: ${library}")
message(STATUS "links: ${links}")
C
libraries=root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
if ! cmake -S project -B build "-DROOT=$work/$libraries/cmake/KokkosCore" >told 2>&1; then
  cat told
  exit 1
fi
sed -n 's/^-- \(library\|links\): /\1: /p' told | sed "s|$work|FOLDER|"
library=$(sed -n 's/^-- library: //p' told)
links=$(sed -n 's/^-- links: //p' told)
if [[ $library == "$work"/* && $links == /usr/lib/*/libdl.a ]]; then
  echo "as described: the library is found where it lies, what it links is not"
else
  echo "something else is seen"
  exit 1
fi
