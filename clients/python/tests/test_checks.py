"""The offline checks say what the site says: the same golden files, the same codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import GIVEN

from gauntlet_arena import Challenge, errors
from gauntlet_arena.examples import check_examples
from gauntlet_arena.model_check import check_model
from gauntlet_arena.row_rules import Arena

ARRAYS = GIVEN["arrays"]
MODELS = GIVEN["models"]


@pytest.mark.parametrize("case", ARRAYS["cases"], ids=lambda case: case["name"])
def test_a_bad_file_of_examples_has_the_code_that_the_site_gives(case: dict[str, Any]) -> None:
    shape = tuple(ARRAYS["shape"])
    arena = Arena("Linf", 0.3, ARRAYS["grid"], (0.0, 1.0), shape, ARRAYS["count"])
    points = np.zeros((ARRAYS["count"], *shape), np.float32)
    check = check_examples(Path(case["file"]), None, points, arena, ARRAYS["maxBytes"])
    assert [problem.code for problem in check.problems] == [case["code"]]
    assert case["sentence"] in " ".join(str(part) for part in vars(check.problems[0]).values())
    with pytest.raises(errors.Rejected):
        check.require()


@pytest.mark.parametrize("case", MODELS["cases"], ids=lambda case: case["name"])
def test_a_bad_model_has_the_code_that_the_site_gives(case: dict[str, Any]) -> None:
    check = check_model(case["file"], case["side"], tuple(MODELS["shape"]), MODELS["classes"])
    assert not check.ok
    assert check.problems[0].code == case["code"]


def test_a_good_model_passes_with_its_facts(challenge: Challenge) -> None:
    check = challenge.check_defense(GIVEN["model"]).require()
    assert check.facts["nodes"] > 0


@pytest.mark.parametrize("case", GIVEN["rows"], ids=lambda case: case["name"])
def test_rows_count_as_the_site_counts_them(case: dict[str, Any]) -> None:
    clean = np.load(case["clean"])
    arena = Arena("Linf", case["epsilon"], case["grid"], (0.0, 1.0), clean.shape[1:], len(clean))
    check = check_examples(Path(case["file"]), None, clean, arena)
    assert {str(fault.row): fault.rule for fault in check.faults} == case["faults"]
    assert check.ok == (case["outcome"] == "scored")


def test_arrays_are_checked_as_files_are(challenge: Challenge, x_adv: np.ndarray[Any, Any]) -> None:
    assert challenge.check_attack(x_adv).admissible is not None
    assert challenge.check_attack(x_adv.astype(np.float64)).ok
    assert repr(challenge.check_attack(x_adv)) == f"<AttackCheck ok: {len(x_adv)} of {len(x_adv)} rows admissible>"
    assert repr(challenge.check_attack(x_adv[:3])) == "<AttackCheck refused: examples-row-count>"
    flat = challenge.check_attack(x_adv.reshape(len(x_adv), -1)[:3], index=[5, 1, 5])
    assert flat.admissible is not None
    assert flat.admissible.tolist() == [False, True, False]
    assert {fault.rule for fault in flat.faults} == {"duplicate-index"}
    assert challenge.check_attack(x_adv[:3]).problems[0].code == "examples-row-count"
    assert challenge.check_attack(x_adv + 5).problems[0].code == "no-admissible-row"
    assert challenge.check_attack(np.full_like(x_adv, np.nan)).problems[0].code == "no-admissible-row"
