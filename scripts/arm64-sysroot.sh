#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fills a folder with what weft needs of Debian for arm64, for the preset of that name: packages are
# unpacked there, and nothing of this machine's own packages changes.
#
# Usage: arm64-sysroot.sh <folder>
# Wants g++-aarch64-linux-gnu and qemu-user-static beside it (apt-get install them).
set -eu
[ $# -eq 1 ] || { sed -n 6,7p "$0" >&2; exit 2; }
mkdir -p "$1"
root=$(cd "$1" && pwd)
apt=$root/.apt
mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
: > "$apt/status"
cat > "$apt/apt.conf" <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
APT::Install-Recommends "false";
Dir::State "$apt/state";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
Debug::NoLocking "true";
END
export APT_CONFIG="$apt/apt.conf"
apt-get -q update
apt-get -q -y -d install libc6-dev libstdc++-12-dev libopenmpi-dev openmpi-bin \
  libhdf5-openmpi-dev libtrilinos-kokkos-dev libcli11-dev libtomlplusplus-dev \
  nlohmann-json3-dev libcairo2-dev zlib1g-dev
for package in "$apt"/cache/archives/*.deb; do dpkg-deb -x "$package" "$root"; done
rm -rf "$apt"
# Links to the root of the machine that these packages were made for.
find "$root" -type l -lname '/*' | while read -r link; do
  ln -sfn "$root$(readlink "$link")" "$link"
done
