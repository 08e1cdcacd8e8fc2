"""Links open what they were made for, and nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from postpurchase.lib.links import BadLink, read, sign

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORDER = UUID("0199c0de-0000-7000-8000-00000000002a")


def token(**changes):
    facts = {"purpose": "order", "subject": ORDER, "epoch": 3, "expires_at": NOW}
    return sign(**(facts | changes))


def test_a_link_says_what_was_signed():
    link = read(token(expires_at=NOW + timedelta(days=90)), purpose="order", now=NOW)

    assert (link.subject, link.epoch, link.expired) == (ORDER, 3, False)
    assert link.expires_at == NOW + timedelta(days=90)


def test_a_link_is_short_and_made_of_url_letters():
    text = token(subject=uuid4(), epoch=2**32 - 1, expires_at=datetime(9999, 1, 1, tzinfo=UTC))

    assert len(text) == 56
    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(("seconds", "expired"), [(-1, False), (0, True), (1, True)])
def test_a_link_ends_at_its_second(seconds, expired):
    link = read(token(), purpose="order", now=NOW + timedelta(seconds=seconds))

    assert link.expired is expired


def test_a_link_for_one_purpose_opens_no_other():
    with pytest.raises(BadLink):
        read(token(), purpose="unsubscribe", now=NOW)


def test_no_letter_of_a_link_can_be_changed():
    good = token()

    for at, letter in enumerate(good):
        for other in {"A", "b", "_"} - {letter}:
            with pytest.raises(BadLink):
                read(good[:at] + other + good[at + 1 :], purpose="order", now=NOW)


@pytest.mark.parametrize(
    "text", ["", "A" * 56, "A" * 55, "é" * 56, "=" * 56, "../" * 18 + "xx", " " * 56, "A+/" * 19]
)
def test_rubbish_is_refused(text):
    with pytest.raises(BadLink):
        read(text, purpose="order", now=NOW)


def test_a_retired_key_still_opens_and_a_forgotten_one_does_not(settings):
    old = token()
    retired, settings.SECRET_KEY = (
        settings.SECRET_KEY,
        "another key of more than fifty letters " * 2,
    )

    settings.SECRET_KEY_FALLBACKS = [retired]
    assert read(old, purpose="order", now=NOW).subject == ORDER

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadLink):
        read(old, purpose="order", now=NOW)
