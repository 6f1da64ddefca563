"""What is wrong with something that was given, as the site says it: the same codes here and there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """`code` is stable; `where` names the place, `fix` says how to mend it."""

    code: str
    message: str
    where: str | None = None
    expected: str | None = None
    found: str | None = None
    fix: str | None = None

    @classmethod
    def of(cls, given: dict[str, Any]) -> Problem:
        """A problem from its JSON; keys that this version does not know are left out."""
        return cls(
            code=str(given.get("code", "error")),
            message=str(given.get("message", "")),
            **{key: given[key] for key in ("where", "expected", "found", "fix") if given.get(key) is not None},
        )

    def __str__(self) -> str:
        details = [f"{name} {text}" for name, text in (("expected", self.expected), ("found", self.found)) if text]
        place = f"{self.where}: " if self.where else ""
        return " ".join(
            part
            for part in (
                f"[{self.code}] {place}{self.message}",
                f"({'; '.join(details)})" if details else "",
                self.fix or "",
            )
            if part
        )


class Refusal(Exception):
    """Carries a problem out of parsing code; the checks catch it."""

    def __init__(self, code: str, message: str, **details: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, message, **details)
