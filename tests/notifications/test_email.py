"""E-mail as a channel: what each answer, cut and silence of a mail server means."""

import socket
import threading
import time

import pytest

from notifications.channels import email
from notifications.channels.base import Letter
from notifications.channels.email import Mailer, compose
from notifications.statuses import AttemptOutcome
from tests.smtp_sink import CUT_ANSWERED

SENT, RETRY = AttemptOutcome.SENT, AttemptOutcome.RETRY
REFUSED, UNCERTAIN = AttemptOutcome.REFUSED, AttemptOutcome.UNCERTAIN


def letter(**changes):
    values = {
        "key": "0192",
        "sender_name": "Alma & Fern",
        "sender_address": "orders@alma.example",
        "reply_to": "help@alma.example",
        "recipient": "ines@example.com",
        "subject": "Order confirmed",
        "text": "Thanks.",
        "html": "<p>Thanks.</p>",
    }
    return Letter(**{**values, **changes})


@pytest.fixture
def mailer(sink):
    one = Mailer()
    yield one
    one.close()


class Script:
    """A mail server that says exactly these lines, one per command, then does the last thing.

    Unlike the sink it can stop anywhere: after the greeting, in the middle of an answer.
    """

    def __init__(self, *answers, then="close"):
        self.answers, self.then = list(answers), then
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.over = threading.Event()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()
        self.thread.join(5)

    def serve(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as lines:
            for number, answer in enumerate(self.answers):
                if number and answer.startswith("="):  # The end of the data comes first.
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                elif number:
                    lines.readline()
                connection.sendall(answer.lstrip("=").encode())
            if self.then == "hang":
                self.over.wait(10)


HELLO = ("220 here\r\n", "250 hello\r\n")
UP_TO_DATA = (*HELLO, "250 ok\r\n", "250 ok\r\n", "354 go on\r\n")


@pytest.mark.parametrize("then", ["close", "hang"])
@pytest.mark.parametrize(
    ("answers", "outcome", "is_outage"),
    [
        ((), RETRY, True),
        (("421 too many\r\n",), RETRY, True),
        (("554 go away\r\n",), RETRY, True),
        (HELLO[:1], RETRY, True),
        (HELLO, RETRY, True),
        ((*HELLO, "530 log in first\r\n"), RETRY, True),
        ((*HELLO, "250 ok\r\n"), RETRY, True),
        ((*HELLO, "250 ok\r\n", "250 ok\r\n"), RETRY, True),
        ((*HELLO, "250 ok\r\n", "250 ok\r\n", "451 no data\r\n"), RETRY, False),
        ((*HELLO, "250 ok\r\n", "250 ok\r\n", "554 no data\r\n"), REFUSED, False),
        ((*UP_TO_DATA, "="), UNCERTAIN, False),
        ((*UP_TO_DATA, "=250-half an ans"), UNCERTAIN, False),
        ((*UP_TO_DATA, "=gibberish\r\n"), UNCERTAIN, False),
        ((*UP_TO_DATA, "=" + "2" * 9000 + "\r\n"), UNCERTAIN, False),
        ((*UP_TO_DATA, "=250 taken\r\n"), SENT, False),
        ((*UP_TO_DATA, "=251 taken\r\n"), SENT, False),
        ((*UP_TO_DATA, "=452 full\r\n"), RETRY, False),
        ((*UP_TO_DATA, "=554 spam\r\n"), REFUSED, False),
        ((*UP_TO_DATA, "=421 shutting down\r\n"), RETRY, True),
    ],
)
def test_a_server_may_stop_anywhere(answers, outcome, is_outage, then, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 0.3
    with Script(*answers, then=then) as server:
        settings.EMAIL_PORT = server.port
        one = Mailer()
        answer = one.send(letter())
        one.close()

    assert (answer.outcome, answer.is_outage) == (outcome, is_outage)
    assert not answer.is_bounce


def test_a_connection_is_kept_from_letter_to_letter(sink, mailer):
    for number in range(5):
        assert mailer.send(letter(key=str(number))).outcome == SENT

    assert (sink.connections, len(sink.mails)) == (1, 5)


def test_a_refused_letter_leaves_the_connection_in_order(sink, mailer):
    sink.at_recipient = lambda address: "550 no" if address.startswith("bad") else None

    outcomes = [
        mailer.send(letter(recipient=to)).outcome for to in ("bad@x.example", "good@x.example")
    ]

    assert outcomes == [REFUSED, SENT]
    assert sink.connections == 1


def test_a_connection_found_dead_is_renewed_at_once(sink, mailer):
    script = iter([CUT_ANSWERED])
    sink.after_data = lambda mail: next(script, None)
    mailer.send(letter(key="1"))
    time.sleep(0.1)

    assert mailer.send(letter(key="2")).outcome == SENT
    assert sink.keys() == {"1": 1, "2": 1}


def test_a_connection_is_changed_before_the_server_tires_of_it(sink, mailer, monkeypatch):
    monkeypatch.setattr(email, "MAILS_PER_CONNECTION", 3)

    for _ in range(7):
        mailer.send(letter())

    assert sink.connections == 3


def test_two_tries_of_one_letter_look_the_same(sink, mailer):
    mailer.send(letter())
    mailer.send(letter())

    first, second = sink.mails
    assert first.message_id == second.message_id == "<0192@alma.example>"
    assert first.key == second.key == "0192"


@pytest.mark.parametrize(
    "text", ["a\r\nBcc: x@y.example", "a\nBcc: x@y.example", "a\u2028Bcc: x@y.example", "a\0b\x1bc"]
)
def test_no_text_makes_a_header(text, sink, mailer):
    assert mailer.send(letter(sender_name=text, subject=text)).outcome == SENT

    mail = sink.mails[0].parsed
    assert "Bcc" not in mail
    assert mail["Subject"].isprintable()
    assert mail["From"].addresses[0].addr_spec == "orders@alma.example"


@pytest.mark.parametrize("field", ["reply_to", "recipient"])
def test_an_address_with_a_line_break_is_no_mail(field, sink, mailer):
    answer = mailer.send(letter(**{field: "x@y.example\r\nBcc: z@z.example"}))

    assert (answer.outcome, sink.mails) == (REFUSED, [])


def test_a_shop_without_address_sends_from_the_installations(settings):
    settings.DEFAULT_FROM_EMAIL = "Postpurchase <mail@host.example>"

    mail = compose(letter(sender_address=""))

    assert mail.from_email == "Alma & Fern <mail@host.example>"
    assert mail.extra_headers["Message-ID"] == "<0192@host.example>"


def test_names_and_hosts_in_any_script(sink, mailer):
    answer = mailer.send(letter(sender_name="Müller – мир", sender_address="shop@müller.example"))

    assert answer.outcome == SENT
    sender = sink.mails[0].parsed["From"].addresses[0]
    assert (sender.display_name, sender.domain) == ("Müller – мир", "xn--mller-kva.example")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks.",
        "Grüße – мир 🎁\nzwei\n\n",
        ".\n.alone\nFrom here\n--=_alternative\n=_ = =3D\t \n",
        "one very long line " * 400,
        "a\r\nb\rc",
    ],
)
def test_plain_and_html_parts_arrive_as_they_were_written(text, sink, mailer):
    mailer.send(letter(text=text, html=f"<p>{text}</p>"))

    mail = sink.mails[0].parsed
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().splitlines() == text.rstrip("\n").splitlines()
    assert html.get_content().splitlines() == f"<p>{text}</p>".splitlines()
    assert max(map(len, sink.mails[0].raw.splitlines())) <= 78
    assert mail.defects == plain.defects == html.defects == []


def test_a_directory_that_cannot_be_written_to_is_an_outage(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.EMAIL_BACKEND = "postpurchase.local.eml.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "file" / "mail")

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_outage) == (RETRY, True)
