"""Parts of addresses that only the API has."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class AnythingConverter(StringConverter):
    """Matches any text, slashes and line breaks included."""

    regex = "(?s:.+)"


register_converter(AnythingConverter, "anything")
