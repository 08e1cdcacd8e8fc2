"""What orders are found by besides their own columns."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models.orders import Order
from postpurchase.lib.tenancy import Tenant


class OrderWord(Tenant):
    """A word of the names on an order, folded by `orders.keys`, for the search of the desk.

    Personal data: whoever erases the names of an order erases its words.
    """

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="words", db_constraint=False, db_index=False
    )
    word = models.CharField(_("word"), max_length=40)

    class Meta:
        verbose_name = _("word of a name")
        verbose_name_plural = _("words of names")
        constraints = [
            models.UniqueConstraint(fields=["order", "word"], name="orders_word_once"),
        ]
        indexes = [
            # Compares byte by byte, so that it serves prefixes whatever the database's language.
            models.Index(
                fields=["merchant", "word", "-order"],
                opclasses=["int8_ops", "varchar_pattern_ops", "int8_ops"],
                name="orders_by_word",
            ),
        ]

    def __str__(self) -> str:
        return self.word
