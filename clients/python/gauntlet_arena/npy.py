"""A strict reader of .npy files (NEP 1), with the site's bounds and codes (arrays/npy.ts). Pickles are never loaded."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from gauntlet_arena.problem import Refusal

MAGIC = b"\x93NUMPY"
_MAX_HEADER = 10_000
_MAX_RANK = 8
_SAVE = "Save the array with np.save(path, x_adv.astype(np.float32))."
_CONVERT = "Convert it before saving: x.astype(np.float32)."
_UPLOAD_AGAIN = "Upload it again; if that does not help, save it again."
_REFUSED = [
    (r"[|<>=]?O\d*", "npy-pickled-objects", "The array holds pickled Python objects, which are never loaded.",
     "np.save of a list of arrays makes these; stack them first: np.stack(list).astype(np.float32)."),
    (r"[|<>=]?[SUaT]\d*", "npy-strings", "The array holds text, not numbers.", _CONVERT),
    (r"[|<>=]?c\d+", "npy-complex", "The array holds complex numbers.", "Save the real part: np.real(x).astype(np.float32)."),
    (r"[|<>=]?(b1|\?)", "npy-bool", "The array holds booleans, not numbers.", "Save the examples themselves, not a mask of them."),
    (r"[|<>=]?V\d+", "npy-void", "The array holds raw bytes; bfloat16 and float8 arrays are saved like this.", _CONVERT),
]  # fmt: skip


def read_npy(data: bytes, max_elements: int) -> npt.NDArray[Any]:
    """The array of a .npy file in C order and native byte order, float16 widened to float32. Raises Refusal."""
    text, start = _header(data)
    descr, fortran, shape = _parse(text)
    dtype = _dtype(descr)
    count = 1
    for size in shape:
        count *= size
    if any(size > max_elements for size in (count, *shape)):
        raise Refusal("npy-too-large", "The array claims more elements than are read here.", where="header, shape",
                      expected=f"at most {max_elements} elements", fix="Save only the adversarial examples, one per point.")  # fmt: skip
    expected, found = count * dtype.itemsize, len(data) - start
    if found != expected:
        short = found < expected
        raise Refusal("npy-truncated" if short else "npy-trailing-bytes",
                      "The file ends before all elements have come." if short else "The file goes on after its last element.",
                      expected=f"{expected} bytes of data", found=str(found),
                      fix="The upload or the disk cut it short: save and upload it again." if short else "Save one array per .npy file; several go into an .npz with np.savez.")  # fmt: skip
    flat = np.frombuffer(data, dtype, count, start)
    array = flat.reshape(shape, order="F" if fortran else "C")
    native = np.float32 if dtype == np.dtype(np.float16) else dtype.newbyteorder("=")
    return np.ascontiguousarray(array.astype(native)).reshape(shape)


def _header(data: bytes) -> tuple[str, int]:
    if not data.startswith(MAGIC):
        raise Refusal("npy-magic", "This is not a .npy file: it does not begin with NumPy's magic bytes.", fix=_SAVE)
    if len(data) < 8:
        raise _ends()
    major, minor = data[6], data[7]
    if not 1 <= major <= 3 or minor != 0:
        raise Refusal("npy-version", "This version of the .npy format is not known.", found=f"{major}.{minor}", fix=_SAVE)
    start = 10 if major == 1 else 12
    if len(data) < start:
        raise _ends()
    length = int.from_bytes(data[8:start], "little")
    if length > _MAX_HEADER:
        raise Refusal("npy-header-too-long", "The .npy header is longer than any that an array of numbers has.",
                      expected=f"at most {_MAX_HEADER} bytes", found=f"{length} bytes", fix=_SAVE)  # fmt: skip
    if len(data) < start + length:
        raise _ends()
    return data[start : start + length].decode("latin-1"), start + length


def _ends() -> Refusal:
    return Refusal("npy-truncated", "The .npy file ends inside its header.", fix=_UPLOAD_AGAIN)


class _Scanner:
    """Takes tokens off a header from left to right; nothing is evaluated."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def take(self, pattern: str) -> str | None:
        while self.text[self.at : self.at + 1] in (" ", "\n", "\t"):
            self.at += 1
        found = re.compile(pattern).match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found.group()

    def need(self, pattern: str, expected: str) -> str:
        found = self.take(pattern)
        return found if found is not None else self.fail(expected)

    def fail(self, expected: str) -> NoReturn:
        raise Refusal("npy-header", "The .npy header is not one that NumPy writes.",
                      where=f"header, character {self.at}", expected=expected, fix=_SAVE)  # fmt: skip


def _parse(text: str) -> tuple[str, bool, tuple[int, ...]]:
    """Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`, the keys in any order, each once."""
    scan = _Scanner(text)
    descr: str | None = None
    fortran: bool | None = None
    shape: tuple[int, ...] | None = None
    scan.need(r"\{", "a dict")
    first = True
    while scan.take(r"\}") is None:
        if not first:
            scan.need(",", "a comma or the end of the dict")
            if scan.take(r"\}") is not None:
                break
        first = False
        key = scan.need(r"'[a-z_]+'|\"[a-z_]+\"", "a quoted key")[1:-1]
        scan.need(":", "a colon")
        if key == "descr" and descr is None:
            if scan.take(r"\[") is not None:
                raise Refusal("npy-structured", "The array has named fields, not plain numbers.", where="header, descr",
                              fix="Save the field that holds the examples: x['x_adv'].astype(np.float32).")  # fmt: skip
            descr = scan.need(r"'[^'\\\n]{1,40}'|\"[^\"\\\n]{1,40}\"", "a quoted type such as '<f4'")[1:-1]
        elif key == "fortran_order" and fortran is None:
            fortran = scan.need("True|False", "True or False") == "True"
        elif key == "shape" and shape is None:
            shape = _shape(scan.need(r"\([^()]*\)", "a tuple of sizes"))
            if shape is None:
                scan.fail("a tuple of whole numbers")
        else:
            scan.fail("the keys descr, fortran_order and shape, each once")
    if scan.take(r"[^ \n\t]") is not None:
        scan.fail("nothing after the dict")
    if descr is None or fortran is None or shape is None:
        scan.fail("the keys descr, fortran_order and shape")
    return descr, fortran, shape


def _shape(text: str) -> tuple[int, ...] | None:
    parts = text[1:-1].split(",")
    if parts[-1].strip() == "":
        parts.pop()
    elif len(parts) == 1:
        return None
    if len(parts) > _MAX_RANK:
        raise Refusal("npy-rank", "The array has more dimensions than anything here.", found=f"{len(parts)} dimensions",
                      fix="Save one array of [examples, channels, height, width].")  # fmt: skip
    if not all(re.fullmatch(r" *(0|[1-9][0-9]{0,29}) *", part) for part in parts):
        return None
    return tuple(int(part) for part in parts)


def _dtype(descr: str) -> np.dtype[Any]:
    found = re.fullmatch(r"([|<>])((f[248])|([iu][1248]))", descr)
    if found and (found[1] != "|" or found[2].endswith("1")):
        return np.dtype(descr)
    for pattern, code, message, fix in _REFUSED:
        if re.fullmatch(pattern, descr):
            raise Refusal(code, message, where="header, descr", found=descr, fix=fix)
    raise Refusal("npy-dtype", "The array's number type is not one that is read here.", where="header, descr",
                  found=descr[:60], fix=_CONVERT)  # fmt: skip
