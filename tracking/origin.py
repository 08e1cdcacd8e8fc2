"""Is a parcel back where it came from, though nobody says that it returns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracking.statuses import Milestone

AT_THE_DOOR = frozenset(
    {Milestone.OUT_FOR_DELIVERY, Milestone.ATTEMPT_FAILED, Milestone.READY_FOR_PICKUP}
)
TELLING_POSTCODE = 4
"""Letters of a postcode below which it may stand in a place's name by chance."""


def is_back_at_origin(
    scans: Sequence[Mapping[str, Any]], *, home: str, postcode: str, door: str
) -> bool:
    """Tell whether a parcel that had reached the door was scanned where it came from since.

    `scans` as in `Shipment.recent`, newest first; `home` and `door` are countries.
    """
    since_door: list[Mapping[str, Any]] = []
    for scan in scans:
        if scan["milestone"] in AT_THE_DOOR:
            return any(_is_at_home(one, home, postcode, door) for one in since_door)
        since_door.append(scan)
    return False


def _is_at_home(scan: Mapping[str, Any], home: str, postcode: str, door: str) -> bool:
    if scan["milestone"] not in {Milestone.PICKED_UP, Milestone.IN_TRANSIT, Milestone.EXCEPTION}:
        return False
    if home and home != door:
        return bool(scan.get("country") == home)
    return len(postcode) >= TELLING_POSTCODE and postcode in str(scan.get("place", "")).split()
