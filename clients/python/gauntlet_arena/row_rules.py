"""Which rows of an attack count, as the site judges them (contest/admissible.ts): the same arithmetic, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.float64]
SLACK = 1e-6


@dataclass(frozen=True)
class Arena:
    """What rows are judged by: `epsilon` in input units, `grid` steps between 0 and 1 or None."""

    norm: str
    epsilon: float
    grid: int | None
    range: tuple[float, float]
    shape: tuple[int, ...]
    count: int


@dataclass(frozen=True)
class RowFault:
    """Why a row does not count; `by` is in grid steps on a grid, in input units without."""

    row: int
    point: int
    rule: str
    by: float | None = None


def _whole(value: float) -> float:
    """0.07 * 100 is 7.000000000000001: within a billionth of a whole number, the whole number is meant."""
    nearest = float(np.floor(value + 0.5))
    return nearest if abs(value - nearest) < 1e-9 else value


def to_grid(values: npt.NDArray[Any], grid: int) -> Float:
    """Values in steps of the grid, halves rounded up as the site does."""
    scaled = values.astype(np.float64) * grid
    down = np.floor(scaled)
    return np.asarray(down + (scaled - down >= 0.5), dtype=np.float64)


def judge(x: npt.NDArray[np.float32], index: npt.NDArray[np.int64], points: npt.NDArray[np.float32], arena: Arena) -> list[RowFault]:
    """The faults of rows `x` [rows, ...] against `points` [count, ...], at most one a row, in order."""
    faults: list[RowFault] = []
    names, uses = np.unique(index, return_counts=True)
    twice = set(names[uses > 1].tolist())
    for row, point in enumerate(index.tolist()):
        if not 0 <= point < arena.count:
            faults.append(RowFault(row, -1, "index-out-of-range"))
        elif point in twice:
            faults.append(RowFault(row, point, "duplicate-index"))
        else:
            rule, by = _judge_row(x[row].ravel(), points[point].ravel(), arena)
            if rule:
                faults.append(RowFault(row, point, rule, by))
    return faults


def _judge_row(row: npt.NDArray[np.float32], clean: npt.NDArray[np.float32], arena: Arena) -> tuple[str | None, float | None]:
    if not np.isfinite(row).all():
        return "not-finite", None
    scale = arena.grid or 1
    slack = 0.0 if arena.grid else SLACK
    value, origin = (to_grid(a, arena.grid) if arena.grid else a.astype(np.float64) for a in (row, clean))
    low, high = (_whole(end * scale) for end in arena.range)
    outside = max(0.0, float((low - value).max()), float((value - high).max()))
    if outside > slack:
        return "out-of-range", outside
    over = _size(np.abs(value - origin), arena.norm, slack) - (arena.epsilon if arena.norm == "L0" else _whole(arena.epsilon * scale))
    return ("out-of-ball", over) if over > slack else (None, None)


def _size(change: Float, norm: str, slack: float) -> float:
    """Sums run from left to right, as the site's do: NumPy's own order would differ in the last bits."""
    if norm == "Linf":
        return float(change.max())
    if norm == "L2":
        return float(np.sqrt(np.add.accumulate(change * change)[-1]))
    if norm == "L1":
        return float(np.add.accumulate(change)[-1])
    return float((change > slack).sum())
