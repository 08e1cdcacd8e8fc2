"""Links to a shop's other places: which are fit to be shown, what they are called, their icons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LINKS_AT_MOST = 8
LONGEST_LABEL = 40
LONGEST_URL = 300


@dataclass(frozen=True, slots=True)
class FooterLink:
    """A link at the foot of pages and mails; the icon stands for the kind of place."""

    label: str
    url: str
    icon: str


# Icons of the kind of place: our icon set holds no trade marks.
PLACES = {
    "instagram.com": ("Instagram", "camera"),
    "tiktok.com": ("TikTok", "music-2"),
    "youtube.com": ("YouTube", "video"),
    "youtu.be": ("YouTube", "video"),
    "twitch.tv": ("Twitch", "video"),
    "facebook.com": ("Facebook", "thumbs-up"),
    "discord.gg": ("Discord", "messages-square"),
    "discord.com": ("Discord", "messages-square"),
    "reddit.com": ("Reddit", "messages-square"),
    "pinterest.com": ("Pinterest", "pin"),
    "linkedin.com": ("LinkedIn", "briefcase"),
    "x.com": ("X", "at-sign"),
    "twitter.com": ("X", "at-sign"),
    "threads.net": ("Threads", "at-sign"),
    "bsky.app": ("Bluesky", "at-sign"),
    "mastodon.social": ("Mastodon", "at-sign"),
    "wa.me": ("WhatsApp", "message-circle"),
    "whatsapp.com": ("WhatsApp", "message-circle"),
    "t.me": ("Telegram", "message-circle"),
}


def readable_links(rows: list[Any]) -> Iterator[FooterLink]:
    """Give the links among rows of {"label", "url"}; what is no web address is left out."""
    for row in rows:
        url = str(row.get("url", "")) if isinstance(row, dict) else ""
        if is_link(url):
            yield FooterLink(str(row.get("label", "")) or label_for(url), url, icon_for(url))


def are_links(rows: object) -> bool:
    """Tell whether this is a list of links as a look holds them."""
    return isinstance(rows, list) and len(rows) <= LINKS_AT_MOST and all(map(_is_row, rows))


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == {"label", "url"}
        and all(isinstance(value, str) for value in row.values())
        and len(row["label"]) <= LONGEST_LABEL
        and len(row["url"]) <= LONGEST_URL
        and is_link(row["url"])
    )


def is_link(url: str) -> bool:
    """Tell whether an address may stand at the foot: https or http, a host, nothing hidden."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    hidden = "@" in parts.netloc or not url.isprintable() or " " in url
    return parts.scheme in {"https", "http"} and bool(host) and not hidden


def label_for(url: str) -> str:
    """Suggest a word for a link: the place's name, else its host."""
    place = _place(url)
    return place[0] if place else _host(url)


def icon_for(url: str) -> str:
    """Give the icon of the kind of place a link leads to."""
    place = _place(url)
    return place[1] if place else "globe"


def _place(url: str) -> tuple[str, str] | None:
    host = _host(url)
    known = (host.split(".", cut)[-1] for cut in range(host.count(".")))
    return next((PLACES[name] for name in known if name in PLACES), None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
