"""Sources of tracking: one module for each partner, all of one form (`base.Source`)."""

from tracking.carriers import (
    aftership,
    clickpost,
    easypost,
    karrio,
    sendcloud,
    seventeentrack,
    shippo,
)
from tracking.carriers.base import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE
    for module in (aftership, easypost, shippo, seventeentrack, sendcloud, clickpost, karrio)
}
"""By the name that stands in addresses."""
