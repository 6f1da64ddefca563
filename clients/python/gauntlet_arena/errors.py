"""Everything that this package raises: one class for each thing that a program would do differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gauntlet_arena.problem import Problem


class GauntletError(Exception):
    """The base of all errors here. `code` is the site's stable one where the site answered."""

    code = "error"


class Unreachable(GauntletError):
    """No answer from the site, after all retries."""

    code = "unreachable"


class IntegrityError(GauntletError):
    """A download is not what the site says that it is."""

    code = "sha256-mismatch"


class Unavailable(GauntletError):
    """Something optional is not installed, or what was asked for is not public; the message says what to do."""

    code = "unavailable"


class ProblemError(GauntletError):
    """Carries `problems`; `code` is that of the first."""

    def __init__(self, problems: Sequence[Problem], message: str | None = None) -> None:
        self.problems = tuple(problems)
        self.code = self.problems[0].code if self.problems else "error"
        super().__init__(message or "\n".join(str(problem) for problem in self.problems))


class ApiError(ProblemError):
    """An error that the site answered with (RFC 9457). `status` is HTTP's, `request` is for the organizers."""

    def __init__(
        self, status: int, problems: Sequence[Problem], request: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(problems)
        self.status = status
        self.request = request
        self.retry_after = retry_after


class SignInError(ApiError):
    """401: no token, or one that is wrong, expired or revoked."""


class Forbidden(ApiError):
    """403: not allowed, or the token lacks the scope."""


class BudgetExhausted(Forbidden):
    """403: a challenge's budget of queries has no room for these rows."""


class NotFound(ApiError):
    """404: not there, or not for you to see."""


class Refused(ApiError):
    """409, 413, 415, 422 and other 4xx: understood, and refused."""


class QuotaError(ApiError):
    """429: no attempts left, or too many requests; `retry_after` is in seconds."""


class ServerError(ApiError):
    """5xx: a fault of the site."""


class Rejected(ProblemError):
    """The evaluator rejected a submission, or an offline check found what it would reject."""


class Failed(GauntletError):
    """The site failed to evaluate a submission; no attempt is spent."""

    code = "failed"


_CLASSES: dict[int, type[ApiError]] = {401: SignInError, 403: Forbidden, 404: NotFound, 429: QuotaError}


def error_of(status: int, body: Any, retry_after: float | None) -> ApiError:
    """The error for an answer's status and its parsed JSON, whatever that is."""
    document = body if isinstance(body, dict) else {}
    given = document.get("problems")
    problems = [Problem.of(p) for p in given if isinstance(p, dict)] if isinstance(given, list) else []
    if not problems:
        problems = [Problem(str(document.get("code", "error")), str(document.get("title", f"HTTP status {status}")))]
    if problems[0].code == "query-budget-exhausted":
        return BudgetExhausted(status, problems, document.get("instance"), retry_after)
    kind = _CLASSES.get(status, ServerError if status >= 500 else Refused)
    return kind(status, problems, document.get("instance"), retry_after)
