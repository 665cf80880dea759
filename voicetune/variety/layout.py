"""Where topics and examples lie on a map: circles that do not overlap, filled from the middle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_GOLDEN = math.pi * (3 - math.sqrt(5))
_ROOM = 0.38  # what every circle has around it for its name, as a part of the mean radius
_ROUNDS = 300


@dataclass(frozen=True, slots=True)
class Circle:
    """A topic's place on the map. The whole map lies within -1 to 1 both ways."""

    x: float
    y: float
    radius: float


def packed(middles: Sequence[np.ndarray[Any, Any] | None], sizes: Sequence[int]) -> list[Circle]:
    """Returns a circle for each group: its area by its size, like groups near each other.

    `middles` are unit vectors, None for what is like nothing and lies below all others.
    """
    if not sizes:
        return []
    import numpy as np

    radii = np.sqrt(np.asarray(sizes, float))
    known = [number for number, middle in enumerate(middles) if middle is not None]
    places = np.zeros((len(sizes), 2))
    if known:
        places[known] = _flat(np.array([middles[n] for n in known]))
        places /= max(1e-9, float(np.abs(places).max()))
    for number, middle in enumerate(middles):
        if middle is None:
            places[number] = (0, -1.5)
    places = _apart(places * radii.sum() / 2, radii + _ROOM * radii.mean())
    low = (places - radii[:, None]).min(axis=0)
    high = (places + radii[:, None]).max(axis=0)
    scale = 2 / (high - low).max()
    centred = (places - (low + high) / 2) * scale
    return [
        Circle(float(x), float(y), float(r * scale))
        for (x, y), r in zip(centred, radii, strict=True)
    ]


def spiral(circle: Circle, number: int) -> list[tuple[float, float]]:
    """Returns so many places within a circle, evenly spread, from its middle outwards."""
    found = []
    for n in range(number):
        distance = 0.94 * circle.radius * math.sqrt((n + 0.5) / number)
        found.append(
            (
                circle.x + distance * math.cos(n * _GOLDEN),
                circle.y + distance * math.sin(n * _GOLDEN),
            )
        )
    return found


def _flat(middles: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns places in two dimensions that keep the distances (classical scaling)."""
    import numpy as np

    count = len(middles)
    if count == 1:
        return np.zeros((1, 2))
    centring = np.eye(count) - 1 / count
    likeness = centring @ (middles @ middles.T) @ centring
    values, vectors = np.linalg.eigh(likeness)
    flat: np.ndarray[Any, Any] = vectors[:, [-1, -2]] * np.sqrt(np.maximum(values[[-1, -2]], 0))
    signs = np.sign(flat[np.abs(flat).argmax(axis=0), [0, 1]])  # eigenvectors come with any sign
    flat *= np.where(signs == 0, 1, signs)
    return flat


def _apart(places: np.ndarray[Any, Any], radii: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Draws circles together and pushes those that overlap apart, until none does."""
    import numpy as np

    angles = np.arange(len(radii)) * _GOLDEN
    places = places + np.stack([np.cos(angles), np.sin(angles)], axis=1) * 1e-3
    for turn in range(2 * _ROUNDS):
        if turn < _ROUNDS:
            places = places * 0.97
        for i in range(len(radii)):
            for j in range(i):
                between = places[i] - places[j]
                distance = float(np.hypot(*between))
                overlap = radii[i] + radii[j] - distance
                if overlap > 0:
                    push = between / max(distance, 1e-9) * overlap / 2
                    places[i] += push
                    places[j] -= push
    return places
