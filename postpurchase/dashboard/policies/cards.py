"""The four policies: where each is kept, how it is asked for, and how it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils import translation
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from merchants import hours
from merchants.models import SupportHours
from orders.models import OrderPolicy
from orders.rendering.words import duration_text, windows_text
from postpurchase.dashboard.policies import questions
from postpurchase.dashboard.policies.forms import PolicyForm
from postpurchase.lib.locales import clock_text, weekday_text
from postpurchase.lib.versions import Rule
from returns import queries as returns
from returns.models import ReturnPolicy
from tracking import queries as tracking
from tracking.models import ShippingPromise

Facts = list[tuple[str, str]]
"""What a version says, point by point: label and value."""


@dataclass(frozen=True, slots=True)
class Card:
    """One policy. `words` are what shoppers read, `facts` what two versions are compared by."""

    name: str
    title: LazyText
    icon: str
    lead: LazyText
    model: type[Rule]
    form: type[PolicyForm]
    words: Callable[[Any], list[str]]
    facts: Callable[[Any], Facts]


@dataclass(frozen=True, slots=True)
class Reading:
    """A policy in one language."""

    code: str
    language: str
    lines: list[str]


def unsaid(card: Card) -> Rule | None:
    """Give what holds for merchants who never said anything, if anything does."""
    return card.model() if card.model.HOLDS_UNSAID else None


def readings(card: Card, row: Rule | None) -> list[Reading]:
    """Give a version as shoppers read it, in each language that we speak; of nothing, nothing."""
    found: list[Reading] = []
    if row is None:
        return found
    for code, language in settings.LANGUAGES:
        with translation.override(code):
            found.append(Reading(code, str(language), card.words(row)))
    return found


def card_or_404(name: str) -> Card:
    """Find a policy by its name in addresses."""
    try:
        return CARDS[name]
    except KeyError as error:
        raise Http404("no such policy") from error


def _shipping_words(row: ShippingPromise) -> list[str]:
    if row.follows_others:
        return [_("As for all other countries.")]
    return tracking.in_words(row.terms)


def _return_words(row: ReturnPolicy) -> list[str]:
    return [returns.in_words(row), *row.text.splitlines()]


def _hours_words(row: SupportHours) -> list[str]:
    text = hours.in_words(row.days, closed_on_holidays=row.closed_on_holidays)
    return [_("We answer %(hours)s.") % {"hours": text}] if text else [_("No hours are named.")]


def _change_facts(row: OrderPolicy) -> Facts:
    return [
        (_("Cancel"), _window(row.cancel_minutes)),
        (_("Change details"), _window(row.edit_minutes)),
    ]


def _window(minutes: int) -> str:
    return duration_text(minutes) if minutes else _("Not possible")


def _shipping_facts(row: ShippingPromise) -> Facts:
    if row.follows_others:
        return [(_("Terms"), _("As for all other countries"))]
    days = (str(row.transit_min_days), str(row.transit_max_days))
    return [
        (_("Cut-off"), clock_text(row.cut_off)),
        (_("Working days to pack"), str(row.processing_days)),
        (_("Working days under way"), "–".join(dict.fromkeys(days))),
    ]


def _return_facts(row: ReturnPolicy) -> Facts:
    return [
        (_("Days after delivery"), str(row.days)),
        (_("Return label"), _("Free") if row.is_free else _("The shopper pays")),
        (_("In your own words"), row.text or "–"),
        (_("Full text at"), row.url or "–"),
    ]


def _hours_facts(row: SupportHours) -> Facts:
    days = [
        (weekday_text(place, width="wide"), _span(row.days.get(day)))
        for place, day in enumerate(hours.DAYS)
    ]
    return [*days, (_("Public holidays"), _("Closed") if row.closed_on_holidays else _("Open"))]


def _span(span: list[str] | None) -> str:
    return "–".join(clock_text(questions.clock(text)) for text in span) if span else _("Closed")


CARDS = {
    card.name: card
    for card in (
        Card(
            "changes",
            gettext_lazy("Cancelling and changing"),
            "pencil-line",
            gettext_lazy("How long a shopper may cancel an order or change its details."),
            OrderPolicy,
            questions.ChangesForm,
            lambda row: windows_text(row.windows),
            _change_facts,
        ),
        Card(
            "shipping",
            gettext_lazy("Packing and delivery"),
            "truck",
            gettext_lazy("When an order leaves, and when it arrives, by country."),
            ShippingPromise,
            questions.ShippingForm,
            _shipping_words,
            _shipping_facts,
        ),
        Card(
            "returns",
            gettext_lazy("Returns"),
            "undo-2",
            gettext_lazy("How long and on which terms you take goods back."),
            ReturnPolicy,
            questions.ReturnsForm,
            _return_words,
            _return_facts,
        ),
        Card(
            "hours",
            gettext_lazy("Support hours"),
            "clock",
            gettext_lazy("When somebody answers; shown at the foot of pages and mails."),
            SupportHours,
            questions.HoursForm,
            _hours_words,
            _hours_facts,
        ),
    )
}
