"""Text from outside, made fit for a mail: one line, no tricks; and the plain part's columns."""

from __future__ import annotations

import re
import textwrap
import unicodedata

COLUMNS = 72

# Embeddings, overrides and isolates (Unicode UAX #9) turn the text around them; a shop's titles
# and people's names have no need of them.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xFEFF, *range(0xFFF9, 0xFFFC)])
# No XML may hold these, so the MJML converter refuses a whole mail that does; nor may UTF-8 hold
# lone surrogates (XML 1.0, 2.2).
_NEVER = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
_UNWANTED = _BIDI | _CONTROLS | _NEVER
_UNWANTED_IN_LINES = {code: None for code in _UNWANTED if chr(code) not in "\n\t"}
_NOT_A_NAME = re.compile(r"[^\s]*[/:@\d_<>{}\[\]\\][^\s]*|.*\w\.\w.*")


def one_line(text: str, *, at_most: int = 200) -> str:
    """Bring a text to one line without control characters; what is longer is cut with "…"."""
    line = " ".join(" ".join(text.split()).translate(_UNWANTED).split())
    return line if len(line) <= at_most else f"{line[: at_most - 1].rstrip()}…"


def harmless(text: str) -> str:
    """Take out of a whole text what no mail may hold; its lines stay."""
    return text.translate(_UNWANTED_IN_LINES)


def greetable(name: str) -> str:
    """Give a first name as a greeting may use it; nothing for what is no name.

    Whoever orders chooses the name and the address, so a mail must not carry a stranger's link
    in its first line.
    """
    name = one_line(name, at_most=40)
    folded = unicodedata.normalize("NFKC", name).replace("。", ".")
    has_letter = any(letter.isalpha() for letter in folded)
    return name if has_letter and not _NOT_A_NAME.fullmatch(folded) else ""


def in_columns(text: str, *, columns: int = COLUMNS) -> str:
    """Wrap a plain part; addresses stay whole, indented lines stay indented, at most one gap."""
    lines: list[str] = []
    for line in text.splitlines():
        bare = line.strip()
        if bare:
            lines += _wrap(bare, indent=line[: len(line) - len(line.lstrip())], columns=columns)
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip() + "\n"


def _wrap(line: str, *, indent: str, columns: int) -> list[str]:
    if len(indent) + len(line) <= columns:
        return [indent + line]
    return textwrap.wrap(
        line,
        columns,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
