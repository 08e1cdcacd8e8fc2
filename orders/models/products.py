"""Products, and the pictures of them that we serve ourselves."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from merchants.models import StoreConnection
from orders.statuses import PictureState
from postpurchase.lib.tenancy import Tenant


class Picture(Tenant):
    """A product's picture, fetched once from the shop, made small and served from our host."""

    url_digest = models.CharField(max_length=64, editable=False)
    source_url = models.CharField(_("fetched from"), max_length=2000)
    state = models.CharField(
        _("state"), max_length=10, choices=PictureState, default=PictureState.PLANNED
    )
    file = models.FileField(_("file"), upload_to="pictures/", blank=True, default="")
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "url_digest"], name="orders_picture_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_picture_tenant"),
            models.CheckConstraint(
                name="orders_picture_state_known", condition=Q(state__in=PictureState.values)
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="orders_picture_due",
                condition=Q(state=PictureState.PLANNED),
            )
        ]

    def __str__(self) -> str:
        return self.source_url[:80]


class Product(Tenant):
    """What the shop says of a product, as far as an order's page needs it."""

    connection = models.ForeignKey(StoreConnection, on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(_("id in the shop"), max_length=200)
    title = models.CharField(_("title"), max_length=500)
    picture = models.ForeignKey(
        Picture, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    version_at = models.DateTimeField(_("as of"), null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="orders_product_once"
            ),
            models.UniqueConstraint(fields=["merchant", "id"], name="orders_product_tenant"),
        ]

    def __str__(self) -> str:
        return self.title
