"""What a check says: the site's problems, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from gauntlet_arena.errors import Rejected
from gauntlet_arena.problem import Problem

_Check = TypeVar("_Check", bound="Check")


@dataclass(frozen=True)
class Check:
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems

    def require(self: _Check) -> _Check:
        """Itself where it is ok; raises Rejected otherwise."""
        if self.problems:
            raise Rejected(self.problems)
        return self
