"""Mails as files."""

import email

from django.core.mail import EmailMultiAlternatives, get_connection


def test_each_mail_is_a_file_in_order(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    backend = get_connection("postpurchase.local.eml.EmailBackend")
    mails = [EmailMultiAlternatives(f"Number {n}", "Grüße", "a@x.example") for n in range(3)]

    sent = backend.send_messages(mails)

    files = sorted((tmp_path / "mail").iterdir())
    subjects = [email.message_from_bytes(path.read_bytes())["Subject"] for path in files]
    assert (sent, subjects) == (3, ["Number 0", "Number 1", "Number 2"])
    assert {path.suffix for path in files} == {".eml"}
