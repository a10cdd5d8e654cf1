# SPDX-License-Identifier: Apache-2.0
"""Numbers for colors: two that pass one PE have different ones."""
import weft

from .enums import SdkTarget

SWITCHABLE = {SdkTarget.WSE2: set(range(24)),
              SdkTarget.WSE3: set(range(10)) | {12, 13, 16, 17, 20, 21}}


def allot(nets, passes, switches, fixed, reserved, target):
    """A number for each of `nets`, in their order.

    passes: by net, the PEs it passes; switches: nets with several positions; fixed: numbers by net
    that the program gives; reserved: numbers that none may have. Nets share a number only where
    there are not enough, and where no PE sees both. Errors: weft.Error, weft.Unsupported.
    """
    switchable = SWITCHABLE[target]
    given = dict(fixed)
    for net, number in given.items():
        if number in reserved or not 0 <= number < 24:
            raise weft.Error(f"color {net} cannot have number {number}: the numbers are 0 to 23, "
                             f"less {', '.join(map(str, sorted(reserved)))}, which streams have")
    # Those that need a switch first: not every number has one.
    for net in sorted((net for net in nets if net not in given),
                      key=lambda net: (net not in switches, nets.index(net))):
        allowed = [number for number in range(24) if number not in reserved
                   and (net not in switches or number in switchable)]
        if net not in switches:  # leave switches to who needs them
            allowed.sort(key=lambda number: (number in switchable, number))
        used = set(given.values())
        meets = {given[other] for other in given if passes[other] & passes[net]}
        number = next((number for number in allowed if number not in used),
                      next((number for number in allowed if number not in meets), None))
        if number is None:
            raise weft.Unsupported(f"color {net} finds no number: too many colors pass its PEs")
        given[net] = number
    return given
