"""The sender's domain: what is missing in the DNS, and the record that helps."""

import pytest

from merchants.actions.senders import check_sender
from merchants.statuses import Role
from tests.dns_server import name_server
from tests.factories import BrandFactory, MembershipFactory, MerchantFactory

MAIL = "hello@shop.example"
GOOD = {
    ("shop.example", "MX"): ["10 mail.shop.example."],
    ("shop.example", "TXT"): ["other", "v=spf1 include:spf.mtasv.net ~all"],
    ("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=none"],
}


@pytest.fixture
def dns(settings):
    records = dict(GOOD)
    settings.EMAIL_URL = "anymail+postmark://key@"
    with name_server(records) as server:
        settings.DNS_SERVERS = [server]
        yield records


def states(email=MAIL):
    return {hint.subject: hint.state for hint in check_sender(email)}


def test_a_domain_with_all_records_is_fine(dns):
    assert states() == {"DKIM": "by_hand", "SPF": "ok", "DMARC": "ok", "Answers": "ok"}


def test_the_policy_of_the_domain_above_counts(dns):
    dns["mail.shop.example", "MX"] = ["10 mail.shop.example."]

    assert states("hello@mail.shop.example")["DMARC"] == "ok"


@pytest.mark.parametrize(
    ("key", "values", "subject", "state", "record"),
    [
        (("shop.example", "MX"), [], "Answers", "wrong", None),
        (("shop.example", "TXT"), ["x"], "SPF", "missing", "v=spf1 include:spf.mtasv.net ~all"),
        (("shop.example", "TXT"), ["v=spf1 mx -all"], "SPF", "missing", "v=spf1 mx include:spf.mtasv.net -all"),
        (("shop.example", "TXT"), ["v=spf1 mx"], "SPF", "missing", "v=spf1 mx include:spf.mtasv.net"),
        (("shop.example", "TXT"), ["v=spf1 mx -all", "v=spf1 -all"], "SPF", "wrong", None),
        (("_dmarc.shop.example", "TXT"), ["x"], "DMARC", "missing", f"v=DMARC1; p=none; rua=mailto:{MAIL}"),
    ],
)  # fmt: skip
def test_what_is_missing_comes_with_the_record_to_copy(dns, key, values, subject, state, record):
    dns.pop(key)
    if values:
        dns[key] = values

    (hint,) = [hint for hint in check_sender(MAIL) if hint.subject == subject]

    assert (hint.state, hint.record.value if hint.record else None) == (state, record)


def test_silence_is_not_taken_for_absence(dns, monkeypatch):
    monkeypatch.setattr("postpurchase.lib.dns.WHOLE", 0.3)
    for key in list(dns):
        dns[key] = None

    assert states() == {
        "SPF": "unknown",
        "DMARC": "unknown",
        "Answers": "unknown",
        "DKIM": "by_hand",
    }


def test_an_address_of_a_mailbox_provider_is_refused_without_asking(dns):
    (hint,) = check_sender("alma@gmail.com")

    assert hint.state == "wrong" and "gmail.com does not let others" in hint.text


@pytest.mark.parametrize("email", ["", "x", "a@b", "@", "a@localhost"])
def test_what_is_no_address_gives_nothing(dns, email):
    assert check_sender(email) == []


@pytest.mark.parametrize(
    "domain",
    [
        "..",
        "a..b.example",
        "x" * 300 + ".example",
        "\u202e.example",
        "a\0.example",
        "ß" * 80 + ".example",
    ],
)
def test_hostile_domains_are_no_error(dns, domain):
    assert {hint.state for hint in check_sender(f"a@{domain}")} <= {
        "unknown",
        "by_hand",
        "missing",
        "wrong",
    }


@pytest.mark.django_db
def test_the_editor_s_part_and_the_page_say_the_same(client, dns):
    shop = MerchantFactory()
    BrandFactory(merchant=shop, sender_email=MAIL)
    client.force_login(MembershipFactory(merchant=shop, role=Role.READER).user)
    url = f"/dashboard/{shop.slug}/brand/sender/"

    whole = client.get(url).content.decode()
    part = client.get(url, {"sender_email": MAIL}, headers={"HX-Request": "true"}).content.decode()

    for page in (whole, part):
        assert "The SPF record names the service that sends our mails." in page
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert "Enter an address" in client.get(url, {"sender_email": "<b>"}).content.decode()
