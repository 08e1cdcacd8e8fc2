"""The ways out: one module each, all of one form (`base.WayOut`)."""

from collections.abc import Callable

from notifications.channels.base import WayOut
from notifications.channels.email import Mailer
from notifications.statuses import Channel

WAYS: dict[str, Callable[[], WayOut]] = {Channel.EMAIL: Mailer}
