"""The addresses of the local mailbox, under /mailbox/."""

from django.urls import path, register_converter

from postpurchase.demo import mailbox


class KeyConverter:
    """The name of a mail's file without its ending: numbers and hyphens lead nowhere else."""

    regex = "[0-9][0-9-]*"

    def to_python(self, value: str) -> str:
        """Take the text as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Write the key as it is."""
        return value


register_converter(KeyConverter, "letter")

app_name = "demo"

urlpatterns = [
    path("", mailbox.listing, name="mailbox"),
    path("<letter:key>/", mailbox.show, name="letter"),
    path("<letter:key>/html/", mailbox.html, name="letter_html"),
]
