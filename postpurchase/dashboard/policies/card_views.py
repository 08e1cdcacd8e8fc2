"""The page of one policy: its words, questions and versions; and what is done with a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from merchants.actions import Edit
from merchants.actions.rules import add_version, remove_version
from merchants.policy import Permission
from merchants.statuses import SettingsPage
from postpurchase.dashboard.policies import versions
from postpurchase.dashboard.policies.cards import Card, card_or_404, readings, unsaid
from postpurchase.dashboard.policies.forms import CountryForm, PolicyForm
from postpurchase.dashboard.policies.outlook import told_of
from postpurchase.lib import places
from postpurchase.lib.errors import Refused
from postpurchase.lib.locales import country_text, moment_text
from postpurchase.lib.versions import Rule
from postpurchase.staff.access import Place, forbidden, merchant_page
from postpurchase.staff.frame import frame


@dataclass(frozen=True, slots=True)
class CardPage:
    """One policy of a shop as it stands now; `rows` are its versions, the last one first."""

    place: Place
    card: Card
    country: str
    rows: list[Rule]
    now: datetime

    @property
    def current(self) -> Rule | None:
        """Give the version that holds now."""
        return versions.current_of(self.rows, now=self.now)

    @property
    def title(self) -> str:
        """Name the policy, and the country where it is for one."""
        name = str(self.card.title)
        return f"{name}: {country_text(self.country)}" if self.country else name

    @property
    def url(self) -> str:
        """Give the page's address."""
        url = reverse("dashboard:policies_card", args=[self.place.slug, self.card.name])
        return f"{url}?country={self.country}" if self.country else url

    @property
    def can_wait(self) -> bool:
        """Tell whether a version may begin later; the first holds at once, having none before."""
        return bool(self.rows) or self.country != "" or self.card.name in ("changes", "hours")

    def form(self, data: Any = None) -> PolicyForm:
        """Ask the questions, answered as things stand."""
        was = self.current
        if self.country and (was is None or was.follows_others):  # type: ignore[attr-defined]
            was = versions.current_of(versions.rows_of(self.card), now=self.now)
        return self.card.form(data, was=was or self.card.model(), can_wait=self.can_wait)

    def draft(self, values: dict[str, Any], *, starts: datetime) -> Rule:
        """Make a version that is not saved."""
        per = {"country": self.country} if self.card.model.PER else {}
        return self.card.model(
            merchant=self.place.merchant, in_force_from=starts, **{**values, **per}
        )


