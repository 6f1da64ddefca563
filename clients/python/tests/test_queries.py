"""Closed models, asked through the site: by hand, by ART and by Foolbox."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pytest
from art.attacks.evasion import HopSkipJump
from art.estimators.classification import BlackBoxClassifier
from conftest import GIVEN
from foolbox.attacks import LinearSearchBlendedUniformNoiseAttack
from foolbox.models import NumPyModel

from gauntlet_arena import Challenge, Client, Defense, errors


@pytest.fixture
def hosted(asked: Challenge) -> Defense:
    return closed(asked)


def closed(challenge: Challenge) -> Defense:
    """The one of `GIVEN["model"]`: others may have come in since."""
    return next(defense for defense in challenge.defenses() if defense.name == "Closed")


def local(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The classes that the hosted model must answer: the same file, here."""
    session = onnxruntime.InferenceSession(GIVEN["model"], providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {session.get_inputs()[0].name: x.astype(np.float32)})
    return np.asarray(scores).argmax(1)


def test_answers_are_the_models_own_and_the_budget_is_told(asked: Challenge, hosted: Defense) -> None:
    x, _ = asked.points()
    before = hosted.predict(x[:1])
    assert before.dtype == np.int64
    start = hosted.budget
    assert start is not None
    many = np.concatenate([x] * (1 + 1200 // len(x)))
    assert np.array_equal(hosted.predict(many), local(many))
    now = hosted.budget
    assert now is not None
    assert (now.total, now.spent, now.left) == (start.total, start.spent + len(many), start.left - len(many))


def test_hop_skip_jump_of_art_does_to_the_hosted_model_what_it_does_to_the_same_model_here(asked: Challenge, hosted: Defense) -> None:
    x, _ = asked.points()
    right = x[:4]
    classes = len(asked.classes)
    here = BlackBoxClassifier(lambda rows: np.eye(classes, dtype=np.float32)[local(rows)], asked.shape, classes, clip_values=(0, 1))
    # ART seeds its starts anew each time, so the two find other inputs: all of them must fool.
    for model in (here, hosted.as_art()):
        attack = HopSkipJump(model, norm=np.inf, max_iter=2, max_eval=200, init_eval=20, init_size=50, verbose=False)
        assert (local(attack.generate(right)) != local(right)).all()


def test_an_attack_of_foolbox_on_the_hosted_model_is_one_here(asked: Challenge, hosted: Defense) -> None:
    x, _ = asked.points()
    classes = len(asked.classes)
    model = NumPyModel(lambda rows: np.eye(classes, dtype=np.float32)[hosted.predict(rows)], bounds=(0, 1))
    labels = hosted.predict(x[:4])
    attack = LinearSearchBlendedUniformNoiseAttack(steps=20, directions=20)
    import eagerpy as ep

    _, found, success = attack(model, ep.astensor(x[:4]), ep.astensor(labels), epsilons=None)
    assert np.array_equal(local(found.numpy()) != labels, success.numpy())
    assert success.numpy().any()


def test_what_no_budget_has_room_for_is_not_answered_and_costs_nothing(asked: Challenge) -> None:
    poor = closed(Client(GIVEN["url"], GIVEN["poor"]).challenge(asked.slug))
    x, _ = asked.points()
    with pytest.raises(errors.BudgetExhausted) as caught:
        poor.predict(x[:2])
    assert caught.value.code == "query-budget-exhausted"
    assert len(poor.predict(x[:1])) == 1
    assert poor.budget is not None and poor.budget.left == 0


@pytest.mark.parametrize(
    ("rows", "code"),
    [(np.full((1, 1, 4, 4), np.nan, np.float32), "inputs-not-finite"), (np.full((1, 1, 4, 4), 2, np.float32), "inputs-out-of-range"),
     (np.zeros((1, 7), np.float32), "examples-shape"), (np.zeros((0, 1, 4, 4), np.float32), "inputs-row-count")],
)  # fmt: skip
def test_a_bad_question_is_refused_with_the_sites_code(hosted: Defense, rows: np.ndarray[Any, Any], code: str) -> None:
    with pytest.raises(errors.Refused) as caught:
        hosted.predict(rows)
    assert caught.value.code == code


def test_an_open_challenge_allows_no_queries_and_a_closed_model_no_download(challenge: Challenge, hosted: Defense) -> None:
    with pytest.raises(errors.Unavailable):
        challenge.defenses()[0].predict(challenge.points()[0][:1])
    with pytest.raises(errors.Unavailable):
        hosted.download()
