#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What cannot be built together is refused when it is configured, in one sentence.

An HDF5 of one MPI with another MPI, both ways; a static Kokkos that no shared library can hold.
What fits is taken. Usage: check_configure.py <cmake> <c++ compiler> <generator>
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CMAKE, COMPILER, GENERATOR = sys.argv[1:4]
PROJECT = pathlib.Path(__file__).parent / 'project'
OPEN_MPI = ['-DMPI_C_COMPILER=mpicc.openmpi', '-DHDF5_C_COMPILER_EXECUTABLE=h5pcc.openmpi']
MPICH = ['-DMPI_C_COMPILER=mpicc.mpich', '-DHDF5_C_COMPILER_EXECUTABLE=h5pcc.mpich']

# As much of an MPI as CMake's search links; no object of it is a symbol.
OTHER_MPI = '''
#define MPI_VERSION 3
#define MPI_SUBVERSION 1
typedef int MPI_Comm;
#ifdef __cplusplus
extern "C" {
#endif
int MPI_Init(int*, char***);
int MPI_Finalize(void);
#ifdef __cplusplus
}
#endif
'''
OTHER_MPI_SOURCE = '''
#include "mpi.h"
int MPI_Init(int* count, char*** words) { return count == 0 && words == 0; }
int MPI_Finalize(void) { return 0; }
'''

# As much of a Kokkos as shows whether code for a shared library can hold it.
KOKKOS = 'namespace Kokkos { bool up = true; bool is_initialized() noexcept { return up; } }'
KOKKOS_CONFIG = '''
set(Kokkos_VERSION 4.6.1)
add_library(Kokkos::kokkos STATIC IMPORTED)
set_target_properties(Kokkos::kokkos PROPERTIES
  IMPORTED_LOCATION "${CMAKE_CURRENT_LIST_DIR}/libkokkoscore.a"
  INTERFACE_INCLUDE_DIRECTORIES "${CMAKE_CURRENT_LIST_DIR}")
'''


def configure(folder, *arguments):
    """The exit code, and what CMake says, in one line."""
    build = tempfile.mkdtemp(dir=folder)
    done = subprocess.run([CMAKE, '-G', GENERATOR, '-S', str(PROJECT), '-B', build, *arguments],
                          text=True, capture_output=True, timeout=120, check=False)
    return done.returncode, re.sub(r'\s+', ' ', done.stdout + done.stderr)


def archive(folder, name, source, *flags):
    """lib<name>.a of one file."""
    path = folder / f'{name}{source[1]}'
    path.write_text(source[0])
    made = folder / f'{name}.o'
    subprocess.run([COMPILER, *flags, '-c', path, '-o', made], check=True)
    subprocess.run(['ar', 'rc', folder / f'lib{name}.a', made], check=True)


def other_mpi(folder):
    """Arguments for an MPI of a folder, with a compiler that tells what it would call."""
    folder.mkdir()
    (folder / 'mpi.h').write_text(OTHER_MPI)
    archive(folder, 'othermpi', (OTHER_MPI_SOURCE, '.c'), '-x', 'c', '-fPIC')
    wrapper = folder / 'mpicc'
    wrapper.write_text(f'#!/bin/sh\n[ "$1" = -show ] && echo cc -I{folder} -L{folder} -lothermpi\n')
    wrapper.chmod(0o755)
    return ['-DSEARCH=mpi', f'-DMPI_C_COMPILER={wrapper}', OPEN_MPI[1]]


def kokkos(folder, *flags):
    folder.mkdir()
    (folder / 'KokkosConfig.cmake').write_text(KOKKOS_CONFIG)
    archive(folder, 'kokkoscore', (KOKKOS, '.cpp'), *flags)
    return ['-DSEARCH=kokkos', f'-DKokkos_DIR={folder}', '-DWEFT_FETCH_KOKKOS=OFF']


def cases(folder):
    """(what, arguments, words of the refusal or None)"""
    yield ('a Kokkos without -fPIC', kokkos(folder / 'fixed', '-fno-pic', '-fno-pie'),
           'was compiled without -fPIC')
    yield 'a Kokkos with -fPIC', kokkos(folder / 'free', '-fPIC'), None
    if shutil.which('mpicc.openmpi') and shutil.which('h5pcc.openmpi'):
        yield 'Open MPI', ['-DSEARCH=mpi', *OPEN_MPI], None
        yield ("another MPI with Open MPI's HDF5", other_mpi(folder / 'other'),
               'is one for Open MPI, the second is another')
        if shutil.which('mpicc.mpich') and shutil.which('h5pcc.mpich'):
            yield 'MPICH', ['-DSEARCH=mpi', *MPICH], None
            yield ("Open MPI with MPICH's HDF5", ['-DSEARCH=mpi', OPEN_MPI[0], MPICH[1]],
                   'is not one for Open MPI, the second is Open MPI')


def main():
    faults = 0
    with tempfile.TemporaryDirectory(prefix='weft_configure_') as name:
        for what, arguments, refusal in cases(pathlib.Path(name)):
            code, said = configure(name, *arguments)
            good = code == 0 if refusal is None else code != 0 and said.count(refusal) == 1
            print(f'{what}: {"as it should" if good else said}')
            faults += not good
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
