"""What is done with messages: planned, sent, settled, taken up again."""

from notifications.actions.asking import ask_again, ask_for, obstacle
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
    "obstacle",
    "plan_code",
    "plan_confirmation",
    "plan_links",
    "reap",
    "send_again",
    "send_due",
    "send_now",
    "take_up_confirmation",
]
