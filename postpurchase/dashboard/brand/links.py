"""The links at the foot as a merchant types them: rows that are added, moved and removed.

Each act is a button of the form, so that it works without JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from merchants.social import LINKS_AT_MOST, LONGEST_LABEL, LONGEST_URL, is_link, label_for

_ACT = re.compile(r"link-(up|down|remove)-([0-9])")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)

Row = tuple[str, str]
"""A label and an address."""


class LinkForm(forms.Form):
    """One link. Without a label it gets one that fits the place; without both it is left out."""

    use_required_attribute = False

    label = forms.CharField(label=_("Label"), required=False, max_length=LONGEST_LABEL)
    url = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=LONGEST_URL,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_url(self) -> str:
        """Take web addresses only; one without a scheme is meant to begin with https://."""
        url = str(self.cleaned_data["url"])
        if url and not _SCHEME.match(url):
            url = f"https://{url}"
        if url and not (is_link(url) and "." in url):
            raise ValidationError(_("Enter an address such as https://instagram.com/your-shop"))
        return url

    def clean(self) -> dict[str, Any]:
        """Ask for an address where there is only a label; suggest a label where there is none."""
        data = super().clean() or {}
        url = data.get("url", "")
        if data.get("label") and "url" in data and not url:
            self.add_error("url", _("Enter the address of this link, or remove it"))
        elif url and not data.get("label"):
            data["label"] = label_for(url)[:LONGEST_LABEL]
        return data


class LinkRows:
    """All links of a look, and an empty row to add one."""

    def __init__(self, rows: Iterable[Row], *, typed: bool) -> None:
        self.rows = [row for row in rows if any(row)][:LINKS_AT_MOST]
        shown = self.rows if len(self.rows) == LINKS_AT_MOST else [*self.rows, ("", "")]
        self.forms = [_form(number, row, typed=typed) for number, row in enumerate(shown)]

    @classmethod
    def of(cls, links: Iterable[Mapping[str, str]]) -> LinkRows:
        """Read the links of a look."""
        return cls([(row["label"], row["url"]) for row in links], typed=False)

    @classmethod
    def sent(cls, data: Mapping[str, Any], *, act: str = "") -> LinkRows:
        """Read what was sent, with a row moved or removed if that button was pressed."""
        rows = [
            (str(data.get(f"link{number}-label", "")), str(data.get(f"link{number}-url", "")))
            for number in range(LINKS_AT_MOST)
        ]
        return cls(_after(rows, act), typed=True)

    @property
    def count(self) -> int:
        """Tell how many links there are."""
        return len(self.rows)

    def is_valid(self) -> bool:
        """Tell whether each link can be shown."""
        return not [form for form in self.forms if not form.is_valid()]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Give each error with the field it belongs to."""
        return [
            (field.id_for_label, str(error))
            for form in self.forms
            for field in form
            for error in field.errors
        ]

    def values(self) -> list[dict[str, str]]:
        """Give the links as a look holds them; all are valid."""
        cleaned = [form.cleaned_data for form in self.forms]
        return [{"label": row["label"], "url": row["url"]} for row in cleaned if row["url"]]


def _form(number: int, row: Row, *, typed: bool) -> LinkForm:
    prefix = f"link{number}"
    if not typed:
        return LinkForm(prefix=prefix, initial={"label": row[0], "url": row[1]})
    return LinkForm({f"{prefix}-label": row[0], f"{prefix}-url": row[1]}, prefix=prefix)


def _after(rows: list[Row], act: str) -> list[Row]:
    """Give the rows after a button was pressed; a button that is none changes nothing."""
    pressed = _ACT.fullmatch(act)
    if pressed is None or int(pressed[2]) >= len(rows):
        return rows
    place, rows = int(pressed[2]), list(rows)
    row = rows.pop(place)
    if pressed[1] != "remove":
        rows.insert(max(0, place + (-1 if pressed[1] == "up" else 1)), row)
    return rows
