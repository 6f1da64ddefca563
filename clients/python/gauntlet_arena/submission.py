"""A submission: where it is, what is wrong with it, what came of it."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gauntlet_arena.errors import Failed, GauntletError, Rejected
from gauntlet_arena.problem import Problem

if TYPE_CHECKING:
    from gauntlet_arena.transport import Transport

OVER = ("scored", "rejected", "failed")


@dataclass(frozen=True)
class Evaluation:
    """One attack measured against one defense. Fractions and counts are the site's; `id` names it at /evaluations/{id}."""

    id: str
    kind: str
    other: str | None
    name: str
    attacked: int
    broken: int
    data: dict[str, Any]
    _transport: Transport

    def standing(self) -> npt.NDArray[np.bool_]:
        """[points]: True where the defense answered rightly or was not attacked. Raises GauntletError for the holdout."""
        detail = self._transport.get(f"/evaluations/{self.id}").json()
        if detail["bits"] is None:
            raise GauntletError("The verdicts on the holdout are not public.")
        packed = np.frombuffer(base64.b64decode(detail["bits"], validate=True), dtype=np.uint8)
        return np.unpackbits(packed, count=detail["n"], bitorder="little").astype(np.bool_)


class Submission:
    """A defense or an attack on its way; `refresh()` asks again."""

    def __init__(self, transport: Transport, data: dict[str, Any]) -> None:
        self._transport = transport
        self.data = data

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def status(self) -> str:
        """received, queued, validating, evaluating, scored, rejected or failed."""
        return str(self.data["status"])

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(Problem.of(problem) for problem in self.data.get("problems", []))

    @property
    def result(self) -> dict[str, Any] | None:
        """Accuracies as fractions of `n`; for an attack `success`, `rows` and `admissible`. None until measured."""
        return self.data.get("result")

    @property
    def evaluations(self) -> list[Evaluation]:
        """The pairs measured so far, latest first."""
        return [
            Evaluation(e["evaluation"], e["kind"], e["id"], e["name"], e["attacked"], e["broken"], e, self._transport)
            for e in self.data.get("evaluations", [])
        ]

    def refresh(self) -> Submission:
        self.data = self._transport.get(f"/submissions/{self.id}").json()
        return self

    def wait(self, timeout: float | None = None, progress: bool = False) -> Submission:
        """Waits until it is scored, and is itself then. Raises Rejected, Failed, or TimeoutError after `timeout` seconds."""
        until = None if timeout is None else time.monotonic() + timeout
        pause = 0.25
        while self.refresh().status not in OVER:
            if progress:
                _show(self.data)
            if until is not None and time.monotonic() > until:
                raise TimeoutError(f"Submission {self.id} is still {self.status} after {timeout:g} s.")
            time.sleep(pause)
            pause = min(pause * 1.5, 3.0)
        if progress:
            _show(self.data, last=True)
        if self.status == "rejected":
            raise Rejected(self.problems)
        if self.status == "failed":
            raise Failed(f"The site failed to evaluate submission {self.id} (reference {self.data.get('failure')}); no attempt is spent.")
        return self

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What happens to it, as it happens: ("progress", ...), ("log", ...), and ("end", {}) when it is over."""
        yield from self._transport.events(f"/submissions/{self.id}/events")

    def __repr__(self) -> str:
        return f"<Submission {self.id} {self.data.get('kind', '')} {self.status}>"


def _show(data: dict[str, Any], last: bool = False) -> None:
    """One line on standard error, written over itself on a terminal; elsewhere a line for the end only."""
    done, total = int(data.get("done", 0)), int(data.get("total", 0))
    place = f", place {data['place']}" if data.get("place") else ""
    bar = f" [{'#' * (20 * done // total):<20}] {done}/{total}" if total else ""
    text = f"{data['status']}{place}{': ' + data['stage'] if data.get('stage') else ''}{bar}"
    if sys.stderr.isatty():
        print(f"\r{text[:100]:<100}", end="\n" if last else "", file=sys.stderr, flush=True)
    elif last:
        print(text, file=sys.stderr)
