"""Carriers that are asked about parcels: one module for each, all of one form (`form.Poller`)."""

from tracking.carriers.polling import (
    canada_post,
    dhl,
    dpd,
    fedex,
    gls,
    karrio_server,
    la_poste,
    royal_mail,
    ups,
    usps,
)
from tracking.carriers.polling.form import Poller

MODULES = (
    dhl, ups, fedex, usps, royal_mail, la_poste, canada_post, gls, dpd, karrio_server,
)  # fmt: skip

POLLERS: dict[str, Poller] = {module.POLLER.name: module.POLLER for module in MODULES}
"""By the name that accounts are stored under."""
