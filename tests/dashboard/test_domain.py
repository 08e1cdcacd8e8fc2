"""A shop's own domain: claimed, proven, answered – and nothing but that shop's portal on it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from merchants import hosts
from merchants.actions.domains import (
    DomainExists,
    HostTaken,
    NotAHost,
    check_domain,
    claim_domain,
    domains_to_check,
    read_host,
)
from merchants.models import Domain, SettingChange
from merchants.statuses import DomainState, Role
from merchants.tasks import tick_domains
from notifications.rendering.access import order_url
from postpurchase.own_domains import AllowedHosts
from tests.dns_server import name_server
from tests.factories import (
    BrandFactory,
    DomainFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    UserFactory,
)
from tests.local_site import site

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
HOST = "orders.alma.example"
URL = "/dashboard/alma-fern/brand/domain/"


@pytest.fixture(autouse=True)
def fresh():
    hosts.forget()
    yield
    hosts.forget()


@pytest.fixture
def shop(db):
    shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
    BrandFactory(merchant=shop)
    return shop


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def dns(settings):
    """Give the records of a name server of ours; a test may change them."""
    records = {}
    with name_server(records) as server:
        settings.DNS_SERVERS = [server]
        settings.ALLOW_PRIVATE_ADDRESSES = True
        yield records


@pytest.fixture
def own(shop, settings):
    """Answer on the shop's own domain, as a server does whose hosts are named."""
    settings.ALLOWED_HOSTS = AllowedHosts(["testserver"])
    return DomainFactory(merchant=shop, host=HOST, state=DomainState.VERIFIED, verified_at=NOW)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("orders.alma.example", HOST),
        (" Orders.Alma.Example. ", HOST),
        ("https://orders.alma.example/find?x=1", HOST),
        ("bestellung.müller.example", "bestellung.xn--mller-kva.example"),
        ("alma.example", "alma.example"),
    ],
)
def test_a_name_is_read_however_it_was_pasted(typed, host):
    assert read_host(typed) == host


