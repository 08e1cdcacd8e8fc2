"""A look in words: what may be chosen, and how one look differs from another."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from merchants.models import Appearance
from merchants.statuses import ConfirmationStyle, Corners, Font, Tone
from postpurchase.dashboard.brand.forms import LookForm

NOTES: dict[str, str | LazyText] = {
    Corners.SQUARE: gettext_lazy("Straight edges"),
    Corners.SOFT: gettext_lazy("A little round"),
    Corners.ROUND: gettext_lazy("Very round, buttons like pills"),
    Font.SYSTEM: gettext_lazy("As on the reader’s device"),
    Font.SERIF: gettext_lazy("Like a book"),
    Font.ROUNDED: gettext_lazy("Soft, if the device has them"),
    Tone.CALM: gettext_lazy("To the point"),
    Tone.WARM: gettext_lazy("A little more heart"),
    ConfirmationStyle.SIMPLE: gettext_lazy("“Thanks, Ana. We have your order.”"),
    ConfirmationStyle.REASSURING: gettext_lazy("“All set, Ana. Your order is safe with us.”"),
}
# “warm” is both a tone and a style.
WARM_STYLE = gettext_lazy("“Welcome, Ana, and thank you”")
CHOSEN = ("corners", "font", "tone", "confirmation_style")


def choices_of(form: LookForm) -> dict[str, list[dict[str, Any]]]:
    """Give what each question offers, as `components/radio_cards.html` shows it."""
    return {name: _choices(form, name) for name in CHOSEN}


def _choices(form: LookForm, name: str) -> list[dict[str, Any]]:
    bound = form[name]
    chosen = str(bound.value())
    return [
        {"value": value, "label": label, "note": _note(name, value), "checked": value == chosen}
        for value, label in form.fields[name].choices  # type: ignore[attr-defined]  # a ChoiceField
    ]


def _note(name: str, value: str) -> str | LazyText:
    if (name, value) == ("confirmation_style", ConfirmationStyle.WARM):
        return WARM_STYLE
    return NOTES.get(value, "")


def logo_url(name: str) -> str:
    """Give the address of a logo that may not be in force."""
    return reverse("media", args=[name]) if name else ""


def differences(older: Appearance | None, newer: Appearance) -> list[str]:
    """Say in sentences what a look changed; of the first one, that it is the first."""
    if older is None:
        return [_("The first look")]
    said = [
        _("Colour: %(old)s → %(new)s") % {"old": older.colour, "new": newer.colour}
        if older.colour.lower() != newer.colour.lower()
        else "",
        _logo(str(older.logo.name or ""), str(newer.logo.name or "")),
        *(_chosen(name, older, newer) for name in CHOSEN),
        _text(_("Footer"), older.footer, newer.footer),
        _text(_("Sender’s name"), older.sender_name, newer.sender_name),
        _text(_("Sender’s address"), older.sender_email, newer.sender_email),
        _links(older, newer),
        _credit(older, newer),
    ]
    return [text for text in said if text]


def _logo(old: str, new: str) -> str:
    if old == new:
        return ""
    if not new:
        return _("Logo removed")
    return _("Another logo") if old else _("Logo added")


def _chosen(name: str, older: Appearance, newer: Appearance) -> str:
    if getattr(older, name) == getattr(newer, name):
        return ""
    label = LookForm.base_fields[name].label
    value = getattr(newer, f"get_{name}_display")()
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def _text(label: str, old: str, new: str) -> str:
    if old == new:
        return ""
    if not new:
        return _("%(label)s removed") % {"label": label}
    short = new if len(new) <= 60 else f"{new[:59]}…"
    return _("%(label)s: “%(value)s”") % {"label": label, "value": short}


def _links(older: Appearance, newer: Appearance) -> str:
    if older.links == newer.links:
        return ""
    count = len(newer.links)
    if not count:
        return _("Links removed")
    names = ", ".join(str(row.get("label", "")) for row in newer.links)
    text = ngettext("%(count)d link: %(names)s", "%(count)d links: %(names)s", count)
    return text % {"count": count, "names": names}


def _credit(older: Appearance, newer: Appearance) -> str:
    if older.shows_credit == newer.shows_credit:
        return ""
    return _("Shows our credit") if newer.shows_credit else _("Hides our credit")
