"""A defense of a challenge: its numbers, its record, and its model where that is public."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gauntlet_arena.errors import IntegrityError, Unavailable

if TYPE_CHECKING:
    from gauntlet_arena.challenge import Challenge


class Defense:
    """`data` is a row of the defense board, or the whole defense after `refresh()`."""

    def __init__(self, challenge: Challenge, data: dict[str, Any]) -> None:
        self._challenge = challenge
        self._transport = challenge.transport
        self.data = data

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
            _write(kept, model)
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
        """The public model as an art.estimators.classification.PyTorchClassifier."""
        from gauntlet_arena.torch_models import art_classifier

        return art_classifier(self.as_torch(), self._challenge.shape, len(self._challenge.classes), self._challenge.range)

    def __repr__(self) -> str:
        return f"<Defense {self.id} {self.name!r}>"


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may read the cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)
