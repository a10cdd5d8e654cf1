# SPDX-License-Identifier: Apache-2.0
"""A layout as CSL: what its user could have written."""
import numpy as np

import weft

from .region import Color


def literal(value, number_of, what):
    """A parameter's value. Errors: weft.Error for what CSL has no word for."""
    if isinstance(value, Color):
        return f"@get_color({number_of(value)})"
    is_one = isinstance(value, (np.generic, np.ndarray)) and value.size == 1
    plain = value.item() if is_one else value
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, int):
        return str(plain)
    if isinstance(plain, float) and np.isfinite(plain):
        text = repr(plain)
        return text if "." in text or "e" in text else text + ".0"
    if isinstance(plain, str) and '"' not in plain and "\\" not in plain:
        return f'"{plain}"'
    raise weft.Error(f"{what}: {value!r} cannot be a parameter")


def route(positions, what):
    """A color's configuration. A position after the first changes one side, to one direction."""
    first = positions[0]
    text = f".routes = .{{ .rx = {_list(first.inputs)}, .tx = {_list(first.outputs)} }}"
    changes = []
    for number, (before, now) in enumerate(zip(positions, positions[1:]), 1):
        changes.append(f".pos{number} = {_change(before, now, what)}")
    if changes:
        text += f", .switches = .{{ {', '.join(changes)} }}"
    return f".{{ {text} }}"


def _change(before, now, what):
    sides = [(word, new) for word, old, new in (("rx", before.inputs, now.inputs),
                                                ("tx", before.outputs, now.outputs)) if old != new]
    if len(sides) > 1 or any(len(new) != 1 for _, new in sides):
        raise weft.Unsupported(f"{what}: from {before} to {now} is no step of a switch, which "
                               "changes the input or the output, to one direction")
    word, new = sides[0] if sides else ("rx", now.inputs)
    return f".{{ .{word} = {next(iter(new)).value} }}"


def _list(routes):
    return ".{ " + ", ".join(sorted(route.value for route in routes)) + " }"


def program(width, height, tiles, configs, streams):
    """The whole file. tiles: (x, y): (source, [(parameter, literal)]); configs: [(x, y, number,
    configuration)]; streams: [(name, into the machine, number)]."""
    lines = ["// A layout put together in Python."]
    for name, into_machine, number in streams:
        lines.append(f'const {name} = @import_module("<sdklayout/host_stream>", '
                     f'.{{ .name = "{name}", .into_machine = {str(into_machine).lower()}, '
                     f".on = @get_color({number}) }});")
    lines += ["layout {", f"  @set_rectangle({width}, {height});"]
    for y in range(height):
        for x in range(width):
            source, parameters = tiles[x, y]
            listed = ", ".join(f".{name} = {value}" for name, value in parameters)
            lines.append(f'  @set_tile_code({x}, {y}, "{source}", .{{ {listed} }});')
    for x, y, number, configuration in configs:
        lines.append(f"  @set_color_config({x}, {y}, @get_color({number}), {configuration});")
    return "\n".join(lines + ["}", ""])
