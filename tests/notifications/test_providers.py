"""Mail providers over HTTP: which answers are certain, and which are not."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from notifications.channels.email import Mailer
from notifications.statuses import AttemptOutcome
from tests.notifications.test_email import letter

SENT, RETRY = AttemptOutcome.SENT, AttemptOutcome.RETRY
REFUSED, UNCERTAIN = AttemptOutcome.REFUSED, AttemptOutcome.UNCERTAIN

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "abc-1", "To": "ines@example.com"}
INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to recipient(s) that have been marked as inactive. "
    "Found inactive addresses: ines@example.com. Inactive recipients are ones that bounced.",
}


@pytest.fixture
def provider(settings):
    """A local stand-in for Postmark's interface, answering as the test says."""

    class Answers(BaseHTTPRequestHandler):
        status, body, after, asked = 200, TAKEN, 0.0, []

        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            Answers.asked.append(json.loads(sent))
            time.sleep(Answers.after)
            body = (
                Answers.body
                if isinstance(Answers.body, bytes)
                else json.dumps(Answers.body).encode()
            )
            self.send_response(Answers.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    Answers.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": "test",
        "POSTMARK_API_URL": f"http://127.0.0.1:{server.server_port}/",
        "REQUESTS_TIMEOUT": 0.5,
    }
    yield Answers
    server.shutdown()
    server.server_close()


def test_an_accepted_mail_keeps_the_providers_id_and_our_key(provider):
    answer = Mailer().send(letter())

    assert (answer.outcome, answer.provider_id) == (SENT, "abc-1")
    headers = {row["Name"]: row["Value"] for row in provider.asked[0]["Headers"]}
    assert headers["X-Postpurchase-Key"] == "0192"


@pytest.mark.parametrize(
    ("status", "body", "outcome", "is_outage"),
    [
        (429, {}, RETRY, True),
        (503, {}, RETRY, True),
        (401, {"ErrorCode": 10, "Message": "Bad token"}, RETRY, True),
        (400, {"ErrorCode": 1, "Message": "Bad request"}, REFUSED, False),
        (500, {}, UNCERTAIN, False),
        (502, b"<html>", UNCERTAIN, False),
        (504, b"", UNCERTAIN, False),
        (200, b"not json", UNCERTAIN, False),
    ],
)
def test_what_is_certain_after_an_error(status, body, outcome, is_outage, provider):
    provider.status, provider.body = status, body

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_outage, answer.is_bounce) == (outcome, is_outage, False)


def test_a_refused_recipient_is_a_bounce(provider):
    provider.status, provider.body = 422, INACTIVE

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_bounce) == (REFUSED, True)


def test_a_refusal_in_words_nobody_knows_is_a_refusal(provider):
    provider.status, provider.body = 422, {"ErrorCode": 406, "Message": "No."}

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_bounce) == (REFUSED, False)


def test_no_answer_in_time_is_uncertain(provider):
    provider.after = 1.5

    assert Mailer().send(letter()).outcome == UNCERTAIN


def test_nobody_there_is_certain(provider, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_outage) == (RETRY, True)


def test_a_missing_key_is_an_outage_and_no_message_is_lost(provider, settings):
    settings.ANYMAIL = {}

    answer = Mailer().send(letter())

    assert (answer.outcome, answer.is_outage) == (RETRY, True)
