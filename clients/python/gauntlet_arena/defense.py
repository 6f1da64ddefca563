"""A defense of a challenge: its numbers, its record, and its model where that is public."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gauntlet_arena.cache import write_whole
from gauntlet_arena.errors import IntegrityError, Unavailable
from gauntlet_arena.npy import read_npy

if TYPE_CHECKING:
    from gauntlet_arena.challenge import Challenge


# What the site takes in one request (contest/query.ts).
_MOST_ROWS = 1000
_MOST_BYTES = 2**24


@dataclass(frozen=True)
class Budget:
    """Rows that a person may have answered by one defense, attacks' rows included: in all, spent, left."""

    total: int
    spent: int
    left: int


class Defense:
    """`budget` is where yours stands since the last `predict`, None before. `data` is a row of the defense board, or the whole defense after `refresh()`."""

    def __init__(self, challenge: Challenge, data: dict[str, Any]) -> None:
        self._challenge = challenge
        self._transport = challenge.transport
        self.data = data
        self.budget: Budget | None = None

    @property
    def id(self) -> str:
        return str(self.data["id"])

    @property
    def name(self) -> str:
        return str(self.data["name"])

    def refresh(self) -> Defense:
        """Asks for the whole defense: claim, accuracies, facts of the model, evaluations."""
        self.data = self._transport.get(f"/defenses/{self.id}").json()
        return self

    def history(self) -> list[dict[str, Any]]:
        """The record, oldest first: receipt, first measurement, each break."""
        records: list[dict[str, Any]] = self._transport.get(f"/defenses/{self.id}/history").json()["history"]
        return records

    def predict(self, x: npt.ArrayLike) -> npt.NDArray[Any]:
        """
        Asks the hosted model, where its challenge allows it: x [N, C, H, W] in the challenge's range. Answers labels int64
        [N], -1 where the model has no valid answer, or, where the challenge answers with scores, float32 [N, classes]. Each row is
        charged to your budget, in requests of at most 1,000 rows. Raises BudgetExhausted, Unavailable where models are open.
        """
        if not self._challenge.queries:
            raise Unavailable(f"{self._challenge.slug} allows no queries: its models are open; see as_torch().")
        answers = [self._ask(part) for part in _requests(np.asarray(x))]
        return np.concatenate(answers)

    def _ask(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        buffer = io.BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        answer = self._transport.ask(f"/defenses/{self.id}/queries", buffer.getvalue())
        headers = {name.lower(): value for name, value in answer.headers.items()}
        self.budget = Budget(*(int(headers[f"query-{name}"]) for name in ("budget", "spent", "left")))
        return read_npy(answer.body, _MOST_BYTES)

    def download(self, path: str | Path | None = None) -> Path:
        """The model as it is evaluated, sha256-checked, in the cache unless `path` says where. Raises Unavailable where closed."""
        whole = self.refresh().data
        if whole["model"] is None:
            raise Unavailable(f'The model of "{self.name}" is not public now.')
        sha = str(whole["modelSha256"])
        kept = Path(path) if path else self._challenge.cache / f"{sha}.onnx"
        if not kept.exists() or hashlib.sha256(kept.read_bytes()).hexdigest() != sha:
            model = self._transport.get(f"/defenses/{self.id}/model.onnx").body
            if hashlib.sha256(model).hexdigest() != sha:
                raise IntegrityError(f"The model of {self.id} does not have the sha256 {sha}.")
            write_whole(kept, model)
        return kept

    def as_torch(self) -> Any:
        """
        The public model as a torch.nn.Module (float32 [N, C, H, W] to scores [N, classes]), by onnx2torch. Gradients are
        torch's own: zero through steps such as Round or Floor, where the site's gauntlet puts a surrogate.
        """
        from gauntlet_arena.torch_models import module_of

        return module_of(self.download())

    def as_foolbox(self) -> Any:
        """The public model as a foolbox.PyTorchModel with the challenge's bounds."""
        from gauntlet_arena.torch_models import foolbox_model

        return foolbox_model(self.as_torch(), self._challenge.range)

    def as_art(self) -> Any:
        """
        For the Adversarial Robustness Toolbox: a PyTorchClassifier of a public model; where models are closed, a
        BlackBoxClassifier that asks the site by `predict` (labels as one-hot rows), for attacks that need no gradient.
        """
        from gauntlet_arena.torch_models import art_black_box, art_classifier

        if self._challenge.queries:
            return art_black_box(self.predict, self._challenge.shape, len(self._challenge.classes), self._challenge.range)
        return art_classifier(self.as_torch(), self._challenge.shape, len(self._challenge.classes), self._challenge.range)

    def __repr__(self) -> str:
        return f"<Defense {self.id} {self.name!r}>"


def _requests(x: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Rows in parts that one request may have; an array that is none is left to the site to refuse."""
    row_bytes = x[:1].nbytes or 1
    step = max(1, min(_MOST_ROWS, (_MOST_BYTES - 1024) // row_bytes))
    for at in range(0, max(1, len(x)), step):
        yield x[at : at + step]