def page_of(place: Place, name: str, *, country: str) -> CardPage:
    """Open a policy; 404 for a policy or country that there is not."""
    card = card_or_404(name)
    if country and not (card.model.PER and places.is_country(country) and versions.rows_of(card)):
        raise Http404("no terms for this country")
    rows = versions.rows_of(card, country=country)
    return CardPage(place, card, country, rows, timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@merchant_page(Permission.LOOK)
def open_card(request: HttpRequest, place: Place, card: str) -> HttpResponse:
    """Show a policy, try other answers on an order, take a new version."""
    page = page_of(place, card, country=request.GET.get("country", ""))
    if request.method != "POST":
        return _show(request, page, page.form())
    if not place.may(Permission.SET_UP):
        return forbidden(request, place, Permission.SET_UP)
    if "follow" in request.POST and page.country:
        draft = page.draft({"follows_others": True}, starts=page.now)
        _do(request, lambda: _add(request, page, draft))
        return redirect("dashboard:policies_card", place.slug, page.card.name)
    form = page.form(request.POST)
    if form.is_valid():
        draft = page.draft(form.values(), starts=form.moment(now=page.now))
        if "look" in request.POST:
            return _show(request, page, form, draft=draft)
        if _save(request, page, form, draft):
            return redirect(page.url)
    return _show(request, page, form)


def _save(request: HttpRequest, page: CardPage, form: PolicyForm, draft: Rule) -> bool:
    try:
        _add(request, page, draft)
    except Refused as refusal:
        form.add_error("starts_at" if page.can_wait else None, str(refusal.reason))
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _add(request: HttpRequest, page: CardPage, draft: Rule) -> None:
    edit = Edit(page.place.user, SettingsPage.POLICIES, title=page.title)
    added = add_version(draft, edit=edit, now=page.now)
    if added is None:
        messages.info(request, _("That is how it is already, so nothing was changed."))
    elif added.in_force_from > page.now:
        words = {"moment": moment_text(added.in_force_from)}
        messages.success(request, _("Saved. It holds for orders from %(moment)s on.") % words)
    else:
        messages.success(request, _("Saved. It holds for orders placed from now on."))


def _do(request: HttpRequest, act: Callable[[], None]) -> None:
    """Do it, or say why not on the next page."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal.reason))


def _show(
    request: HttpRequest, page: CardPage, form: PolicyForm, *, draft: Rule | None = None
) -> HttpResponse:
    shown = draft or page.current
    merchant = page.place.merchant
    at = max(page.now, draft.in_force_from) if draft else page.now
    to = page.country or merchant.country
    context = frame(
        request,
        page.place,
        page=page,
        card=page.card,
        form=form,
        draft=draft,
        readings=readings(page.card, shown or unsaid(page.card)),
        told=told_of(merchant, at=at, country=to, draft=draft),
        told_at=at,
        told_to=country_text(to) if to else "",
        history=versions.with_story(page.rows, now=page.now),
        country_form=CountryForm() if page.card.model.PER and page.rows else None,
        exceptions=versions.exceptions(page.card, now=page.now) if page.card.model.PER else [],
        may_change=page.place.may(Permission.SET_UP),
        template=f"dashboard/policies/_{page.card.name}.html",
    )
    status = 422 if form.errors else 200
    return render(request, "dashboard/policies/card.html", context, status=status)


@require_safe
@merchant_page(Permission.LOOK)
def open_version(request: HttpRequest, place: Place, card: str, version: str) -> HttpResponse:
    """Show a version beside the one in force, or beside another that ?beside= names."""
    row = versions.row_or_404(card_or_404(card), version)
    page = page_of(place, card, country=getattr(row, "country", ""))
    history = versions.with_story(page.rows, now=page.now)
    this = next((each for each in history if each.row.pk == row.pk), None)
    if this is None:
        raise Http404("an older version than we show")
    asked = request.GET.get("beside", "")
    other = next((each for each in history if each.key == asked), None)
    other = other or next((each for each in history if each.row.pk == _pk(page.current)), None)
    context = frame(
        request,
        place,
        page=page,
        card=page.card,
        this=this,
        other=other if other and other.key != this.key else None,
        rows=_side_by_side(page.card, this.row, other.row if other else None),
        history=history,
        readings=readings(page.card, row),
        may_change=place.may(Permission.SET_UP),
    )
    return render(request, "dashboard/policies/version.html", context)


def _pk(row: Rule | None) -> int | None:
    return row.pk if row else None


def _side_by_side(card: Card, this: Rule, other: Rule | None) -> list[tuple[str, str, str, bool]]:
    """Give point by point what two versions say, and whether they differ."""
    mine, theirs = dict(card.facts(this)), dict(card.facts(other)) if other else {}
    return [
        (label, mine.get(label, "–"), theirs.get(label, "–"), mine.get(label) != theirs.get(label))
        for label in dict.fromkeys([*mine, *theirs])
    ]


@require_POST
@merchant_page(Permission.SET_UP)
def use_again(request: HttpRequest, place: Place, card: str, version: str) -> HttpResponse:
    """Let what an earlier version said hold again from now on, as a new version."""
    row = versions.row_or_404(card_or_404(card), version)
    page = page_of(place, card, country=getattr(row, "country", ""))
    columns = {field.name for field in row._meta.concrete_fields}
    columns -= {"id", "merchant", "in_force_from", "country"}
    values = {name: getattr(row, name) for name in columns}
    _do(request, lambda: _add(request, page, page.draft(values, starts=page.now)))
    return redirect(page.url)


@require_POST
@merchant_page(Permission.SET_UP)
def remove(request: HttpRequest, place: Place, card: str, version: str) -> HttpResponse:
    """Take back a version that has not begun."""
    try:
        row = versions.row_or_404(card_or_404(card), version)
    except Http404:
        # A second click: the first one took it back.
        return redirect("dashboard:policies_card", place.slug, card_or_404(card).name)
    page = page_of(place, card, country=getattr(row, "country", ""))
    edit = Edit(place.user, SettingsPage.POLICIES, title=page.title)

    def act() -> None:
        remove_version(row, edit=edit, now=page.now)
        messages.success(request, _("Taken back. What holds now goes on."))

    _do(request, act)
    return redirect(page.url)
