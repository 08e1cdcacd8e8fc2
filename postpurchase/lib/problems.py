"""Refusals in the words of programs: "problem details" of RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

import msgspec
from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with a request, and where."""

    pointer: str
    """JSON Pointer (RFC 6901) into the body, or the name of a parameter or header."""
    detail: str


class ProblemDoc(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer from 400 upwards."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault] = []


@dataclass(eq=False)
class Problem(Exception):
    """A request of a program is not done; says why, in English."""

    status: int
    code: str
    """A word for programs, the last part of the problem's `type`."""
    detail: str
    errors: Sequence[Fault] = ()
    headers: Mapping[str, str] | None = None


def document(problem: Problem) -> ProblemDoc:
    """Put a problem into the form of RFC 9457."""
    return ProblemDoc(
        type=f"urn:postpurchase:problem:{problem.code}",
        title=HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=problem.detail,
        errors=list(problem.errors),
    )


def answer(problem: Problem) -> HttpResponse:
    """Answer a program with a problem."""
    body = msgspec.json.encode(document(problem))
    return HttpResponse(
        body, status=problem.status, content_type=CONTENT_TYPE, headers=problem.headers
    )


def invalid(pointer: str, detail: str) -> Problem:
    """Refuse a request for one fault in it."""
    return Problem(400, "invalid", detail, [Fault(pointer=pointer, detail=detail)])
