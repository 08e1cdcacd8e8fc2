"""The same figures twice: ours, and pandas straight from the file of a real shop."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from analytics import queries
from analytics.actions import rebuild
from analytics.policy import Period
from postpurchase.lib.tenancy import acting_for
from tests.analytics import online_retail
from tests.factories import MerchantFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not online_retail.FILE.exists(), reason=f"{online_retail.FILE} is not on this machine"
    ),
]

PERIODS = [
    (date(2010, 12, 1), date(2011, 10, 1)),  # all there is
    (date(2011, 1, 1), date(2011, 2, 1)),
    (date(2011, 3, 1), date(2011, 6, 1)),
    (date(2011, 5, 14), date(2011, 5, 21)),
    (date(2011, 7, 1), date(2011, 10, 1)),
    (date(2011, 8, 8), date(2011, 8, 9)),  # a day
    (date(2010, 12, 24), date(2011, 1, 3)),  # closed
]


class Pandas:
    """Computes the figures from the file; shares no code with ours or with the loader."""

    def __init__(self):
        import pandas as pd

        rows = pd.read_csv(
            online_retail.FILE,
            dtype={"InvoiceNo": str, "StockCode": str},
            parse_dates=["InvoiceDate"],
        )
        rows = rows[rows.CustomerID.notna() & rows.StockCode.str.match(r"^\d{5}")]
        rows = rows.assign(pence=(rows.UnitPrice * 100).round().astype("int64") * rows.Quantity)
        invoices = rows.groupby("InvoiceNo", as_index=False).agg(
            customer=("CustomerID", "first"), at=("InvoiceDate", "min"), pence=("pence", "sum")
        )
        invoices = invoices.sort_values(["at", "InvoiceNo"])
        is_back = invoices.InvoiceNo.str.startswith("C")
        orders = invoices[~is_back].copy()
        orders["first"] = ~orders.customer.duplicated()
        orders["month"] = orders["at"].dt.to_period("M")
        orders["cohort"] = orders.groupby("customer").month.transform("min")
        back = pd.merge_asof(
            invoices[is_back], orders[["at", "customer", "first"]].assign(order_at=orders["at"]),
            on="at", by="customer",
        )  # fmt: skip
        self.orders, self.lost = orders, back[back.order_at.isna()]
        self.refunds = back[back.order_at.notna()]

    def figures(self, start, end):
        """Compute a period's figures the plain way: by looking at who bought what."""
        start, end = f"{start}", f"{end}"
        orders = self.orders[(self.orders["at"] >= start) & (self.orders["at"] < end)]
        refunds = self.refunds[(self.refunds["at"] >= start) & (self.refunds["at"] < end)]
        so_far = self.orders[self.orders["at"] < end].groupby("customer").size()
        repeat = so_far[so_far > 1].index
        first = orders["first"].astype(bool)
        is_first = refunds["first"].astype(bool)
        return {
            "customers": orders.customer.nunique(),
            "new": int(first.sum()),
            "repeat": orders[orders.customer.isin(repeat)].customer.nunique(),
            "repeat revenue": int(orders[orders.customer.isin(repeat)].pence.sum()),
            "first": (int(first.sum()), int(orders[first].pence.sum())),
            "later": (int((~first).sum()), int(orders[~first].pence.sum())),
            "refunds": (len(refunds), -int(refunds.pence.sum())),
            "refunds of first": (int(is_first.sum()), -int(refunds[is_first].pence.sum())),
            "mean order": _mean(orders),
            "mean first": _mean(orders[first]),
            "mean later": _mean(orders[~first]),
            "repeat share": _four(orders[orders.customer.isin(repeat)].customer.nunique(), orders.customer.nunique()),
            "repeat revenue share": _four(orders[orders.customer.isin(repeat)].pence.sum(), orders.pence.sum()),
            "refund share": _four(-refunds.pence.sum(), orders.pence.sum()),
        }  # fmt: skip

    def cohorts(self):
        """Compute who of each month's new customers ordered in each month, and what."""
        cells = self.orders.groupby(["cohort", "month"]).agg(
            customers=("customer", "nunique"), orders=("pence", "size"), pence=("pence", "sum")
        )
        return {
            (str(cohort), str(month)): (int(row.customers), int(row.orders), int(row.pence))
            for (cohort, month), row in cells.iterrows()
        }


def _mean(orders):
    """Round the mean half up, as people do; Python and pandas round 556.795 to 556.79."""
    if orders.empty:
        return None
    mean = Decimal(int(orders.pence.sum())) / len(orders) / 100
    return float(mean.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _four(part, whole):
    return round(float(part / whole), 4) if whole else None


def ours(start, end):
    """Give our figures in the words of the comparison."""
    found = queries.figures(Period(start, end), currency="GBP")
    return {
        "customers": found.customers,
        "new": found.new,
        "repeat": found.repeat,
        "repeat revenue": found.repeat_revenue,
        "first": (found.first.orders, found.first.revenue),
        "later": (found.later.orders, found.later.revenue),
        "refunds": (found.all.refunds, found.all.refunded),
        "refunds of first": (found.first.refunds, found.first.refunded),
        "mean order": _pounds(found.all.average_order),
        "mean first": _pounds(found.first.average_order),
        "mean later": _pounds(found.later.average_order),
        "repeat share": _rounded(found.repeat_share),
        "repeat revenue share": _rounded(found.repeat_revenue_share),
        "refund share": _rounded(found.all.refund_share),
    }


def _pounds(pence):
    return None if pence is None else pence / 100


def _rounded(share):
    return None if share is None else round(share, 4)


def test_figures_equal_those_of_pandas(capsys):
    shop = MerchantFactory(zone_name="UTC", currency="GBP")
    lost = online_retail.load(shop)
    rebuild(shop.pk)
    pandas = Pandas()

    # Refunds of orders before the data begins are left out of both.
    assert (len(lost), sum(one.pence for one in lost)) == (
        len(pandas.lost),
        pandas.lost.pence.sum(),
    )
    with acting_for(shop.pk):
        for start, end in PERIODS:
            assert ours(start, end) == pandas.figures(start, end), (start, end)
        cohorts = {
            (f"{cohort:%Y-%m}", f"{month:%Y-%m}"): (cell.customers, cell.orders, cell.revenue)
            for cohort, months in queries.cohorts(currency="GBP").items()
            for month, cell in months.items()
        }
    assert cohorts == pandas.cohorts()
    assert len(cohorts) == 55
    with capsys.disabled():
        lost_pounds = sum(one.pence for one in lost) / 100
        print(f"\nOnline Retail: {len(lost)} refunds, {lost_pounds:,.2f} GBP, have no order in it.")
