"""Whether an attack would be taken, before an attempt is spent: the site's rules (arrays/examples.ts, row rules)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gauntlet_arena.check import Check
from gauntlet_arena.npy import MAGIC, read_npy
from gauntlet_arena.npz import looks_like_zip, read_npz
from gauntlet_arena.problem import Problem, Refusal
from gauntlet_arena.row_rules import Arena, RowFault, judge

MAX_BYTES = 2**28
_NAMES = ["x_adv", "adv_complete", "arr_0"]
_SAVE = "np.savez_compressed(path, x_adv=x_adv.astype(np.float32), index=index)"
_FOREIGN = [(b"\x80", "a Python pickle"), (b"\x89HDF", "an HDF5 file"), (b"\x89PNG", "a PNG image"),
            (b"\xff\xd8", "a JPEG image"), (b"\x1f\x8b", "a gzip file"), (b"MATL", "a MATLAB file")]  # fmt: skip

Given = npt.ArrayLike | str | Path | bytes


@dataclass(frozen=True, repr=False)
class AttackCheck(Check):
    """What the site would say. `ok`: it would be measured; `admissible` [rows] says which rows count."""

    rows: int = 0
    admissible: npt.NDArray[np.bool_] | None = None
    faults: tuple[RowFault, ...] = ()

    def __repr__(self) -> str:
        if not self.ok:
            return f"<AttackCheck refused: {'; '.join(problem.code for problem in self.problems)}>"
        counted = 0 if self.admissible is None else int(self.admissible.sum())
        return f"<AttackCheck ok: {counted} of {self.rows} rows admissible>"


def check_examples(
    given: Given, index: npt.ArrayLike | None, points: npt.NDArray[np.float32], arena: Arena, max_bytes: int = MAX_BYTES
) -> AttackCheck:
    """Checks arrays, the path of an .npy or .npz file, or its bytes, against the points [count, ...]."""
    try:
        x, names = read_examples(given, index, arena, max_bytes)
    except Refusal as refusal:
        return AttackCheck((refusal.problem,))
    faults = judge(x, names, points, arena)
    admissible = np.ones(len(x), dtype=np.bool_)
    admissible[[fault.row for fault in faults]] = False
    problems = () if admissible.any() else (_nothing(faults, len(x)),)
    return AttackCheck(problems, len(x), admissible, tuple(faults))


def read_examples(
    given: Given, index: npt.ArrayLike | None, arena: Arena, max_bytes: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The rows as float32 [rows, *shape] and the point of each, -1 where there is none. Raises Refusal."""
    if isinstance(given, (str, Path, bytes)):
        data = given if isinstance(given, bytes) else Path(given).read_bytes()
        array, names = _open(data, max_bytes)
    else:
        array, names = np.asarray(given), None if index is None else np.asarray(index)
    array = _layout(array, arena.shape)
    if len(array) == 0:
        raise Refusal("examples-empty", "The file has no examples.", fix="Save at least one row.")
    return _float32(array, arena.grid), _index(names, len(array), arena.count)


def _open(data: bytes, max_bytes: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    if len(data) > max_bytes:
        raise Refusal("examples-too-large", "The file is larger than all examples of this challenge can be.",
                      expected=f"at most {max_bytes} bytes", found=f"{len(data)} bytes",
                      fix="Save one adversarial example per point, as float32.")  # fmt: skip
    if data.startswith(MAGIC):
        return read_npy(data, max_bytes), None
    if not looks_like_zip(data):
        found = next((name for magic, name in _FOREIGN if data.startswith(magic)), "something else")
        raise Refusal("examples-format", "The file is neither .npy nor .npz.", expected="a file written by np.save or np.savez",
                      found=found if data else "an empty file", fix=f"{_SAVE}.")  # fmt: skip
    arrays, ignored = read_npz(data, [*_NAMES, "index"], max_bytes)
    found_names = [name for name in _NAMES if name in arrays]
    if len(found_names) != 1:
        raise Refusal("examples-not-one-array", "The archive must hold exactly one array of examples.",
                      expected="x_adv (or adv_complete, or arr_0)", found=", ".join([*found_names, *ignored])[:300] or "no array",
                      fix=f"{_SAVE}.")  # fmt: skip
    return arrays[found_names[0]], arrays.get("index")


def _layout(array: npt.NDArray[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """The rows in the declared layout: as declared, channels last, without the channel axis, or flat."""
    one = array.shape[1:]
    if array.ndim > 1:
        if one == shape:
            return array
        if len(shape) == 3:
            channels, height, width = shape
            if one == (height, width, channels):
                return np.asarray(array.transpose(0, 3, 1, 2))
            if channels == 1 and one == (height, width):
                return array.reshape(len(array), *shape)
        if one == (math.prod(shape),):
            return array.reshape(len(array), *shape)
    raise Refusal("examples-shape", "The examples do not have the shape of this challenge's inputs.",
                  expected=f"[rows, {', '.join(map(str, shape))}]", found=str(list(array.shape)),
                  fix=f"One example is {list(shape)}: x_adv.reshape(-1, {', '.join(map(str, shape))}) if only an axis is missing.")  # fmt: skip


def _float32(array: npt.NDArray[Any], grid: int | None) -> npt.NDArray[np.float32]:
    """uint8 is read as steps of a 255 grid; other integers could mean anything."""
    if array.dtype in (np.float16, np.float32, np.float64):
        with np.errstate(over="ignore"):
            return np.ascontiguousarray(array, dtype=np.float32)
    if array.dtype == np.uint8 and grid == 255:
        return (array.astype(np.float64) / 255).astype(np.float32)
    raise Refusal("examples-integers", "The examples are whole numbers, and this challenge cannot tell which values they stand for.",
                  expected="float16, float32 or float64", found=str(array.dtype),
                  fix=f"Save the values that the model takes: x_adv.astype(np.float32){f' / {grid} if these are pixels' if grid else ''}.")  # fmt: skip


def _index(names: npt.NDArray[Any] | None, rows: int, count: int) -> npt.NDArray[np.int64]:
    if names is None:
        if rows == count:
            return np.arange(count, dtype=np.int64)
        raise Refusal("examples-row-count", "Without an index, there must be one row for every point, in order.",
                      expected=f"{count} rows", found=str(rows), fix=f"Say which points the rows attack: {_SAVE}.")  # fmt: skip
    if names.dtype.kind not in "iu" or names.shape != (rows,):
        raise Refusal("examples-index", "The index does not name one point for each row.", where="index",
                      expected=f"whole numbers of shape [{rows}]", found=f"{names.dtype} of shape {list(names.shape)}",
                      fix="index = np.asarray(index, dtype=np.int64), one number per row of x_adv, counted from 0.")  # fmt: skip
    return np.where((names >= 0) & (names < count), names, -1).astype(np.int64)


def _nothing(faults: list[RowFault], rows: int) -> Problem:
    rules: dict[str, list[RowFault]] = {}
    for fault in faults:
        rules.setdefault(fault.rule, []).append(fault)
    found = "; ".join(f"{rule} in {len(group)} rows (first: row {group[0].row})" for rule, group in rules.items())
    return Problem("no-admissible-row", f"None of the {rows} rows is an admissible attack.", None,
                   "at least one finite row inside the value range and inside the ball around its point", found[:300],
                   "Clip to the ball and to the range, in this order, after rounding to the challenge's grid; check the order of the points.")  # fmt: skip
