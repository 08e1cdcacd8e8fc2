"""Reads a mail's HTML the way its reader does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

INVISIBLE = "\u034f\u200c\xa0"


@dataclass
class Page(HTMLParser):
    """What an HTML part shows and where it leads."""

    words: list = field(default_factory=list)
    links: list = field(default_factory=list)
    images: list = field(default_factory=list)
    classes: list = field(default_factory=list)
    tags: list = field(default_factory=list)
    root: dict = field(default_factory=dict)
    hidden: str = ""

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self._skip = 0
        self._hidden = False

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self._hidden = "display:none" in (values.get("style") or "")
        self._skip += tag in {"style", "script", "title"}
        self.classes += (values.get("class") or "").split()
        if tag == "html":
            self.root = values
        if tag == "a":
            self.links.append(values.get("href"))
        if tag == "img":
            self.images.append(values)
        if tag in {"br", "td", "div", "h1", "h2"}:
            self.words.append(" ")

    def handle_endtag(self, tag):
        self._skip -= tag in {"style", "script", "title"}

    def handle_data(self, data):
        if self._hidden:
            self.hidden += data
            self._hidden = False
        elif not self._skip:
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    @property
    def preheader(self):
        return self.hidden.strip(INVISIBLE + " \n")

    @property
    def filler(self):
        return self.hidden.count("\u200c")


def read(html):
    page = Page()
    page.feed(html)
    page.close()
    return page
