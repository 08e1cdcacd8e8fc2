"""Cohorts as a table: a row for each month of first orders, a column for each month after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from analytics.policy import month_of, months_between, months_later, share
from analytics.queries import Cell
from postpurchase.dashboard.analytics.words import money, percent
from postpurchase.lib.locales import month_text, number_text

Cohorts = Mapping[date, Mapping[date, Cell]]
ROWS = 24
"""Months of first orders on the page; the file has them all."""
COLUMNS = 12
"""Months after the first on the page."""
STEPS = (0.02, 0.05, 0.1, 0.2, 0.35)
"""Shares at which the ground of a cell becomes stronger."""


class Show(TextChoices):
    """What the cells of the table tell."""

    SHARE = "share", _("Share of customers")
    CUSTOMERS = "customers", _("Customers")
    REVENUE = "revenue", _("Revenue")


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell: its text, how strong its ground is, and whether its month goes on."""

    text: str
    heat: int
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A month's new customers and what became of them. Months to come have no cell."""

    label: str
    size: str
    cells: tuple[MatrixCell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The table, and the share of all cohorts that came back after so many whole months."""

    columns: tuple[int, ...]
    rows: tuple[Row, ...]
    mean: tuple[str, ...]
    shares: tuple[float, ...]
    customers: int
    is_cut: bool


def matrix(cohorts: Cohorts, *, show: Show, today: date, currency: str) -> Matrix:
    """Lay out cohorts, newest first."""
    months = _months(cohorts, today)
    shown = months[:ROWS]
    first = 0 if show == Show.REVENUE else 1
    last = min(COLUMNS, max((months_between(one, month_of(today)) for one in shown), default=0))
    places = tuple(range(first, last + 1))
    drawing = _Drawing(cohorts, show, month_of(today), currency)
    means = [drawing.mean(place) for place in range(1, last + 1)]
    return Matrix(
        columns=places,
        rows=tuple(drawing.row(month, places) for month in shown),
        mean=tuple(percent(value) for value in means) if show == Show.SHARE else (),
        shares=tuple(value for value in means if value is not None),
        customers=sum(cohorts[one][one].customers for one in cohorts),
        is_cut=len(months) > len(shown),
    )


def _months(cohorts: Cohorts, today: date) -> list[date]:
    """Give all months since the first order, newest first; one without new customers is a row."""
    if not cohorts:
        return []
    count = months_between(min(cohorts), max(month_of(today), *cohorts))
    return [months_later(min(cohorts), place) for place in range(count, -1, -1)]


@dataclass(frozen=True, slots=True)
class _Drawing:
    cohorts: Cohorts
    show: Show
    current: date
    currency: str

    def row(self, month: date, places: tuple[int, ...]) -> Row:
        cells = tuple(self.cell(month, place) for place in places)
        return Row(month_text(month), number_text(self.size(month)), cells)

    def size(self, month: date) -> int:
        found = self.cohorts.get(month, {}).get(month)
        return found.customers if found else 0

    def cell(self, cohort: date, place: int) -> MatrixCell | None:
        month = months_later(cohort, place)
        if month > self.current or not self.size(cohort):
            return None
        found = self.cohorts[cohort].get(month, Cell(0, 0, 0))
        part = share(found.customers, self.size(cohort)) or 0.0
        text = {
            Show.SHARE: percent(part),
            Show.CUSTOMERS: number_text(found.customers),
            Show.REVENUE: money(found.revenue, self.currency),
        }[self.show]
        heat = sum(part >= step for step in STEPS)
        return MatrixCell(text, heat, goes_on=month == self.current)

    def mean(self, place: int) -> float | None:
        """Give who came back after so many months, of all cohorts whose month is over."""
        over = [one for one in self.cohorts if months_later(one, place) < self.current]
        came = sum(
            self.cohorts[one].get(months_later(one, place), Cell(0, 0, 0)).customers for one in over
        )
        return share(came, sum(self.size(one) for one in over))
