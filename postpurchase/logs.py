"""How a log line looks: one line each, without personal data."""

import logging
import re
from copy import copy

_QUERY = re.compile(r"\?[^\s\"']+")
_TOKEN = re.compile(r"(?<=/)([\w.:=~-]{4})[\w.:=~-]{16,}")
# It starts where a word starts, or a long word without an address would be tried at each letter.
_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]+(\.[\w-]+)+")
# PostgreSQL repeats the row that it refused: names, streets and all.
_ROW = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)


class LineFormatter(logging.Formatter):
    """Writes time, level, source and text on one line.

    Query strings, the tokens of signed links, mail addresses and the rows in messages of the
    database are cut out: whoever reads logs must neither learn who bought something nor be able to
    open it.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        if record.name.startswith("django.security"):
            # Anybody can cause these with one request; where it was noticed is of no interest.
            record = copy(record)
            record.exc_info = record.exc_text = record.stack_info = None
        text = _ROW.sub(r"\1: …", super().format(record))
        line = text.replace("\n", "\\n").replace("\r", "\\r")
        return _ADDRESS.sub("[address]", _TOKEN.sub(r"\1…", _QUERY.sub("?…", line)))
