"""What needs PyTorch, Foolbox or ART: models to and from ONNX, and the wrappers that the two attack."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

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
        return converter.convert(_plain_reshapes(onnx, onnx.load(str(path)))).eval()
    except NotImplementedError as error:
        raise GauntletError(f"onnx2torch cannot convert this model: {error}") from error


def _plain_reshapes(onnx: Any, model: Any) -> Any:
    """Drops `allowzero`, which PyTorch writes and onnx2torch lacks, from every Reshape to a constant shape without a zero."""
    constants = {weight.name: onnx.numpy_helper.to_array(weight) for weight in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            constants[node.output[0]] = onnx.numpy_helper.to_array(node.attribute[0].t)
    for node in model.graph.node:
        if node.op_type == "Reshape" and 0 not in constants.get(node.input[1], [0]):
            kept = [attribute for attribute in node.attribute if attribute.name != "allowzero"]
            del node.attribute[:]
            node.attribute.extend(kept)
    return model


def foolbox_model(module: Any, bounds: tuple[float, float]) -> Any:
    return _need("foolbox", "attacks").PyTorchModel(module, bounds=bounds)


def art_classifier(module: Any, shape: tuple[int, ...], classes: int, bounds: tuple[float, float]) -> Any:
    torch = _need("torch", "torch")
    kind = _need("art.estimators.classification", "attacks").PyTorchClassifier
    loss = torch.nn.CrossEntropyLoss()
    return kind(model=module, loss=loss, input_shape=shape, nb_classes=classes, clip_values=bounds, device_type="cpu")


def art_black_box(predict: Any, shape: tuple[int, ...], classes: int, bounds: tuple[float, float]) -> Any:
    """Scores as they are; labels as one-hot rows, all zero where the model has no valid answer."""
    kind = _need("art.estimators.classification", "attacks").BlackBoxClassifier

    def scores(x: Any) -> Any:
        answers = predict(np.asarray(x, dtype=np.float32))
        if answers.ndim == 2:
            return answers
        rows = np.zeros((len(answers), classes), dtype=np.float32)
        valid = answers >= 0
        rows[np.flatnonzero(valid), answers[valid]] = 1
        return rows

    return kind(scores, input_shape=shape, nb_classes=classes, clip_values=bounds)


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
