"""What needs PyTorch: models to and from ONNX, and the wrappers that Foolbox and ART attack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gauntlet_arena.errors import GauntletError, Unavailable


def _need(name: str, extra: str) -> Any:
    try:
        return __import__(name, fromlist=["_"])
    except ImportError as error:
        raise Unavailable(f'This needs {name}: pip install "gauntlet-arena[{extra}]".') from error


def module_of(path: Path) -> Any:
    """The ONNX model at `path` as a torch.nn.Module in eval mode. Raises GauntletError for operators that onnx2torch lacks."""
    onnx = _need("onnx", "torch")
    converter = _need("onnx2torch", "torch")
    try:
        return converter.convert(onnx.load(str(path))).eval()
    except NotImplementedError as error:
        raise GauntletError(f"onnx2torch cannot convert this model: {error}") from error


def foolbox_model(module: Any, bounds: tuple[float, float]) -> Any:
    return _need("foolbox", "attacks").PyTorchModel(module, bounds=bounds)


def art_classifier(module: Any, shape: tuple[int, ...], classes: int, bounds: tuple[float, float]) -> Any:
    torch = _need("torch", "torch")
    kind = _need("art.estimators.classification", "attacks").PyTorchClassifier
    loss = torch.nn.CrossEntropyLoss()
    return kind(model=module, loss=loss, input_shape=shape, nb_classes=classes, clip_values=bounds, device_type="cpu")


def to_onnx(model: Any, sample: Any, path: str | Path = "model.onnx") -> Path:
    """
    Exports a torch.nn.Module as the site wants it: one file, one input with an open batch axis, scores [N, classes],
    opset 18, in eval mode. `sample` is a batch such as torch.zeros(2, 1, 28, 28). Raises GauntletError where the model
    does not answer one row of scores for each input.
    """
    torch = _need("torch", "torch")
    was_training = model.training
    model.eval()
    batch = torch.as_tensor(sample, dtype=torch.float32)
    names: dict[str, Any] = {"input_names": ["x"], "output_names": ["scores"], "opset_version": 18}
    try:
        with torch.no_grad():
            torch.onnx.export(
                model, (batch,), str(path), dynamo=False, dynamic_axes={"x": {0: "N"}, "scores": {0: "N"}}, **names
            )
            scores = model(batch[:1])
        if scores.ndim != 2:
            raise GauntletError(f"The model answers {list(scores.shape)}; expected [N, classes].")
    finally:
        model.train(was_training)
    return Path(path)