@pytest.mark.parametrize(
    "typed",
    ["", "alma", "localhost", "printer.local", "127.0.0.1", "[::1]", "2130706433", "http://10.0.0.1/",
     "orders.alma.example:8443", "*.alma.example", "a..example", "-a.example", "a" * 64 + ".example",
     f"{'a.' * 130}example", "testserver", "x.testserver", "a b.example", "orders.alma.example\0",
     "_x.alma.example", "http://[", "x" * 1_000_000, "\u202eorders.example", "user@alma.example"],
)  # fmt: skip
def test_other_names_are_refused(typed, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    with pytest.raises(NotAHost):
        read_host(typed)


def test_our_own_name_is_refused(settings):
    settings.PUBLIC_URL = "https://orders.platform.example"
    for name in ("orders.platform.example", "x.orders.platform.example"):
        with pytest.raises(NotAHost):
            read_host(name)


def test_claiming_twice_is_one_claim_and_is_written_down(shop, person):
    for _ in range(2):
        claim_domain(shop, host=HOST, by=person, now=NOW)

    change = SettingChange.every.get()
    assert (change.page, change.kind, change.fields) == ("domain", "added", {"host": ["", HOST]})
    with pytest.raises(DomainExists):
        claim_domain(shop, host="other.example", by=person, now=NOW)


@pytest.mark.parametrize(
    ("state", "age", "is_free"),
    [
        (DomainState.WAITING, timedelta(days=6), False),
        (DomainState.WAITING, timedelta(days=8), True),
        (DomainState.VERIFIED, timedelta(days=400), False),
        (DomainState.BROKEN, timedelta(days=2), False),
        (DomainState.BROKEN, timedelta(days=8), True),
    ],
)
def test_a_name_that_nobody_proved_becomes_free(shop, person, state, age, is_free):
    verified_at = None if state == DomainState.WAITING else NOW - age
    other = DomainFactory(host=HOST, state=state, verified_at=verified_at)
    Domain.every.update(created_at=NOW - age)

    if not is_free:
        with pytest.raises(HostTaken):
            claim_domain(shop, host=HOST, by=person, now=NOW)
        return
    mine = claim_domain(shop, host=HOST, by=person, now=NOW)
    assert (mine.merchant_id, mine.state, mine.verified_at) == (shop.pk, "waiting", None)
    assert mine.token != other.token
    lost = SettingChange.every.get(merchant=other.merchant)
    assert (lost.kind, lost.by) == ("removed", None)


@pytest.mark.django_db(transaction=True)
def test_of_two_shops_that_claim_at_once_one_gets_the_name(person):
    outcomes = []

    def claim(shop):
        try:
            outcomes.append(claim_domain(shop, host=HOST, by=person, now=NOW).host)
        except HostTaken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[MerchantFactory()]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [HOST, "taken"]


@pytest.mark.django_db(transaction=True)
def test_the_whole_way_from_claim_to_links(client, live_server, settings, dns):
    shop = MerchantFactory(name="Alma & Fern", slug="alma-fern")
    settings.PUBLIC_URL = public = live_server.url.replace("localhost", "127.0.0.1")
    client.force_login(MembershipFactory(merchant=shop, role=Role.OWNER).user)

    client.post(URL, {"host": f"https://{HOST}/"})
    page = client.get(URL).content.decode()
    token = Domain.every.get().token
    assert f"_postpurchase.{HOST}" in page and token in page and "127.0.0.1" in page

    page = client.post(URL + "check/", follow=True).content.decode()
    assert f"{HOST} has no record yet" in page
    assert f"_postpurchase.{HOST} has no TXT record yet" in page

    dns[HOST, "A"] = ["203.0.113.7"]
    dns[f"_postpurchase.{HOST}", "TXT"] = ["something else"]
    settings.ALLOW_PRIVATE_ADDRESSES = False  # What is private stays unasked.
    page = client.post(URL + "check/", follow=True).content.decode()
    assert f"{HOST} leads to 203.0.113.7, not to 127.0.0.1" in page
    assert "holds “something else” instead" in page

    settings.ALLOW_PRIVATE_ADDRESSES = True
    dns[HOST, "A"] = ["127.0.0.1"]
    dns[f"_postpurchase.{HOST}", "TXT"] = ["other", token]
    page = client.post(URL + "check/", follow=True).content.decode()
    assert f"{HOST} is ready." in page
    assert Domain.every.get().state == DomainState.VERIFIED
    port = live_server.url.rpartition(":")[2]
    assert order_url(OrderFactory(merchant=shop), now=NOW).startswith(
        f"http://{HOST}:{port}/o/alma-fern/order/"
    )

    client.post(URL + "remove/")
    assert order_url(OrderFactory(merchant=shop), now=NOW).startswith(f"{public}/o/")
    assert hosts.slug_of(HOST) == ""


@pytest.mark.parametrize(
    ("pages", "finding"),
    [
        ({}, "other"),
        ({"/": (200, {}, b"hello")}, "other"),
        (None, "other"),
    ],
)
def test_who_only_repeats_the_question_is_not_us(shop, settings, dns, pages, finding):
    domain = DomainFactory(merchant=shop, host=HOST, token="t")
    path = "/.well-known/postpurchase/t"
    with site({path: (200, {}, b"t")} if pages is None else pages) as (address, _asked):
        settings.PUBLIC_URL = address
        dns[HOST, "A"] = ["127.0.0.1"]
        dns[f"_postpurchase.{HOST}", "TXT"] = ["t"]
        found = check_domain(domain, now=NOW)

    assert (found.state, found.findings["proof"], found.findings["page"]) == (
        "waiting",
        "ok",
        finding,
    )


def test_a_name_that_leads_into_a_private_network_is_not_asked(shop, settings, dns):
    settings.ALLOW_PRIVATE_ADDRESSES = False
    dns[HOST, "A"] = ["127.0.0.1"]
    with site({}) as (address, asked):
        settings.PUBLIC_URL = address
        found = check_domain(DomainFactory(merchant=shop, host=HOST), now=NOW)

    assert (found.findings["page"], asked) == ("refused", [])


def test_a_plain_answer_where_tls_is_expected_is_told_as_certificate(shop, settings, dns):
    dns[HOST, "A"] = ["127.0.0.1"]
    with site({}) as (address, _asked):
        settings.PUBLIC_URL = address.replace("http://", "https://")
        found = check_domain(DomainFactory(merchant=shop, host=HOST), now=NOW)

    assert found.findings["page"] == "certificate"


@pytest.mark.parametrize(
    ("records", "seen_ago", "state"),
    [
        ({("_postpurchase." + HOST, "TXT"): ["else"]}, timedelta(hours=1), DomainState.BROKEN),
        ({}, timedelta(hours=1), DomainState.BROKEN),
        ({(HOST, "A"): ["127.0.0.1"], (f"_postpurchase.{HOST}", "TXT"): ["proof"]}, timedelta(days=1), DomainState.VERIFIED),
        ({(HOST, "A"): ["127.0.0.1"], (f"_postpurchase.{HOST}", "TXT"): ["proof"]}, timedelta(days=3), DomainState.BROKEN),
    ],
    ids=["proof gone", "nothing there", "silent for a day", "silent for three days"],
)  # fmt: skip
def test_a_domain_in_use_breaks_only_for_certain(own, settings, dns, records, seen_ago, state):
    settings.PUBLIC_URL = "http://127.0.0.1:9"  # Nobody answers there.
    Domain.every.update(verified_at=NOW - seen_ago)
    dns.update(records)

    assert check_domain(Domain.every.get(), now=NOW).state == state


def test_each_day_and_each_hour_domains_are_looked_at_again(db, dns):
    ago = {"fresh": 1, "daily": 24}
    rows = {
        name: DomainFactory(
            state="verified", verified_at=NOW, checked_at=NOW - timedelta(hours=hours)
        )
        for name, hours in ago.items()
    }
    new = DomainFactory(checked_at=NOW - timedelta(hours=2))
    old = DomainFactory(checked_at=NOW - timedelta(hours=2))
    never = DomainFactory()
    Domain.every.update(created_at=NOW - timedelta(hours=3))
    Domain.every.filter(pk=old.pk).update(created_at=NOW - timedelta(days=8))

    assert domains_to_check(now=NOW) == [rows["daily"], new]
    assert never.checked_at is None
    Domain.every.filter(pk=rows["daily"].pk).update(checked_at=timezone.now() - timedelta(days=2))
    tick_domains()
    assert Domain.every.get(pk=rows["daily"].pk).state == DomainState.BROKEN


def test_on_its_domain_there_is_the_portal_of_the_shop(client, shop, own):
    assert client.get("/", headers={"host": HOST}).url == "/o/alma-fern/"
    page = client.get("/o/alma-fern/", headers={"host": HOST})
    assert page.status_code == 200 and "Find your order" in page.content.decode()
    assert client.get("/static/app.css", headers={"host": HOST}).status_code == 200
    order = OrderFactory(merchant=shop, number="#1", number_key="1", email="a@b.example")
    found = client.post(
        "/o/alma-fern/", {"number": "1", "contact": order.email}, headers={"host": HOST}
    )
    assert client.get(found.url, headers={"host": HOST}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/login/", "/dashboard/", "/dashboard/alma-fern/", "/account/login/", "/api/v1/orders",
     "/hooks/shopify/0/", "/o/other-shop/", "/o/alma-fern-2/", "/o/", "/mailbox/", "/gallery/",
     "/o/alma-fern/../other-shop/", "/staticx/"],
)  # fmt: skip
def test_and_nothing_else(client, own, path):
    other = MerchantFactory(slug="other-shop")
    client.force_login(
        MembershipFactory(merchant=other, role=Role.OWNER, user__is_superuser=True).user
    )

    answer = client.get(path, headers={"host": HOST})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "host",
    ["evil.example", "orders.alma.example.evil.example", "x.orders.alma.example", "alma.example",
     "orders.alma.example@evil.example", "waiting.example"],
)  # fmt: skip
def test_unknown_hosts_are_refused_as_before(client, shop, own, host):
    DomainFactory(host="waiting.example", merchant=MerchantFactory())

    assert client.get("/o/alma-fern/", headers={"host": host}).status_code == 400
    # Nor does a request before it open the door for the next one.
    client.get("/o/alma-fern/", headers={"host": HOST})
    assert client.get("/o/alma-fern/", headers={"host": host}).status_code == 400


