"""What people say about a file to be imported."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orders.actions.uploads import LARGEST
from orders.models import ImportUpload
from orders.sources.tabular_preview import Column
from postpurchase.dashboard.connections.fields import choices, label_of


class OnlySoMuch(FileUploadHandler):
    """Stops keeping a file that is too large while it is still coming in."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.seen = 0

    @property
    def is_too_large(self) -> bool:
        """Tell whether more came in than is taken."""
        return self.seen > LARGEST

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass a piece on to the handlers that keep it."""
        self.seen += len(raw_data)
        if self.is_too_large:
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that keep it."""


class UploadForm(forms.Form):
    """A file with orders."""

    file = forms.FileField(
        label=_("CSV or NDJSON file"),
        help_text=_("Up to 200 MB. Exports of Shopify and WooCommerce are read as they are."),
        allow_empty_file=True,
        error_messages={"required": _("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.ndjson,.jsonl,text/csv"}),
    )


class ColumnsForm(forms.Form):
    """What each column of a file is."""

    date_order = forms.ChoiceField(
        label=_("Dates such as 03/04/2026"),
        choices=[
            ("", _("As the file shows")),
            ("dmy", _("Day first: 3 April")),
            ("mdy", _("Month first: 4 March")),
        ],
        required=False,
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency where the file names none"),
        required=False,
        error_messages={"invalid": _("Enter three letters, such as EUR.")},
    )

    def __init__(self, data: Any = None, *, upload: ImportUpload, columns: list[Column]) -> None:
        initial = {
            "date_order": upload.date_order,
            "currency": upload.currency or upload.merchant.currency,
        }
        super().__init__(data, initial=initial)
        self.columns = columns
        for place, column in enumerate(columns):
            self.fields[f"column-{place}"] = forms.ChoiceField(
                label=column.header, choices=choices(), initial=column.field, required=False
            )

    @property
    def pairs(self) -> list[tuple[Column, forms.BoundField]]:
        """Give each column with its select."""
        return [(column, self[f"column-{place}"]) for place, column in enumerate(self.columns)]

    @property
    def mapping(self) -> dict[str, str]:
        """Give our field by the name of the column."""
        cleaned = self.cleaned_data
        return {
            column.header: cleaned[f"column-{place}"] for place, column in enumerate(self.columns)
        }

    def clean_currency(self) -> str:
        """Write a currency in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Refuse a field that two columns hold, and a file without number or date."""
        cleaned = super().clean() or self.cleaned_data
        named = [cleaned.get(f"column-{place}") for place in range(len(self.columns))]
        for field, count in Counter(filter(None, named)).items():
            if count > 1:
                places = [place for place, each in enumerate(named) if each == field]
                self.add_error(f"column-{places[-1]}", self._twice(field))
        if not {"number", "external_id"} & set(named):
            self.add_error(None, _("Choose the column that holds the order number."))
        if "placed_at" not in named:
            self.add_error(None, _("Choose the column that holds the order date."))
        return cleaned

    def _twice(self, field: str) -> forms.ValidationError:
        text = _("“%(field)s” is chosen for two columns. Leave one of them out.")
        return forms.ValidationError(text, params={"field": label_of(field)})
