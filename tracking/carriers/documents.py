"""Bytes that claim to be JSON or XML, made into what readers read, or refused."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tracking.carriers.base import Unreadable

DEEPEST = 60
WEB_PAGE = (b"<!doctype html", b"<html")


def json_document(raw: bytes) -> Any:
    """Decode JSON. Raises Unreadable for anything else."""
    _refuse_pages(raw)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The answer is no JSON, or not all of it.", code="no_document") from error


def xml_document(raw: bytes) -> Element:
    """Decode XML into elements named without their namespaces.

    Raises Unreadable for anything else, and for documents that declare a type or entities, which
    no carrier needs: that is where XML bombs and references to files are written.
    """
    _refuse_pages(raw)
    tree = _Tree()
    try:
        tree.parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("The answer is no XML, or not all of it.", code="no_document") from error
    return tree.builder.close()


def _refuse_pages(raw: bytes) -> None:
    if not raw.strip():
        raise Unreadable("The answer is empty.", code="no_document")
    if raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE):
        raise Unreadable("The answer is a web page.", code="no_document")


class _Tree:
    """A parser that builds elements and stops at what is not wanted."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable("The answer is nested too deeply.", code="no_document")
        self.builder.start(name.rpartition(":")[2], attributes)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.builder.end(name.rpartition(":")[2])

    def _refuse(self, *_: object) -> None:
        raise Unreadable("The answer declares a document type.", code="no_document")
