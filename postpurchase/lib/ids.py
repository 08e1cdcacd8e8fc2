"""Identifiers that may be seen outside."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """Make a UUID that sorts by time (RFC 9562, version 7), with 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (2**48 - 1)) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | random & (2**62 - 1))
