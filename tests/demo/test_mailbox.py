"""The local mailbox: what landed in the directory, to be read in a browser."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from postpurchase.demo import letters

HTML = (
    "<!doctype html><html><head><style>p{color:red}</style></head><body><p>Grüße</p>"
    '<script>document.title = "no"</script><a href="https://x.example/">x</a></body></html>'
)


@pytest.fixture
def mailbox(settings, tmp_path, client):
    settings.DEMO = True
    settings.EMAIL_BACKEND = "postpurchase.local.eml.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    settings.ROOT_URLCONF = "tests.demo.urls"
    return client


def send(subject, *, to="ana@example.com", text="Hello Ana", html=HTML):
    mail = EmailMultiAlternatives(subject, text, "Alma & Fern <orders@alma.example>", [to])
    if html:
        mail.attach_alternative(html, "text/html")
    get_connection().send_messages([mail])
    return letters.newest_first()[0].stem


def page(client, name, *args, **query):
    return client.get(reverse(f"demo:{name}", args=args), query)


def test_newest_first(mailbox):
    for subject in ("First", "Second", "Third <b>"):
        send(subject)
    html = page(mailbox, "mailbox").content.decode()

    places = [html.index(subject) for subject in ("Third &lt;b&gt;", "Second", "First")]
    assert places == sorted(places)


def test_empty_mailbox_says_so(mailbox):
    assert "No mail yet" in page(mailbox, "mailbox").content.decode()


@pytest.mark.parametrize("words", ["#1042", "BEN@example.com", "hello ben", "order ben"])
def test_search_finds_by_subject_address_and_text(mailbox, words):
    send("Order #1042", to="ben@example.com", text="Hello Ben")
    send("Order #7")
    html = page(mailbox, "mailbox", q=words).content.decode()

    assert "Order #1042" in html
    assert "Order #7" not in html


def test_search_without_find_says_so(mailbox):
    send("Order #7")

    assert "No mail has these words" in page(mailbox, "mailbox", q="nothing").content.decode()


def test_leaves_can_be_turned(mailbox):
    for number in range(30):
        send(f"Order <{number}>")
    newest = page(mailbox, "mailbox").content.decode()
    older = page(mailbox, "mailbox", page=2).content.decode()

    assert newest.count("Order &lt;") == 25
    assert older.count("Order &lt;") == 5
    assert 'rel="next"' in newest
    assert 'rel="prev"' in older
    assert page(mailbox, "mailbox", page="x").status_code == 200


def test_three_ways_to_see_a_mail(mailbox):
    key = send("Order #7")

    html = page(mailbox, "letter", key).content.decode()
    assert f'src="/mailbox/{key}/html/" width="680"' in html
    assert 'width="390"' in page(mailbox, "letter", key, width="phone").content.decode()
    assert "Hello Ana" in page(mailbox, "letter", key, view="text").content.decode()
    source = page(mailbox, "letter", key, view="source").content.decode()
    assert "Content-Type: multipart/alternative" in source


def test_mail_without_html_is_shown_as_text(mailbox):
    key = send("Plain", html="", text="Just <text>")

    html = page(mailbox, "letter", key).content.decode()
    assert "<iframe" not in html
    assert "Just &lt;text&gt;" in html


def test_frame_may_run_nothing_and_fetch_nothing(mailbox):
    key = send("Order #7")
    answer = page(mailbox, "letter_html", key)

    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["script-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-same-origin" not in policy["sandbox"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Grüße" in answer.content.decode()
    shell = page(mailbox, "letter", key)
    assert "frame-src 'self'" in shell.headers["Content-Security-Policy"]
    assert "allow-scripts" not in shell.content.decode()


@pytest.mark.parametrize("path", ["", "1-2-3/", "1-2-3/html/"])
def test_does_not_exist_in_production(mailbox, settings, path):
    send("Order #7")
    settings.DEMO = settings.DEBUG = False

    assert mailbox.get(f"/mailbox/{path}").status_code == 404


@pytest.mark.parametrize("key", ["../../etc/passwd", "..%2f..%2fx", "1", "1-2-3", "x"])
def test_unknown_and_foreign_files_are_not_found(mailbox, key):
    assert mailbox.get(f"/mailbox/{key}/").status_code == 404
