"""The door: `Client()`, and from it everything else."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from gauntlet_arena.challenge import Challenge
from gauntlet_arena.credentials import find_credentials
from gauntlet_arena.submission import Submission
from gauntlet_arena.transport import Transport


class Client:
    """A site. URL and token: as given, else GAUNTLET_URL and GAUNTLET_TOKEN, else the file that "gauntlet login" wrote."""

    def __init__(self, url: str | None = None, token: str | None = None, timeout: float = 60.0) -> None:
        self.transport = Transport(find_credentials(url, token), timeout)

    def challenges(self) -> list[dict[str, Any]]:
        """A summary of each challenge, open ones first."""
        found: list[dict[str, Any]] = self.transport.get("/challenges").json()["challenges"]
        return found

    def challenge(self, slug: str) -> Challenge:
        """Raises NotFound."""
        return Challenge(self.transport, self.transport.get(f"/challenges/{quote(slug, safe='')}").json())

    def defense(self, id: str) -> dict[str, Any]:
        """A defense as the API tells of it. Raises NotFound."""
        found: dict[str, Any] = self.transport.get(f"/defenses/{quote(id, safe='')}").json()
        return found

    def history(self, id: str) -> list[dict[str, Any]]:
        """The record of a defense, oldest first. Raises NotFound."""
        found: list[dict[str, Any]] = self.transport.get(f"/defenses/{quote(id, safe='')}/history").json()["history"]
        return found

    def submission(self, id: str) -> Submission:
        """Yours at any time, everybody's once it is scored. Raises NotFound."""
        return Submission(self.transport, self.transport.get(f"/submissions/{quote(id, safe='')}").json())
