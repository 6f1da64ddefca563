"""A strict reader of .npz files (APPNOTE 6.3.10), with the site's bounds and codes (arrays/npz.ts)."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from gauntlet_arena.npy import read_npy
from gauntlet_arena.problem import Problem, Refusal

MAX_MEMBERS = 16
_SAVE = "Save the arrays with np.savez_compressed(path, x_adv=x_adv, index=index)."
_UPLOAD_AGAIN = "Upload it again; if that does not help, save it again."
_ENCRYPTED, _HARMLESS, _SIZES_FOLLOW = 0x2041, 0x080E, 0x0008
_IN_ZIP64 = 0xFFFFFFFF
# Deflate packs at most 1,032 bytes into one, so a larger claim is a lie.
_MAX_RATIO = 1032


@dataclass(frozen=True)
class _Fields:
    name: str
    flags: int
    method: int
    crc: int
    stored: int
    size: int
    extra: int
    end: int


@dataclass(frozen=True)
class _Member:
    name: str
    method: int
    crc: int
    size: int
    header: int
    start: int
    end: int


def looks_like_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def read_npz(data: bytes, wanted: list[str], max_bytes: int) -> tuple[dict[str, npt.NDArray[Any]], list[str]]:
    """The wanted arrays that are there, and the names of other members. Raises Refusal; inflates at most `max_bytes`."""
    members = _directory(data)
    chosen = [member for name in wanted for member in members if member.name == f"{name}.npy"]
    claimed = sum(member.size for member in chosen)
    if claimed > max_bytes:
        raise Refusal("npz-too-large", "The arrays are larger than any that are expected here.",
                      expected=f"at most {max_bytes} bytes once inflated", found=f"{claimed} bytes",
                      fix="Save one adversarial example per point, as float32.")  # fmt: skip
    arrays = {}
    for member in chosen:
        raw = _unpack(data, member)
        try:
            arrays[member.name[:-4]] = read_npy(raw, max_bytes)
        except Refusal as refusal:
            inner = refusal.problem
            where = f"{member.name}: {inner.where}" if inner.where else member.name
            refusal.problem = Problem(inner.code, inner.message, where, inner.expected, inner.found, inner.fix)
            raise
    return arrays, [member.name for member in members if member not in chosen]


def _broken(what: str) -> Refusal:
    return Refusal("npz-broken", f"The archive is damaged: {what}.", fix=_SAVE)


def _directory(data: bytes) -> list[_Member]:
    end = len(data) - 22
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        raise Refusal("npz-truncated", "The file does not end with a zip directory: it was cut short, or something was added after it.",
                      fix="Save and upload it again.")  # fmt: skip
    disk, first, here, count, length, start, comment = struct.unpack_from("<HHHHIIH", data, end + 4)
    if count > MAX_MEMBERS:
        raise Refusal("npz-too-many-members", "The archive has more members than arrays are expected.",
                      expected=f"at most {MAX_MEMBERS}", found=str(count), fix=f"Put all examples into one array. {_SAVE}")  # fmt: skip
    if disk or first or here != count or comment or start + length != end:
        raise _broken("its directory is not where the end of the file says")
    members: list[_Member] = []
    at = start
    for number in range(count):
        if at + 46 > end or data[at : at + 4] != b"PK\x01\x02":
            raise _broken(f"entry {number} of its directory is missing")
        entry = _fields(data, at, 46, 8, end)
        members.append(_place(data, entry, _wide(data, entry, _u32(data, at + 42)), start))
        at = entry.end + _u16(data, at + 32)
    if at != end:
        raise _broken("its directory is not as long as it says")
    _no_twins(members)
    return members


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _fields(data: bytes, at: int, length: int, flags: int, limit: int) -> _Fields:
    """What local and central headers have in common, in the same order from the flags on."""
    start = at + flags
    extra = at + length + _u16(data, start + 20)
    end = extra + _u16(data, start + 22)
    if end > limit:
        raise _broken("a header is cut off")
    return _Fields(_plain(data[at + length : extra]), _u16(data, start), _u16(data, start + 2), _u32(data, start + 8),
                   _u32(data, start + 12), _u32(data, start + 16), extra, end)  # fmt: skip


def _plain(raw: bytes) -> str:
    """Letters, digits and .-_ only, so that a name can never be a path."""
    name = raw[:300].decode("latin-1")
    if len(raw) <= 100 and re.fullmatch(r"[A-Za-z0-9_](\.?[A-Za-z0-9_-])*", name):
        return name
    found = re.sub(r"[^\x20-\x7e]", "?", name)[:100]
    if name.endswith("/data.pkl"):
        raise Refusal("npz-torch-file", "This is a file of torch.save, which holds Python pickles; those are never loaded.",
                      found=found, fix="Save the array itself: np.savez_compressed(path, x_adv=x_adv.cpu().numpy()).")  # fmt: skip
    path = re.search(r"[/\\]|^[A-Za-z]:|\.\.", name)
    raise Refusal("npz-member-path" if path else "npz-member-name",
                  "A member's name is a path; nothing is unpacked here." if path else "A member's name is not a plain one.",
                  expected="names such as x_adv.npy", found=found or "an empty name", fix=_SAVE)  # fmt: skip


def _wide(data: bytes, fields: _Fields, header: int) -> tuple[int, int, int]:
    """Size, stored size and header offset, from the zip64 extra field where the 32-bit ones say so (APPNOTE 4.5.3)."""
    values = [fields.size, fields.stored, header]
    if _IN_ZIP64 not in values:
        return values[0], values[1], values[2]
    at = fields.extra
    while at + 4 <= fields.end:
        end = at + 4 + _u16(data, at + 2)
        if end > fields.end:
            break
        if _u16(data, at) == 1:
            at += 4
            for i, value in enumerate(values):
                if value == _IN_ZIP64:
                    if at + 8 > end:
                        raise _broken("a 64-bit size is missing")
                    values[i] = int.from_bytes(data[at : at + 8], "little")
                    at += 8
            return values[0], values[1], values[2]
        at = end
    raise _broken("a 64-bit size is missing")


def _place(data: bytes, entry: _Fields, central: tuple[int, int, int], limit: int) -> _Member:
    """Follows a directory entry to its local header, which must say the same, and to its data."""
    _features(entry)
    size, stored, header = central
    if header + 30 > limit or data[header : header + 4] != b"PK\x03\x04":
        raise _broken(f"the header of {entry.name} is not where its directory says")
    local = _fields(data, header, 30, 6, limit)
    local_size, local_stored, _ = _wide(data, local, 0)
    same = local.crc == entry.crc and local_stored == stored and local_size == size
    later = entry.flags & _SIZES_FOLLOW and local.crc == local_stored == local_size == 0
    if (local.name, local.flags, local.method) != (entry.name, entry.flags, entry.method) or not (same or later):
        raise Refusal("npz-headers-disagree", "A member's own header and the archive's directory say different things about it.",
                      where=f"member {entry.name}", fix=_SAVE)  # fmt: skip
    end = local.end + stored
    if end > limit:
        raise _broken(f"the data of {entry.name} is cut off")
    if entry.method == 0 and stored != size:
        raise _broken(f"{entry.name} is stored, with two sizes")
    return _Member(entry.name, entry.method, entry.crc, size, header, local.end, end)


def _features(entry: _Fields) -> None:
    if entry.flags & _ENCRYPTED:
        raise Refusal("npz-encrypted", "The archive is encrypted.", where=f"member {entry.name}", fix=f"Leave out the password. {_SAVE}")
    if entry.method not in (0, 8):
        raise Refusal("npz-compression", "A member is compressed in a way that is not read here.", where=f"member {entry.name}",
                      expected="stored (0) or deflate (8)", found=f"method {entry.method}", fix=_SAVE)  # fmt: skip
    if entry.flags & ~(_HARMLESS | _ENCRYPTED):
        raise _broken(f"{entry.name} uses a feature that arrays do not need")


def _no_twins(members: list[_Member]) -> None:
    names = [member.name for member in members]
    for name in names:
        if names.count(name) > 1:
            raise Refusal("npz-duplicate-member", "Two members have the same name, so it is not clear which one is meant.",
                          where=f"member {name}", fix=_SAVE)  # fmt: skip
    ordered = sorted(members, key=lambda member: member.header)
    for before, member in zip(ordered, ordered[1:]):
        if member.header < before.end:
            raise Refusal("npz-overlap", "Two members of the archive share bytes.",
                          where=f"members {before.name} and {member.name}", fix=_SAVE)  # fmt: skip


def _unpack(data: bytes, member: _Member) -> bytes:
    """The data of one member, its size and checksum verified, never more than it claims."""
    stored = data[member.start : member.end]
    raw = stored if member.method == 0 else _inflate(stored, member)
    if len(raw) == member.size and zlib.crc32(raw) == member.crc:
        return raw
    raise Refusal("npz-checksum", "A member's data is damaged: its checksum or its size is not the one that the archive gives.",
                  where=f"member {member.name}", fix=_UPLOAD_AGAIN)  # fmt: skip


def _inflate(stored: bytes, member: _Member) -> bytes:
    bomb = Refusal("npz-bomb", "A member inflates to more than it may.", where=f"member {member.name}", fix=_SAVE)
    if member.size > len(stored) * _MAX_RATIO:
        raise bomb
    stream = zlib.decompressobj(-15)
    try:
        raw = stream.decompress(stored, member.size + 1)
    except zlib.error as error:
        raise Refusal("npz-deflate", "A member's compressed data is damaged.", where=f"member {member.name}",
                      found=str(error)[:300], fix=_UPLOAD_AGAIN) from error  # fmt: skip
    if len(raw) > member.size:
        raise bomb
    if not stream.eof and len(raw) < member.size:
        raise Refusal("npz-deflate", "A member's compressed data is damaged.", where=f"member {member.name}",
                      found="it ends too early", fix=_UPLOAD_AGAIN)  # fmt: skip
    return raw