def test_a_closed_shop_has_no_domain(client, shop, own):
    type(shop).objects.update(is_active=False)

    assert client.get("/o/alma-fern/", headers={"host": HOST}).status_code == 400


def test_hosts_are_read_every_few_seconds_only(client, own, django_assert_num_queries):
    client.get("/o/alma-fern/", headers={"host": HOST})

    with django_assert_num_queries(0):
        for number in range(5):
            client.get("/", headers={"host": f"evil{number}.example"})


def test_only_who_knows_the_token_gets_the_proof(client, shop, settings):
    domain = DomainFactory(merchant=shop, host=HOST, token="right")
    path = "/.well-known/postpurchase/"

    assert client.get(path + "right", headers={"host": HOST}).content.decode() == hosts.proof_of(
        domain
    )
    for token, host in (
        ("wrong", HOST),
        ("right", "other.example"),
        ("", HOST),
        ("%00", HOST),
        ("x" * 5_000, HOST),
    ):
        assert client.get(path + token, headers={"host": host}).status_code == 404


def test_a_proxy_gets_certificates_for_proven_names_only(client, own):
    DomainFactory(host="proven.example", findings={"proof": "ok"})
    DomainFactory(host="claimed.example")
    asked = "/.well-known/postpurchase/ask?domain="

    answers = {name: client.get(asked + name).status_code
               for name in (HOST, "proven.example", "claimed.example", "evil.example", "", "%00", "x" * 999)}  # fmt: skip

    assert [name for name, status in answers.items() if status == 200] == [HOST, "proven.example"]


def test_https_promises_nothing_for_names_below_the_merchant_s(client, own, settings):
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True

    mine = client.get("/o/alma-fern/", headers={"host": HOST}, secure=True)
    ours = client.get("/o/alma-fern/", secure=True)

    assert mine["Strict-Transport-Security"] == "max-age=60"
    assert ours["Strict-Transport-Security"] == "max-age=60; includeSubDomains; preload"


@pytest.mark.parametrize("host", ["", "localhost", "x" * 1_000_000, "a\0b.example", HOST])
def test_the_form_says_what_is_wrong(client, shop, host):
    client.force_login(MembershipFactory(merchant=shop, role=Role.OWNER).user)
    DomainFactory(host=HOST)

    page = client.post(URL, {"host": host})

    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not Domain.every.filter(merchant=shop).exists()
