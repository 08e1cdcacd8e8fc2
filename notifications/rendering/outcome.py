"""What became of a message, in a word and in a sentence."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from notifications.models import Message
from notifications.statuses import MessageState, Withheld
from postpurchase.lib.locales import moment_text

LOOKS: dict[str, tuple[str, str]] = {
    MessageState.PLANNED: ("clock", "info"),
    MessageState.CLAIMED: ("send", "info"),
    MessageState.DISPATCHING: ("send", "info"),
    MessageState.SENT: ("circle-check", "ok"),
    MessageState.FAILED: ("circle-x", "bad"),
    MessageState.UNCERTAIN: ("circle-alert", "warn"),
    MessageState.WITHHELD: ("ban", ""),
}
"""Icon and tone of each state; the word always stands beside them."""


def why(message: Message) -> str:
    """Say in a sentence why a message was not sent, or waits; nothing where all is well."""
    words = message.reason
    known: str | Promise = Withheld(words).label if words in Withheld.values else ""
    match message.state:
        case MessageState.WITHHELD:
            return str(known or words)
        case MessageState.FAILED:
            return str(known) or _quoted(_("The mail server refused it"), words)
        case MessageState.UNCERTAIN:
            return _quoted(_("It may have arrived: nobody heard the mail server’s answer"), words)
        case MessageState.PLANNED if words:
            again = moment_text(message.send_at)
            said = _quoted(_("The last try did not work"), words)
            return _("%(said)s It is tried again on %(again)s.") % {"said": said, "again": again}
        case _:
            return ""


def _quoted(sentence: str, words: str) -> str:
    return f"{sentence}: “{words.rstrip('.')}”." if words else f"{sentence}."
