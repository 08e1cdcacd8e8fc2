"""What a page of figures is asked for: which days, beside which, in which currency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import queries
from analytics.policy import Period, month_of, months_later
from postpurchase.lib.locales import dates_text
from postpurchase.staff.access import Place

EARLIEST = date(2000, 1, 1)
"""No shop's orders are older; and a year less is still a date."""


class Span(TextChoices):
    """Periods that have a name."""

    LAST_30 = "last_30", gettext_lazy("Last 30 days")
    LAST_90 = "last_90", gettext_lazy("Last 90 days")
    THIS_MONTH = "this_month", gettext_lazy("This month")
    LAST_MONTH = "last_month", gettext_lazy("Last month")
    THIS_YEAR = "this_year", gettext_lazy("This year")
    LAST_YEAR = "last_year", gettext_lazy("Last year")
    OWN = "own", gettext_lazy("Own dates")


class Beside(TextChoices):
    """What figures are compared with."""

    BEFORE = "before", gettext_lazy("The days before")
    LAST_YEAR = "last_year", gettext_lazy("The same days a year earlier")
    NOTHING = "nothing", gettext_lazy("Nothing")


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Enter a date such as 2026-03-27.")},
    )


class AskForm(forms.Form):
    """The days, the comparison and the currency. Its own dates count with “Own dates” only."""

    span = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=Span.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose a period from the list.")},
    )
    first = _day(_("From"))
    last = _day(_("To"))
    beside = forms.ChoiceField(
        label=gettext_lazy("Compare with"),
        choices=Beside.choices,
        error_messages={"invalid_choice": gettext_lazy("Choose a comparison from the list.")},
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        error_messages={"invalid_choice": gettext_lazy("Choose a currency from the list.")},
    )

    def __init__(self, *, asked: dict[str, Any], currencies: list[str], today: date) -> None:
        """Take what the address says; what it leaves out is as usual."""
        usual = {"span": Span.LAST_90, "beside": Beside.BEFORE, "currency": currencies[0]}
        super().__init__(usual | asked, use_required_attribute=False)
        self.today, self.currencies = today, currencies
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        """Hold the two dates together."""
        data = self.cleaned_data
        if data.get("span") == Span.OWN and not self.errors:
            first, last = data.get("first"), data.get("last")
            if first is None:
                self.add_error("first", gettext_lazy("Enter the first day."))
            elif first < EARLIEST:
                self.add_error("first", gettext_lazy("Enter a day in this century."))
            elif first > self.today:
                self.add_error("first", gettext_lazy("Enter a day that has come already."))
            elif last is None:
                self.add_error("last", gettext_lazy("Enter the last day."))
            elif last < first:
                self.add_error("last", gettext_lazy("The last day must not lie before the first."))
        return data


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures a page shows."""

    form: AskForm
    span: Span
    period: Period
    other: Period | None
    beside: Beside
    currency: str
    currencies: list[str]
    opened: date | None
    today: date

    @property
    def title(self) -> str:
        """Name the days."""
        return range_text(self.period)

    @property
    def other_title(self) -> str:
        """Name the days they are compared with."""
        return _("compared with %(days)s") % {"days": range_text(self.other)} if self.other else ""

    @property
    def query(self) -> str:
        """Give the part of an address that asks for the same again."""
        asked = {"span": self.span, "beside": self.beside, "currency": self.currency}
        if self.span == Span.OWN:
            asked |= {"first": f"{self.period.start}", "last": f"{self.period.last}"}
        return urlencode(asked)


def range_text(period: Period) -> str:
    """Write a period's days in one language's way, the year always named."""
    return dates_text(period.start, period.last)


def asked(request: HttpRequest, place: Place, *, today: date) -> Asked:
    """Read an address; where it cannot be read, give the usual figures and say what is wrong."""
    counted = {one.code: one.opened for one in queries.counted_currencies()}
    ask = read(request, currencies=list(counted) or [place.merchant.currency], today=today)
    return replace(ask, opened=counted.get(ask.currency))


def read(request: HttpRequest, *, currencies: list[str], today: date) -> Asked:
    """Read days, comparison and one of these currencies out of an address."""
    wishes = {name: request.GET[name] for name in AskForm.base_fields if request.GET.get(name)}
    form = AskForm(asked=wishes, currencies=currencies, today=today)
    data = form.cleaned_data if form.is_valid() else {}
    span = Span(data.get("span", Span.LAST_90))
    period = period_of(span, today=today, first=data.get("first"), last=data.get("last"))
    currency = data.get("currency", currencies[0])
    beside = Beside(data.get("beside", Beside.BEFORE))
    others = {Beside.BEFORE: period.before(), Beside.LAST_YEAR: period.last_year()}
    return Asked(
        form=form,
        span=span,
        period=period,
        other=others.get(beside),
        beside=beside,
        currency=currency,
        currencies=currencies,
        opened=None,
        today=today,
    )


def period_of(span: Span, *, today: date, first: date | None, last: date | None) -> Period:
    """Give the days of a named period, up to today: days to come are not compared with."""
    tomorrow, month = today + timedelta(days=1), month_of(today)
    if span == Span.OWN:
        assert first
        assert last
        return Period(first, min(last, today) + timedelta(days=1))
    year = date(today.year, 1, 1)
    return {
        Span.LAST_30: Period(tomorrow - timedelta(days=30), tomorrow),
        Span.LAST_90: Period(tomorrow - timedelta(days=90), tomorrow),
        Span.THIS_MONTH: Period(month, tomorrow),
        Span.LAST_MONTH: Period(months_later(month, -1), month),
        Span.THIS_YEAR: Period(year, tomorrow),
        Span.LAST_YEAR: Period(year.replace(year=year.year - 1), year),
    }[span]
