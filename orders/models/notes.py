"""What agents write on an order for one another: notes, mentions, tags. Shoppers never see it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from merchants.models import User
from orders.models.orders import Order
from postpurchase.lib.ids import uuid7
from postpurchase.lib.tenancy import Tenant


class Note(Tenant):
    """A remark of an agent's on an order."""

    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="notes", db_constraint=False
    )
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(_("who"), max_length=200, blank=True)
    text = models.TextField(_("note"))
    at = models.DateTimeField(_("when"))
    edited_at = models.DateTimeField(_("changed"), null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_note_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.author_name} {self.at:%Y-%m-%d %H:%M}"


class Mention(Tenant):
    """A person named in a note (@…), until they have read it."""

    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, related_name="mentions", db_constraint=False
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.UniqueConstraint(fields=["note", "user"], name="orders_mentioned_once"),
        ]
        indexes = [
            models.Index(
                fields=["user", "-id"],
                name="orders_mention_unread",
                condition=models.Q(read_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in note {self.note_id}"


class OrderTag(Tenant):
    """A word that agents put on an order to find it again."""

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="tags", db_constraint=False, db_index=False
    )
    name = models.CharField(_("tag"), max_length=50)
    by_name = models.CharField(_("who"), max_length=200, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="orders_tag_once"),
        ]
        indexes = [
            models.Index(fields=["merchant", "name", "-order"], name="orders_tag_newest"),
        ]

    def __str__(self) -> str:
        return self.name
