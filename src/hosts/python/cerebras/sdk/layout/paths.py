# SPDX-License-Identifier: Apache-2.0
"""Ways of a color from PE to PE, through routers that it does not pass yet."""
from collections import deque
from itertools import permutations

from .enums import Route

# Of equally short ways the first is taken: by these, in order, at the first PE where they part.
ORDER = (Route.EAST, Route.WEST, Route.SOUTH, Route.NORTH)


def beside_each_other(pairs, inside, taken, first=None, last=None):
    """Ways for pairs of PEs (start, end) of one color, none of which meets another; None where none
    were found.

    inside(place) says whether a PE is in the rectangle; PEs in `taken` are left out; `first` is how
    ways must leave, `last` how they must arrive (the way a wavelet goes then), None: any. Each way
    is the shortest that those before it leave; orders of pairs and of directions are tried in turn.
    """
    doors = [_doors(pair, first, last) for pair in pairs]
    numbers = range(len(pairs))
    for order in permutations(ORDER):
        for turn in (numbers, reversed(numbers)):
            ways = _one_after_the_other(pairs, list(turn), doors, inside, taken, first, last, order)
            if ways is not None:
                return ways
    return None


# pylint: disable-next=too-many-arguments,too-many-positional-arguments
def _one_after_the_other(pairs, turn, doors, inside, taken, first, last, order):
    ways = [None] * len(pairs)
    passed = set(taken)
    for number in turn:
        others = {place for other, places in enumerate(doors) if other != number
                  for place in places}
        start, end = pairs[number]
        way = _shortest(start, end, inside, passed | others, first, last, order)
        if way is None:
            return None
        ways[number] = way
        place = start
        for route in way[:-1]:
            place = _step(place, route)
            passed.add(place)
    return ways


def _doors(pair, first, last):
    """PEs that a way must pass, by how it leaves and arrives; other ways leave them free."""
    start, end = pair
    doors = {start, end}
    if first is not None:
        doors.add(_step(start, first))
    if last is not None:
        doors.add(_step(end, last.opposite))
    return doors


# pylint: disable-next=too-many-arguments,too-many-positional-arguments
def _shortest(start, end, inside, taken, first, last, order):
    came_by = {}
    waiting = deque([start])
    seen = {start}
    while waiting:
        place = waiting.popleft()
        for route in order:
            if place == start and first is not None and route is not first:
                continue
            there = _step(place, route)
            if there == end and (last is None or route is last):
                came_by[there] = (place, route)
                return _back(start, end, came_by)
            if there in seen or there == end or there in taken or not inside(there):
                continue
            seen.add(there)
            came_by[there] = (place, route)
            waiting.append(there)
    return None


def _step(place, route):
    return (place[0] + route.step[0], place[1] + route.step[1])


def _back(start, end, came_by):
    routes = []
    while end != start:
        end, route = came_by[end]
        routes.append(route)
    return routes[::-1]
