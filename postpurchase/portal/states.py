"""How the order page looks in each state: one table. The words are those of `orders.rendering`."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.statuses import Status

STEP_LABELS = (_("Ordered"), _("Packed"), _("On its way"), _("Delivered"))
STEPS_DONE = len(STEP_LABELS)


@dataclass(frozen=True)
class Step:
    """One step of the way; `state` is done, current or next."""

    label: str | Promise
    state: str


@dataclass(frozen=True)
class Look:
    """The chip's icon and tone, how many steps are behind us, and one sentence.

    `steps_done` is None where there is no way to show. The sentence stands in where the order's
    own explanation is empty.
    """

    icon: str
    tone: str
    steps_done: int | None
    sentence: str | Promise = ""


LOOKS: dict[Status, Look] = {
    Status.DRAFT: Look("file-pen", "", None, _("The shop is still preparing it.")),
    Status.PAYMENT_PENDING: Look("clock", "warn", 0),
    Status.ON_HOLD: Look("circle-pause", "warn", 0),
    Status.PLACED: Look(
        "circle-check", "ok", 1, _("Next, we pack it. You don’t need to do a thing.")
    ),
    Status.PACKING: Look(
        "package", "info", 1, _("Your payment is in. Next, we hand it to the carrier.")
    ),
    Status.PART_SHIPPED: Look("truck", "info", 2),
    Status.SHIPPED: Look("truck", "info", 2, _("We handed everything over for delivery.")),
    Status.DELIVERED: Look(
        "circle-check", "ok", 4, _("Is something missing or wrong? Write to us.")
    ),
    Status.REFUNDED: Look("undo-2", "ok", None),
    Status.CANCELLED: Look("ban", "", None),
}


def steps(done: int) -> list[Step]:
    """Give the four steps of the way, of which so many are behind us."""
    states = ["done"] * done + ["current"] + ["next"] * STEPS_DONE
    return [Step(label, state) for label, state in zip(STEP_LABELS, states, strict=False)]
