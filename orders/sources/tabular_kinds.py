"""What a file is, told from how it begins: only text can hold orders."""

from __future__ import annotations

from typing import Literal

from orders.sources.tabular_text import encoding_of

FileKind = Literal[
    "csv", "ndjson", "empty", "excel", "old_excel", "archive", "pdf", "markup", "json_list",
    "binary",
]  # fmt: skip
HEAD = 4096
"""So many bytes are looked at."""

_BEGINNINGS: tuple[tuple[bytes, FileKind], ...] = (
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"\xd0\xcf\x11\xe0", "old_excel"),
    (b"%PDF", "pdf"),
)


def kind_of(head: bytes) -> FileKind:
    """Tell what a file is; "csv" and "ndjson" are those we read."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return "excel" if _is_workbook(head) else kind
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare.strip(b"\x00"):
        return "binary" if bare else "empty"
    if bare.startswith(b"{"):
        return "ndjson"
    if bare.startswith(b"["):
        return "json_list"
    if bare[:1] == b"<" and bare[1:2].lower() in b"!?hdpsx":
        return "markup"
    return "binary" if _is_binary(head) else "csv"


def _is_workbook(head: bytes) -> bool:
    """Tell an archive that holds a workbook of Excel or LibreOffice."""
    marks = (b"[Content_Types].xml", b"xl/", b"application/vnd.oasis")
    return head.startswith(b"PK") and any(mark in head for mark in marks)


def _is_binary(head: bytes) -> bool:
    """Tell bytes that no spreadsheet program writes: control characters, in any encoding."""
    encoding = encoding_of(head)
    if encoding == "utf-8-sig":
        controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    else:
        even = head[: len(head) // 2 * 2]
        odd = frozenset("\ufffd") | {chr(code) for code in (*range(9), *range(14, 32))}
        controls = sum(letter in odd for letter in even.decode(encoding, "replace"))
    return controls * 50 > len(head)
