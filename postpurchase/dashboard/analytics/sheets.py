"""The tables as CSV files, for spreadsheets and people who distrust charts."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from analytics.policy import months_between, share
from analytics.queries import Cell, Figures, Kind
from postpurchase.lib.money import to_decimal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
Value = str | int | float | Decimal | None


def guarded(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_file(name: str, head: Sequence[str], rows: Iterable[Sequence[Value]]) -> HttpResponse:
    """Give a table as a file. Numbers stay numbers; every text is guarded."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(head)
    sheet.writerows(
        [guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    # The mark at the start is how spreadsheets know that letters are UTF-8.
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def kinds(found: Figures, *, currency: str) -> HttpResponse:
    """Give first and later orders side by side, and all of them with their customers."""
    head = (
        _("Orders"), _("From"), _("To"), _("Currency"), _("Number"), _("Revenue"),
        _("Average order"), _("Refunds"), _("Refunded"), _("Refund share"), _("Customers"),
        _("Repeat customers"), _("Revenue from repeat customers"),
    )  # fmt: skip
    people = (found.customers, found.repeat, _amount(found.repeat_revenue, currency))
    when = (f"{found.period.start}", f"{found.period.last}", currency)
    rows = (
        (_("First"), *when, *_kind(found.first, currency)),
        (_("Later"), *when, *_kind(found.later, currency)),
        (_("All"), *when, *_kind(found.all, currency), *people),
    )
    return as_file(_file_name("figures", found), head, rows)


def days(found: Figures, *, currency: str) -> HttpResponse:
    """Give every day that has orders or refunds."""
    head = (
        _("Day"), _("Currency"), _("First orders"), _("Revenue of first orders"),
        _("Later orders"), _("Revenue of later orders"), _("Refunds"), _("Refunded"),
    )  # fmt: skip
    rows = (
        (
            f"{day}", currency, first.orders, _amount(first.revenue, currency),
            later.orders, _amount(later.revenue, currency),
            (first + later).refunds, _amount((first + later).refunded, currency),
        )
        for day, (first, later) in sorted(found.days.items())
    )  # fmt: skip
    return as_file(_file_name("days", found), head, rows)


def cohorts(found: Mapping[date, Mapping[date, Cell]], *, currency: str) -> HttpResponse:
    """Give every cohort and month in a row of its own."""
    head = (
        _("First order in"), _("Month"), _("Months later"), _("Currency"), _("Customers"),
        _("Share of the cohort"), _("Orders"), _("Revenue"),
    )  # fmt: skip
    rows = (
        (
            f"{cohort:%Y-%m}", f"{month:%Y-%m}", months_between(cohort, month), currency,
            cell.customers, _four(share(cell.customers, months[cohort].customers)),
            cell.orders, _amount(cell.revenue, currency),
        )
        for cohort, months in found.items()
        for month, cell in months.items()
    )  # fmt: skip
    return as_file("cohorts", head, rows)


def _kind(kind: Kind, currency: str) -> tuple[Value, ...]:
    return (
        kind.orders,
        _amount(kind.revenue, currency),
        _amount(kind.average_order, currency),
        kind.refunds,
        _amount(kind.refunded, currency),
        _four(kind.refund_share),
    )


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else to_decimal(minor, currency)


def _four(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _file_name(kind: str, found: Figures) -> str:
    return f"{kind}-{found.period.start}-{found.period.last}"
