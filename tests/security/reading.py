"""Reads a page the way a browser does, to find what a stranger's text made of it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

LEADING = {"href", "src", "action", "formaction", "data", "poster", "srcset"}
# An empty scheme is an address on our own host.
SCHEMES = {"", "http", "https", "mailto", "tel"}


@dataclass
class Shape(HTMLParser):
    """The kinds of tags and attributes on a page, and the schemes that its links lead to."""

    kinds: set = field(default_factory=set)
    schemes: set = field(default_factory=set)
    comments: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        self.kinds |= {(tag, name) for name, _ in attrs} | {(tag, "")}
        for name, value in attrs:
            if name in LEADING:
                self.schemes.add(urlsplit((value or "").strip()).scheme.lower())

    def handle_comment(self, data):
        self.comments.append(data)


def shape(html):
    """Give what a page is built of."""
    found = Shape()
    found.feed(html)
    found.close()
    return found


def foreign(html, *, known):
    """Give what is on a page and in none of the known ones: kinds of tags, and bad schemes."""
    found = shape(html)
    return (found.kinds - known) | (found.schemes - SCHEMES)
