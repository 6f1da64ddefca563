"""The notebooks of the starter kits, from top to bottom, with their submissions."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from conftest import GIVEN
from nbclient import NotebookClient


@pytest.mark.parametrize("slug", ["tiny-nogrid", "tiny-asked"])
@pytest.mark.parametrize(("name", "last"), [("attack", "broken"), ("defend", "cleanAccuracy")])
def test_a_notebook_runs_and_what_it_submits_is_scored(slug: str, name: str, last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNTLET_URL", GIVEN["url"])
    monkeypatch.setenv("GAUNTLET_TOKEN", GIVEN["token"])
    folder = Path(GIVEN["kits"]) / slug
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    printed = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    assert last in printed
