"""Where the site is and who calls: arguments, then GAUNTLET_URL and GAUNTLET_TOKEN, then a file of mode 0600."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from gauntlet_arena.errors import GauntletError

DEFAULT_URL = "http://127.0.0.1:3000"


@dataclass(frozen=True)
class Credentials:
    url: str
    token: str | None


def credentials_path() -> Path:
    """GAUNTLET_CREDENTIALS, or gauntlet/credentials.json in the user's configuration folder."""
    given = os.environ.get("GAUNTLET_CREDENTIALS")
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(given) if given else Path(base) / "gauntlet" / "credentials.json"


def find_credentials(url: str | None = None, token: str | None = None) -> Credentials:
    """What to call and with what. The file's token is used for the file's own site only."""
    kept = _read_file()
    found_url = (url or os.environ.get("GAUNTLET_URL") or (kept.url if kept else DEFAULT_URL)).rstrip("/")
    if not found_url.startswith(("http://", "https://")):
        raise GauntletError(f'"{found_url}" is not the address of a site; expected https://...')
    found_token = token or os.environ.get("GAUNTLET_TOKEN")
    if not found_token and kept and kept.url == found_url:
        found_token = kept.token
    return Credentials(found_url, found_token.strip() if found_token else None)


def _read_file() -> Credentials | None:
    path = credentials_path()
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise GauntletError(f"{path} can be read by others: chmod 600 {path}, and make a new token.")
        kept = json.loads(path.read_text())
        return Credentials(str(kept["url"]), str(kept["token"]) if kept.get("token") else None)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise GauntletError(f'{path} is damaged; "gauntlet login" writes it anew.') from error
