"""What is done with messages: planned, sent, settled, taken up again."""

from notifications.actions.asking import (
    ask_again,
    ask_for,
    ask_for_news,
    obstacle,
    obstacle_to_news,
)
from notifications.actions.parcels import plan_parcel
from notifications.actions.planning import (
    plan_code,
    plan_confirmation,
    plan_links,
    take_up_confirmation,
)
from notifications.actions.sending import send_due
from notifications.actions.settling import NotSendable, reap, send_again, send_now

__all__ = [
    "NotSendable",
    "ask_again",
    "ask_for",
    "ask_for_news",
    "obstacle",
    "obstacle_to_news",
    "plan_code",
    "plan_confirmation",
    "plan_links",
    "plan_parcel",
    "reap",
    "send_again",
    "send_due",
    "send_now",
    "take_up_confirmation",
]
