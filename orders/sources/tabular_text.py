"""From the bytes of a spreadsheet file to its rows, in constant memory.

Excel writes UTF-8 with and without a BOM, UTF-16 ("Unicode text") and Windows-1252, with commas,
semicolons or tabs, and sometimes a first line "sep=;".
"""

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from typing import IO

CHUNK = 64 * 1024
LONGEST_CELL = 256 * 1024
LONGEST_LINE = 1024 * 1024
LONGEST_ROW = 4 * 1024 * 1024
DELIMITERS = ";,\t|"
FALLBACK = "postpurchase.windows-1252"


class Unreadable(ValueError):
    """The rest of the file cannot be split into rows; says why."""


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 the way Excel on Windows wrote it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    byte = error.object[error.start : error.start + 1]
    return byte.decode("windows-1252", "replace"), error.start + 1


codecs.register_error(FALLBACK, _windows_1252)


def encoding_of(head: bytes) -> str:
    """Tell the encoding from the first bytes: a BOM, or every second byte zero."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:200]
    if sample[1::2].count(0) > len(sample) // 4:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > len(sample) // 4 else "utf-8-sig"


def lines(stream: IO[bytes]) -> Iterator[str]:
    """Give the lines of a file, each with its newline; what is no UTF-8 is Windows-1252."""
    head = stream.read(CHUNK)
    encoding = encoding_of(head)
    errors = FALLBACK if encoding == "utf-8-sig" else "replace"
    text = codecs.getincrementaldecoder(encoding)(errors)
    newlines = io.IncrementalNewlineDecoder(text, translate=True)
    pending, chunk = "", head
    while chunk:
        *whole, pending = (pending + newlines.decode(chunk)).split("\n")
        for line in whole:
            yield f"{line}\n"
        if len(pending) > LONGEST_LINE:
            # A line without end must not gather in memory.
            raise Unreadable(
                f"A line is longer than {LONGEST_LINE // 1024} KB; this is no list of orders."
            )
        chunk = stream.read(CHUNK)
    pending += newlines.decode(b"", final=True)
    if pending:
        yield pending


def rows(stream: IO[bytes]) -> Iterator[list[str]]:
    """Give the cells of each row, blank rows as empty lists. Raises Unreadable."""
    source = lines(stream)
    first = next(source, "")
    delimiter = ""
    if first.lower().startswith("sep=") and len(first.rstrip("\n")) == 5:
        delimiter, first = first[4], next(source, "")
    delimiter = delimiter or delimiter_of(first)
    csv.field_size_limit(LONGEST_CELL)
    meter = _Meter(itertools.chain([first], source))
    reader = csv.reader(meter, delimiter=delimiter)
    try:
        for row in reader:
            meter.characters = 0
            yield row
    except csv.Error as error:
        raise Unreadable(
            f"The file cannot be read past line {reader.line_num}: {error}."
            " Is a quotation mark opened there and never closed?"
        ) from error


def delimiter_of(header: str) -> str:
    """Give the delimiter that the header uses most outside quotation marks."""
    bare = "".join(header.split('"')[::2])
    best = max(DELIMITERS, key=bare.count)
    return best if bare.count(best) else ","


class _Meter:
    """Lines on their way to the row reader, which would gather a row without end in memory."""

    def __init__(self, source: Iterator[str]) -> None:
        self.source = source
        self.characters = 0
        """Given out since the last row was complete."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.source)
        self.characters += len(line)
        if self.characters > LONGEST_ROW:
            raise Unreadable(f"A row is longer than {LONGEST_ROW // 1024**2} MB.")
        return line
