"""The site that commands/python-client.test.ts has started, and what it has written for us: GAUNTLET_TEST names its JSON file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gauntlet_arena import Challenge, Client


def _given() -> dict[str, Any]:
    path = os.environ.get("GAUNTLET_TEST")
    if path is None:
        pytest.exit("These tests need a running site: npx vitest run commands/python-client.test.ts", returncode=2)
    given: dict[str, Any] = json.loads(Path(path).read_text())
    return given


GIVEN = _given()


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAUNTLET_CREDENTIALS", str(tmp_path / "credentials.json"))
    monkeypatch.setenv("GAUNTLET_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def client() -> Client:
    return Client(GIVEN["url"], GIVEN["token"])


@pytest.fixture
def challenge(client: Client) -> Challenge:
    return client.challenge("tiny-nogrid")


@pytest.fixture
def asked(client: Client) -> Challenge:
    """The same points, with models that are closed and answer with labels."""
    return client.challenge("tiny-asked")


@pytest.fixture
def x_adv(challenge: Challenge, request: pytest.FixtureRequest) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Admissible rows, other ones for each test: the site takes the same rows once."""
    x, _ = challenge.points()
    seed = sum(request.node.name.encode())
    noise = np.random.default_rng(seed).uniform(-0.09, 0.09, x.shape)
    return np.clip(x + noise, 0, 1).astype(np.float32)
