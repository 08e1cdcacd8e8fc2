"""Which merchant's rows may be touched: the one named, or an error.

Every table with a merchant has `TenantManager` as its default manager. It answers only inside
`acting_for(merchant_id)`; anywhere else it raises, so that a forgotten filter cannot show one
merchant the rows of another. Code that works for all merchants (claims, reapers, retention) says
so by calling `Model.every`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)

_merchant_id: ContextVar[int | None] = ContextVar("merchant_id", default=None)


NOBODY = 0
"""Acting for nobody sees no rows; for code of others that insists on asking."""


class NoMerchant(RuntimeError):
    """A merchant's table was read without saying whose rows are meant."""


def current_merchant_id() -> int:
    """Give the merchant being worked for. Raises NoMerchant outside `acting_for`."""
    merchant_id = _merchant_id.get()
    if merchant_id is None:
        raise NoMerchant("Say whose rows are meant: with acting_for(merchant_id): …")
    return merchant_id


@contextmanager
def acting_for(merchant_id: int) -> Iterator[None]:
    """Work for one merchant; whoever it was before is restored at the end."""
    token = _merchant_id.set(merchant_id)
    try:
        yield
    finally:
        _merchant_id.reset(token)


class TenantQuerySet(models.QuerySet[Row]):
    """Rows of one merchant."""

    def of(self, merchant_id: int) -> Self:
        """Keep the rows of one merchant."""
        return self.filter(merchant_id=merchant_id)


class TenantManager(models.Manager[Row]):
    """Answers for the current merchant only; without one it raises.

    The rows of an owner, such as `order.lines`, need no merchant named: they are bound to their
    owner, and the database holds both to one merchant.
    """

    _queryset_class: type[models.QuerySet[Any]] = TenantQuerySet

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if isinstance(getattr(self, "instance", None), Tenant):
            return rows
        return rows.filter(merchant_id=current_merchant_id())


class Tenant(models.Model):
    """A row that belongs to a merchant."""

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = TenantManager()
    every = TenantQuerySet.as_manager()

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Compare with this merchant's rows only; without a merchant there is nothing to say."""
        if self.merchant_id is not None:
            with acting_for(self.merchant_id):
                super().validate_unique(exclude)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Compare with this merchant's rows only; without a merchant there is nothing to say."""
        if self.merchant_id is not None:
            with acting_for(self.merchant_id):
                super().validate_constraints(exclude)
