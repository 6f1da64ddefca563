"""A challenge: its threat model, its points, its boards, and the way to submit to it."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gauntlet_arena.cache import write_whole
from gauntlet_arena.defense import Defense
from gauntlet_arena.errors import IntegrityError
from gauntlet_arena.examples import AttackCheck, Given, check_examples
from gauntlet_arena.model_check import DefenseCheck, check_model
from gauntlet_arena.npz import read_npz
from gauntlet_arena.row_rules import Arena
from gauntlet_arena.submission import Submission
from gauntlet_arena.transport import Transport


@dataclass(frozen=True)
class ThreatModel:
    """`epsilon` is in input units (a number of values for L0); `grid` is steps between 0 and 1, None without."""

    norm: str
    epsilon: float
    access: str
    targeted: bool
    grid: int | None
    name: str


class Challenge:
    """`data` is what the site says of it, all of it."""

    def __init__(self, transport: Transport, data: dict[str, Any]) -> None:
        self.transport = transport
        self.data = data
        self.slug = str(data["slug"])
        self.shape: tuple[int, ...] = tuple(data["data"]["shape"])
        self.classes: tuple[str, ...] = tuple(data["data"]["classes"])
        self.range: tuple[float, float] = (data["data"]["range"][0], data["data"]["range"][1])
        # {"answers": "labels" or "scores", "budget": rows a person}: models are closed and only answer; None where they are open.
        self.queries: dict[str, Any] | None = data["queries"]
        self._points: tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]] | None = None

    @property
    def threat_model(self) -> ThreatModel:
        given = self.data["threatModel"]
        named = {key: given[key] for key in ("norm", "epsilon", "access", "targeted", "name")}
        return ThreatModel(grid=self.data["grid"], **named)

    @property
    def holdout_size(self) -> int:
        """How many hidden inputs defenses are measured on besides the points."""
        return int(self.data["data"]["holdout"])

    @property
    def cache(self) -> Path:
        """Where downloads of this challenge are kept: below GAUNTLET_CACHE, or the user's cache folder."""
        base = os.environ.get("GAUNTLET_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gauntlet"
        return Path(base) / re.sub(r"\W+", "-", self.transport.credentials.url) / self.slug

    def points(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
        """The points: x float32 [N, C, H, W] in `range`, y int64 [N]. Downloaded once, sha256-checked each time."""
        if self._points is None:
            kept = self.cache / f"{self.data['data']['pointsSha256']}.npz"
            found = self._read_points(kept.read_bytes()) if kept.exists() else None
            if found is None:
                content = self.transport.get(f"/challenges/{self.slug}/points.npz").body
                found = self._read_points(content)
                if found is None:
                    raise IntegrityError(f"The points of {self.slug} do not have the sha256 that the site gives.")
                write_whole(kept, content)
            self._points = found
        x, y = self._points
        return x.copy(), y.copy()

    def _read_points(self, content: bytes) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]] | None:
        """The arrays where they are what the site says, None otherwise."""
        arrays, _ = read_npz(content, ["x", "y"], 2**31)
        x, y = arrays["x"].astype(np.float32), arrays["y"].astype(np.int64)
        same = hashlib.sha256(x.astype("<f4").tobytes()).hexdigest() == self.data["data"]["pointsSha256"]
        same = same and hashlib.sha256(y.astype("<u2").tobytes()).hexdigest() == self.data["data"]["labelsSha256"]
        return (x, y) if same else None

    def defenses(self) -> list[Defense]:
        """All defenses, as the board ranks them."""
        return [Defense(self, row) for row in self._rows("boards/defenses", {})]

    def defense(self, id: str) -> Defense:
        return Defense(self, {"id": id, "name": id}).refresh()

    def leaderboard(self, board: str = "defenses") -> list[dict[str, Any]]:
        """The rows of the board of "defenses", of attacking "people", or of single "attacks"."""
        if board == "defenses":
            return list(self._rows("boards/defenses", {}))
        return list(self._rows("boards/attacks", {"view": board}))

    def _rows(self, path: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        page, pages = 1, 1
        while page <= pages:
            table = self.transport.get(f"/challenges/{self.slug}/{path}", {**query, "page": page, "size": 100}).json()
            yield from table["rows"]
            page, pages = page + 1, table["pages"]

    def check_attack(self, x_adv: Given, index: npt.ArrayLike | None = None) -> AttackCheck:
        """What the site would say of an attack (arrays, a path, or a file's bytes), offline; no attempt is spent."""
        threat = self.threat_model
        x, _ = self.points()
        arena = Arena(threat.norm, threat.epsilon, threat.grid, self.range, self.shape, len(x))
        return check_examples(x_adv, index, x, arena)

    def check_defense(self, model: str | Path, side: str | Path | None = None) -> DefenseCheck:
        """What the site's gate would say of an .onnx file, offline; the model is read, never run."""
        return check_model(model, side or _beside(model), self.shape, len(self.classes))

    def submit_attack(
        self, x_adv: Given, index: npt.ArrayLike | None = None, *, name: str, target: Defense | str | None = None,
        queries: int | None = None, paper: str = "", code: str = "", description: str = "", check: bool = True,
    ) -> Submission:  # fmt: skip
        """Submits adversarial examples, checked offline first unless `check` is False. Raises Rejected or an ApiError."""
        if check:
            self.check_attack(x_adv, index).require()
        filename, content = _file_of(x_adv, index)
        aim = target.id if isinstance(target, Defense) else target
        fields = {"name": name, "target": aim or "", "queries": "" if queries is None else str(queries)}
        fields |= {"paper": paper, "code": code, "description": description}
        return self._submit("attacks", fields, {"examples": (filename, content)})

    def submit_defense(
        self, model: str | Path, side: str | Path | None = None, *, name: str, claim: float, licence: str = "CC-BY-4.0",
        paper: str = "", code: str = "", description: str = "",
    ) -> Submission:  # fmt: skip
        """Submits an .onnx file (with its .onnx.data file, found beside it) and a claim, a fraction in [0, 1]."""
        files = {"model": (Path(model).name, Path(model).read_bytes())}
        beside = side or _beside(model)
        if beside:
            files["side"] = (Path(beside).name, Path(beside).read_bytes())
        fields = {"name": name, "claim": repr(float(claim)), "licence": licence}
        fields |= {"paper": paper, "code": code, "description": description}
        return self._submit("defenses", fields, files)

    def _submit(self, kind: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> Submission:
        given = {key: value for key, value in fields.items() if value != ""}
        answer = self.transport.post_form(f"/challenges/{self.slug}/{kind}", given, files).json()
        return Submission(self.transport, answer).refresh()

    def __repr__(self) -> str:
        return f"<Challenge {self.slug}: {self.threat_model.name}>"


def _beside(model: str | Path) -> Path | None:
    """The side file that exporters write next to a large model."""
    side = Path(f"{model}.data")
    return side if side.exists() else None


def _file_of(x_adv: Given, index: npt.ArrayLike | None) -> tuple[str, bytes]:
    if isinstance(x_adv, bytes):
        return "examples.npz", x_adv
    if isinstance(x_adv, (str, Path)):
        return Path(x_adv).name, Path(x_adv).read_bytes()
    buffer = io.BytesIO()
    arrays = {"x_adv": np.asarray(x_adv)} | ({} if index is None else {"index": np.asarray(index)})
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return "examples.npz", buffer.getvalue()
