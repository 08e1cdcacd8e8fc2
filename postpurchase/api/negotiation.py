"""Which form an answer has: JSON, whatever is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class OnlyJson(BaseContentNegotiation):
    """Takes no notice of Accept: a program that asks for XML is told in JSON what is wrong."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Give the one parser."""
        return next(iter(parsers))

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[Any],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Give the one renderer."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
