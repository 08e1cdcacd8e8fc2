"""Finds what templates say to people, for `translations`; the form is Babel's extractor."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from django.template.base import Lexer, Token, TokenType
from django.utils.text import unescape_string_literal as unquote
from django.utils.translation import trim_whitespace

# Line, function of gettext, its arguments, comments for translators.
Found = tuple[int | None, str, str | tuple[str, ...], list[str]]

_STRING = r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TRANSLATE = re.compile(rf"trans(?:late)?\s+{_STRING}")
_BLOCK = re.compile(r"blocktrans(?:late)?\b")
_PLURAL = re.compile(r"plural\s*$")
_END = re.compile(r"endblocktrans(?:late)?\b")
_CONTEXT = re.compile(rf"\bcontext\s+{_STRING}")
_CONSTANT = re.compile(rf"\b_\({_STRING}\)")


def extract(
    fileobj: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Sequence[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """Yield each text of a Django template that is marked for translation."""
    tokens = iter(Lexer(fileobj.read().decode()).tokenize())
    for token in tokens:
        if token.token_type not in {TokenType.BLOCK, TokenType.VAR}:
            continue
        if _BLOCK.match(token.contents):
            yield _block(token, tokens)
        elif match := _TRANSLATE.match(token.contents):
            yield _message(token, _escape(unquote(match[1])))
        for constant in _CONSTANT.findall(token.contents):
            yield token.lineno, "gettext", _escape(unquote(constant)), []


def _block(opening: Token, tokens: Iterator[Token]) -> Found:
    """Read up to the end of a block, as Django itself puts its text together."""
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token.token_type == TokenType.BLOCK and _END.match(token.contents):
            break
        if token.token_type == TokenType.BLOCK and _PLURAL.match(token.contents):
            parts.append([])
        elif token.token_type == TokenType.TEXT:
            parts[-1].append(_escape(token.contents))
        elif token.token_type == TokenType.VAR:
            parts[-1].append(f"%({token.contents})s")
    texts = ["".join(part) for part in parts]
    if re.search(r"\btrimmed\b", opening.contents):
        texts = [trim_whitespace(text) for text in texts]
    return _message(opening, *texts)


def _message(token: Token, *texts: str) -> Found:
    context = _CONTEXT.search(token.contents)
    arguments = texts if context is None else (unquote(context[1]), *texts)
    name = {1: "gettext", 2: "ngettext"}[len(texts)]
    function = name if context is None else name.replace("gettext", "pgettext")
    return token.lineno, function, arguments if len(arguments) > 1 else arguments[0], []


def _escape(text: str) -> str:
    return text.replace("%", "%%")
