"""Reads the mails that `postpurchase.local.eml` put into a directory."""

from __future__ import annotations

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default as modern
from functools import lru_cache
from itertools import islice
from pathlib import Path

from django.conf import settings

SEARCHED_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader sees it. `key` names its file and sorts by time."""

    key: str
    subject: str
    sender: str
    recipient: str
    at: datetime
    text: str
    html: str

    @property
    def first_words(self) -> str:
        """Give what a list shows below the subject."""
        return " ".join(self.text.split())[:120]

    def has(self, words: str) -> bool:
        """Tell whether all words occur anywhere in it, in any case of letters."""
        whole = f"{self.subject} {self.sender} {self.recipient} {self.text}".casefold()
        return all(word in whole for word in words.casefold().split())


def directory() -> Path:
    """Give the directory that mails go to here."""
    return Path(getattr(settings, "EMAIL_FILE_PATH", "") or settings.LOCAL_DIR / "mail")


def newest_first() -> list[Path]:
    """List the files; their names begin with the time in nanoseconds."""
    return sorted(directory().glob("*.eml"), key=lambda path: path.name, reverse=True)


def page_of(words: str, *, start: int, size: int) -> tuple[list[Letter], bool]:
    """Give some of the letters that have these words, and whether there are older ones.

    A search looks at the newest 2,000; reading more would take seconds.
    """
    paths = newest_first()
    if words:
        paths = paths[:SEARCHED_AT_MOST]
    letters = (letter for path in paths if (letter := read(path)) and letter.has(words))
    found = list(islice(letters, start, start + size + 1))
    return found[:size], len(found) > size


def find(key: str) -> tuple[Letter, bytes] | None:
    """Give a letter with its source; None where there is no such file."""
    path = directory() / f"{key}.eml"
    letter = read(path)
    return (letter, path.read_bytes()) if letter else None


@lru_cache(maxsize=SEARCHED_AT_MOST)
def read(path: Path) -> Letter | None:
    """Read a file, which never changes; None where it is gone."""
    try:
        source = path.read_bytes()
    except OSError:
        return None
    message = email.message_from_bytes(source, policy=modern)
    return Letter(
        key=path.stem,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipient=str(message.get("To", "")),
        at=_written_at(path.stem),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _written_at(key: str) -> datetime:
    nanoseconds, _, _ = key.partition("-")
    return datetime.fromtimestamp(int(nanoseconds) / 1e9 if nanoseconds.isdigit() else 0, tz=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    return raw.decode("utf-8", "replace")
