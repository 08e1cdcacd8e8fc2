"""The page of the shop's details."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from merchants.actions import Edit
from merchants.actions.shops import change_shop
from merchants.models import Merchant
from merchants.policy import Permission
from merchants.statuses import SettingsPage
from postpurchase.dashboard.shop.forms import GROUPS, ShopForm
from postpurchase.lib import places
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together, with their answers for those who may only look."""

    title: str | LazyText
    fields: list[BoundField]
    answers: list[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def show(request: HttpRequest, place: Place) -> HttpResponse:
    """Show the details and take changes of them."""
    if request.method == "POST" and not place.may(Permission.SET_UP):
        return forbidden(request, place, Permission.SET_UP)
    merchant = Merchant.objects.get(pk=place.merchant.pk)
    form = ShopForm(request.POST if request.method == "POST" else None, instance=merchant)
    if form.is_valid() and _save(request, place, form):
        return redirect("dashboard:shop", place.slug)
    context = frame(
        request,
        place,
        form=form,
        groups=_groups(form, merchant),
        zones=places.zones(),
        may_change=place.may(Permission.SET_UP),
    )
    return render(request, "dashboard/shop/show.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, place: Place, form: ShopForm) -> bool:
    edit = Edit(place.user, SettingsPage.SHOP, title=str(_("Shop details")))
    try:
        change = change_shop(form.instance, edit=edit, now=timezone.now())
    except ValidationError as error:
        form.add_error(None, error)
        return False
    if change is None:
        messages.info(request, _("Nothing was different, so nothing was changed."))
    else:
        messages.success(request, _("Saved. Pages and mails show it from now on."))
    return True


def _groups(form: ShopForm, merchant: Merchant) -> list[Group]:
    return [
        Group(
            title,
            [form[name] for name in names],
            [(str(form[name].label), _answer(form, merchant, name)) for name in names],
        )
        for title, names in GROUPS
    ]


def _answer(form: ShopForm, merchant: Merchant, name: str) -> str:
    value = str(getattr(merchant, name))
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value))
