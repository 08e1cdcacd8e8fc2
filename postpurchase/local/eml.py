"""A mail backend that puts each mail into a directory as an `.eml` file."""

import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

_count = itertools.count()


class EmailBackend(BaseEmailBackend):
    """Writes mails where the setting `EMAIL_FILE_PATH` says; file names sort by time."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail under a name of its own and return how many were written."""
        directory = Path(settings.EMAIL_FILE_PATH)
        directory.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{os.getpid()}-{next(_count)}"
            # Readers list the directory at any time, so a mail appears whole or not at all.
            draft = directory / f".{name}"
            draft.write_bytes(message.message().as_bytes())
            draft.rename(directory / f"{name}.eml")
        return len(email_messages)
