"""Journeys against the running site: nothing is mocked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import GIVEN

from gauntlet_arena import Challenge, Client, errors
from gauntlet_arena.credentials import Credentials, credentials_path, find_credentials


def test_a_challenge_tells_its_rules_and_gives_its_points(challenge: Challenge) -> None:
    threat = challenge.threat_model
    assert (threat.norm, threat.epsilon, threat.access, threat.grid) == ("Linf", 0.1, "white-box", None)
    assert challenge.holdout_size > 0
    x, y = challenge.points()
    assert (x.dtype, y.dtype, x.shape[1:]) == (np.float32, np.int64, challenge.shape)
    assert len(x) == len(y) == challenge.data["n"]
    x[:] = 0
    assert challenge.points()[0].any(), "what the caller does to the points stays with the caller"


def test_points_are_kept_and_a_damaged_copy_is_fetched_again(client: Client, challenge: Challenge) -> None:
    x, _ = challenge.points()
    kept = next(challenge.cache.iterdir())
    damaged = np.load(kept)
    np.savez(kept, x=damaged["x"] + 1, y=damaged["y"])
    again, _ = client.challenge(challenge.slug).points()
    assert np.array_equal(x, again)


def test_boards_histories_and_models_are_read(client: Client, challenge: Challenge) -> None:
    names = {defense.name for defense in challenge.defenses()}
    assert "Linear" in names
    assert len(challenge.leaderboard("attacks")) > 0
    linear = next(defense for defense in challenge.defenses() if defense.name == "Linear")
    assert client.history(linear.id)[0]["kind"]
    path = linear.download()
    path.write_bytes(b"damaged")
    assert linear.download().stat().st_size > 100


def test_an_attack_is_submitted_and_its_verdicts_are_arrays(challenge: Challenge, x_adv: np.ndarray[Any, Any]) -> None:
    submission = challenge.submit_attack(x_adv, name="From Python").wait(timeout=120, progress=True)
    assert submission.result is not None
    assert submission.result["rows"] == len(x_adv)
    assert list(submission.events())[-1][0] == "end"
    meetings = submission.evaluations
    assert meetings
    for meeting in meetings:
        standing = meeting.standing()
        assert standing.shape == (challenge.data["n"],)
        assert standing.sum() <= challenge.data["n"] - meeting.broken
    with pytest.raises(errors.Refused, match="duplicate-upload"):
        challenge.submit_attack(x_adv, name="The same again")
    with pytest.raises(errors.Rejected, match="duplicate-examples"):
        challenge.submit_attack(x_adv.astype(np.float64), name="In other bytes").wait(timeout=120)


def test_a_defense_is_submitted(challenge: Challenge) -> None:
    submission = challenge.submit_defense(GIVEN["model"], name="Linear from Python", claim=0.1).wait(timeout=120)
    assert submission.result is not None
    assert 0 < submission.result["cleanAccuracy"] <= 1


def test_the_same_request_sent_twice_submits_once(client: Client, challenge: Challenge, monkeypatch: pytest.MonkeyPatch,
                                                  x_adv: np.ndarray[Any, Any]) -> None:  # fmt: skip
    opener = client.transport._opener.open
    calls: list[str] = []

    def breaks_the_line_once(request: Any, **options: Any) -> Any:
        answer = opener(request, **options)
        if request.get_method() == "POST" and not calls:
            calls.append(json.loads(answer.read())["id"])
            raise ConnectionResetError("the answer was lost")
        return answer

    monkeypatch.setattr(client.transport._opener, "open", breaks_the_line_once)
    submission = challenge.submit_attack(x_adv, name="Sent twice")
    assert [submission.id] == calls


@pytest.mark.parametrize(
    ("token", "kind", "code"),
    [(None, errors.SignInError, "not-signed-in"), ("gtl_wrong", errors.SignInError, None), (GIVEN["reader"], errors.Forbidden, "token-scope")],
)
def test_who_may_not_submit_hears_why(challenge: Challenge, x_adv: np.ndarray[Any, Any], token: str | None,
                                      kind: type[errors.ApiError], code: str | None) -> None:  # fmt: skip
    there = Challenge(Client(GIVEN["url"], token).transport, challenge.data)
    x = challenge.points()[0]
    there._points = (x, np.zeros(len(x), np.int64))
    with pytest.raises(kind) as caught:
        there.submit_attack(x_adv, name="Not mine")
    assert code is None or caught.value.code == code


def test_what_is_not_there_is_not_found_and_a_dead_site_unreachable(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.NotFound):
        client.challenge("no/such challenge")
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(errors.Unreachable):
        Client("http://127.0.0.1:9", "gtl_x").challenges()


def test_what_would_be_rejected_is_not_sent(challenge: Challenge, x_adv: np.ndarray[Any, Any]) -> None:
    with pytest.raises(errors.Rejected, match="no-admissible-row"):
        challenge.submit_attack(x_adv + 3, name="Far away")


def test_the_file_of_login_is_read_for_its_own_site_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAUNTLET_URL", raising=False)
    monkeypatch.delenv("GAUNTLET_TOKEN", raising=False)
    path = credentials_path()
    path.write_text(json.dumps({"url": GIVEN["url"], "token": "gtl_kept"}))
    path.chmod(0o600)
    assert find_credentials() == Credentials(GIVEN["url"], "gtl_kept")
    assert find_credentials("http://elsewhere.example").token is None
    monkeypatch.setenv("GAUNTLET_TOKEN", "gtl_other")
    assert find_credentials().token == "gtl_other"
    path.chmod(0o644)
    with pytest.raises(errors.GauntletError, match="chmod 600"):
        find_credentials()
