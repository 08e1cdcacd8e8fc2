"""What the words in a spreadsheet's status columns say, in English and German."""

import logging
from dataclasses import dataclass, replace

from orders.sources.document import HoldWord, PaymentWord
from orders.sources.tabular_columns import folded

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an order has come."""

    payment: PaymentWord = "unknown"
    hold: HoldWord = ""
    fulfilled: bool = False
    cancelled: bool = False


_PAYMENT: dict[PaymentWord, str] = {
    "pending": "pending;pending payment;unpaid;open;awaiting payment;due;offen;ausstehend;"
    "unbezahlt;wartend;zahlung ausstehend;nicht bezahlt",
    "authorized": "authorized;authorised;autorisiert",
    "partially_paid": "partially paid;partial;teilweise bezahlt;teilbezahlt;angezahlt",
    "paid": "paid;captured;complete;completed;bezahlt;gezahlt;beglichen",
    "partially_refunded": "partially refunded;teilweise erstattet;teilerstattet",
    "refunded": "refunded;erstattet;zurückerstattet;rückerstattet",
    "voided": "voided;void;expired;ungültig;verfallen",
    "failed": "failed;declined;fehlgeschlagen;abgelehnt",
}
PAYMENT = {word: ours for ours, words in _PAYMENT.items() for word in words.split(";")}

_STATUS = {
    "new;neu;open;offen;pending;pending payment;wartend;ausstehend": Standing(payment="pending"),
    "on hold;hold;zurückgestellt;in wartestellung": Standing(payment="pending", hold="on_hold"),
    "draft;checkout draft;entwurf": Standing(payment="pending", hold="draft"),
    "processing;paid;in bearbeitung;bezahlt;confirmed;bestätigt": Standing(payment="paid"),
    "completed;complete;shipped;delivered;fulfilled;abgeschlossen;versendet;versandt;verschickt;"
    "zugestellt;geliefert;erledigt": Standing(payment="paid", fulfilled=True),
    "cancelled;canceled;storniert;abgebrochen": Standing(payment="voided", cancelled=True),
    "refunded;erstattet;rückerstattet": Standing(payment="refunded"),
    "failed;fehlgeschlagen": Standing(payment="failed"),
}
STATUS = {word: standing for words, standing in _STATUS.items() for word in words.split(";")}

FULFILLED = frozenset(
    {"fulfilled", "shipped", "delivered", "completed", "complete",
     "versendet", "versandt", "verschickt", "zugestellt", "geliefert"}
)  # fmt: skip
UNFULFILLED = frozenset(
    {"unfulfilled", "unshipped", "partial", "partially fulfilled", "restocked", "pending", "open",
     "offen", "nicht versendet", "teilweise versendet"}
)  # fmt: skip


def standing_of(*, status: str, payment: str, fulfilment: str) -> Standing:
    """Join the three status columns; the two special ones know better than the general one.

    Unknown words are logged and say nothing.
    """
    general = folded(status).removeprefix("wc ")
    if general and general not in STATUS:
        logger.info("Spreadsheet: unknown status %.60r", general)
    standing = STATUS.get(general, Standing())
    money = folded(payment)
    if money and money not in PAYMENT:
        logger.info("Spreadsheet: unknown payment status %.60r", money)
    shipped = folded(fulfilment)
    if shipped and shipped not in FULFILLED | UNFULFILLED:
        logger.info("Spreadsheet: unknown fulfilment status %.60r", shipped)
    fulfilled = shipped in FULFILLED or (standing.fulfilled and shipped not in UNFULFILLED)
    return replace(standing, payment=PAYMENT.get(money, standing.payment), fulfilled=fulfilled)
