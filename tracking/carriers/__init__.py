"""Sources of tracking: one module for each partner, all of one form.

Those that tell us by webhook are `SOURCES` (`base.Source`), those that we ask are `POLLERS`
(`polling.form.Poller`).
"""

from tracking.carriers import (
    aftership,
    clickpost,
    easypost,
    generic,
    karrio,
    sendcloud,
    seventeentrack,
    shippo,
)
from tracking.carriers.base import Source
from tracking.carriers.polling import POLLERS

__all__ = ["POLLERS", "SOURCES"]

TELLING = (
    aftership, easypost, shippo, seventeentrack, sendcloud, clickpost, karrio, generic,
)  # fmt: skip

SOURCES: dict[str, Source] = {module.SOURCE.name: module.SOURCE for module in TELLING}
"""By the name that stands in addresses."""
