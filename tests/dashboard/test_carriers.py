"""Carriers: who tells of parcels, how they fare, how they are set up, and who may change them."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from merchants.models import PersonalDataLook, SettingChange
from merchants.statuses import LookKind, Role
from tests.factories import (
    CarrierAccountFactory,
    CarrierDeliveryFactory,
    MembershipFactory,
    MerchantFactory,
    OrderFactory,
    UnknownWordFactory,
)
from tracking.models import CarrierAccount, CarrierDelivery, Shipment, TroubleRules

pytestmark = pytest.mark.django_db

SECRET = "as_secret_never_shown"


@pytest.fixture
def shop():
    return MerchantFactory()


@pytest.fixture
def owner(client, shop):
    """Log in as the owner."""
    return enter(client, shop, Role.OWNER)


@pytest.fixture
def account(shop):
    return CarrierAccountFactory(merchant=shop, name="AfterShip Germany", secret=SECRET)


def enter(client, shop, role):
    member = MembershipFactory(merchant=shop, role=role)
    client.force_login(member.user)
    return member.user


def url(name, shop, *rows):
    args = [getattr(row, "public_id", row) for row in rows]
    return reverse(f"dashboard:{name}", args=[shop.slug, *args])


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def changes():
    return list(SettingChange.every.order_by("pk").values_list("page", "kind", "title"))


def test_an_empty_list_says_what_is_missing(client, owner, shop):
    assert "Nobody tells us of your parcels yet" in text(client.get(url("carriers", shop)))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Nothing yet"),
        ({"secret": ""}, "Secret missing"),
        ({"is_active": False}, "Switched off"),
        ({"last_seen_at": 0}, "Working"),
        ({"last_seen_at": -9, "last_error_at": -1, "last_error": "401 refused"}, "401 refused"),
        ({"paused_until": 60, "last_error": "429"}, "Paused"),
        ({"source": "dhl", "secret": ""}, "Log-in missing"),
        (
            {"source": "karrio_server", "secret": "", "credentials": '{"api_key": "x"}'},
            "Carriers missing",
        ),
    ],
)
def test_the_list_says_how_an_account_fares(client, owner, shop, facts, words):
    now = timezone.now()
    moments = {"last_seen_at", "last_error_at", "paused_until"}
    told = {
        name: now + timedelta(minutes=value) if name in moments else value
        for name, value in facts.items()
    }
    CarrierAccountFactory(merchant=shop, **told)

    assert words in text(client.get(url("carriers", shop)))


def test_failed_and_waiting_deliveries_are_told(client, owner, shop, account):
    CarrierAccount.every.update(last_seen_at=timezone.now())
    CarrierDeliveryFactory(account=account, state="failed", reason="The document is empty.")
    CarrierDeliveryFactory.create_batch(2, account=account, state="waiting", waiting_for="X1")

    page = text(client.get(url("carriers", shop)))

    assert "1 failed" in page
    assert "2 deliveries wait for their parcels." in page


def test_a_source_is_chosen_added_and_its_secret_shown_once(client, owner, shop):
    assert "EasyPost" in text(client.get(url("carriers_choose", shop)))
    fields = {"public_id": uuid4(), "name": "EasyPost US"}

    for _twice in range(2):
        answer = client.post(url("carriers_new", shop, "easypost"), fields)
    account = CarrierAccount.every.get()
    page = text(client.get(answer["Location"]))
    again = text(client.get(answer["Location"]))

    assert f"/hooks/carriers/easypost/{account.public_id}/" in page
    assert account.secret in page
    assert "Copy the secret now" in page
    assert account.secret not in again
    assert changes() == [("carriers", "added", "EasyPost US")]


def test_an_unknown_source_is_no_page(client, owner, shop):
    assert client.get(url("carriers_new", shop, "nobody")).status_code == 404


def test_a_secret_of_theirs_is_stored_and_never_shown(client, owner, shop, account):
    answer = client.post(url("carriers_secret", shop, account), {"secret": "another_secret_1"})

    account.refresh_from_db()
    page = text(client.get(answer["Location"]))
    assert (account.secret, account.previous_secret) == ("another_secret_1", SECRET)
    assert "Two secrets are accepted" in page
    assert "another_secret_1" not in page
    assert SECRET not in page
    assert SECRET not in str(list(SettingChange.every.values_list("fields", flat=True)))


def test_a_short_secret_is_explained(client, owner, shop, account):
    page = text(client.post(url("carriers_secret", shop, account), {"secret": "short"}), 422)

    assert "it has 8 characters or more" in page
    assert CarrierAccount.every.get().secret == SECRET


def test_a_new_secret_is_made_once_however_often_it_is_clicked(client, owner, shop):
    account = CarrierAccountFactory(merchant=shop, source="easypost", secret=SECRET)
    page = text(client.get(url("carriers_one", shop, account)))
    mark = page.split('name="replaces" value="')[1].split('"')[0]

    for _twice in range(2):
        client.post(url("carriers_rotate", shop, account), {"replaces": mark})

    account.refresh_from_db()
    assert account.previous_secret == SECRET
    assert len(changes()) == 1


def test_a_log_in_is_drawn_from_its_fields_and_never_shown_again(client, owner, shop):
    account = CarrierAccountFactory(merchant=shop, source="ups", name="UPS", secret="")
    fields = {"log-in-client_id": "id-1", "log-in-client_secret": "never-shown-1"}

    refused = text(client.post(url("carriers_log_in", shop, account), {}), 422)
    assert "Enter “Client ID”." in refused
    client.post(url("carriers_log_in", shop, account), fields)
    page = text(client.get(url("carriers_one", shop, account)))
    account.refresh_from_db()
    assert '"client_secret": "never-shown-1"' in account.credentials
    assert "never-shown-1" not in page
    assert "id-1" in page

    client.post(url("carriers_log_in", shop, account), {"log-in-client_id": "id-2"})
    account.refresh_from_db()
    assert "id-2" in account.credentials
    assert "never-shown-1" in account.credentials
    assert "never-shown-1" not in str(list(SettingChange.every.values_list("fields", flat=True)))


def test_whose_parcels_are_asked_for_is_chosen(client, owner, shop):
    account = CarrierAccountFactory(merchant=shop, source="dhl", secret="")

    client.post(url("carriers_serves", shop, account), {"carriers": ["dhl_paket"]})
    assert CarrierAccount.every.get().carriers == ["dhl_paket"]

    refused = client.post(url("carriers_serves", shop, account), {"carriers": ["ups"]})
    assert "Choose carriers from the list." in text(refused, 422)


def test_accounts_are_moved_and_a_double_click_moves_once(client, owner, shop):
    rows = [
        CarrierAccountFactory(merchant=shop, name=name, priority=place)
        for place, name in enumerate("ABC")
    ]

    def order():
        return "".join(CarrierAccount.every.order_by("priority").values_list("name", flat=True))

    for _twice in range(2):
        client.post(url("carriers_move", shop, rows[2]), {"to": "up", "place": "3"})
    assert order() == "ACB"
    client.post(url("carriers_move", shop, rows[0]), {"to": "down", "place": "1"})
    assert order() == "CAB"
    client.post(url("carriers_move", shop, rows[1]), {"to": "down", "place": "3"})
    assert order() == "CAB"


def test_an_account_is_renamed_switched_off_and_on(client, owner, shop, account):
    client.post(url("carriers_rename", shop, account), {"name": "Ours"})
    assert "Switch Ours off?" in text(client.get(url("carriers_switch", shop, account)))
    client.post(url("carriers_switch", shop, account), {"to": "off"})
    account.refresh_from_db()
    assert (account.name, account.is_active) == ("Ours", False)
    client.post(url("carriers_switch", shop, account), {"to": "on"})
    account.refresh_from_db()
    assert account.is_active


@pytest.mark.parametrize("role", [Role.AGENT, Role.READER])
def test_those_who_may_not_see_values_and_no_buttons(client, shop, account, role):
    enter(client, shop, role)

    for page in ("carriers", "carriers_rules"):
        assert "<main" in text(client.get(url(page, shop)))
        assert 'button--main" type="submit"' not in text(client.get(url(page, shop)))
    page = text(client.get(url("carriers_one", shop, account)))
    assert "Store this secret" not in page
    for name in ("rename", "move", "rotate", "secret", "switch"):
        assert client.post(url(f"carriers_{name}", shop, account), {}).status_code == 403
    assert client.post(url("carriers_rules", shop), {}).status_code == 403


def test_rules_are_saved_and_written_down(client, owner, shop):
    fields = {
        "label_days": 2, "domestic_days": 3, "abroad_days": 7, "customs_days": 5,
        "out_hours": 36, "pickup_days": 5, "lost_days": 30,
    }  # fmt: skip

    for _twice in range(2):
        assert client.post(url("carriers_rules", shop), fields).status_code == 302
    assert TroubleRules.every.get(merchant=shop).label_days == 2
    assert changes() == [("carriers", "added", "When a parcel needs somebody")]

    wrong = text(client.post(url("carriers_rules", shop), fields | {"lost_days": 0}), 422)
    assert "Enter 1 or more." in wrong


def test_deliveries_are_listed_shown_and_read_again(client, shop, account):
    agent = enter(client, shop, Role.AGENT)
    failed = CarrierDeliveryFactory(
        account=account, state="failed", reason="<b>no number</b>", body=b'{"name": "Zo\xc3\xab"}'
    )
    CarrierDeliveryFactory(account=account, state="done")

    page = text(client.get(url("carriers_deliveries", shop), {"state": "failed"}))
    assert page.count("&lt;b&gt;no number") == 1
    assert "Zoë" in text(client.get(url("carriers_delivery", shop, failed)))
    assert b"Zo\xc3\xab" in client.get(url("carriers_delivery_raw", shop, failed)).content
    looks = PersonalDataLook.every.filter(user=agent).order_by("pk")
    assert [(look.kind, look.rows) for look in looks] == [
        (LookKind.PAYLOAD, [failed.pk]),
        (LookKind.EXPORT, [failed.pk]),
    ]

    client.post(url("carriers_replay_failed", shop))
    assert CarrierDelivery.every.get(pk=failed.pk).state == "planned"
    client.post(url("carriers_replay", shop, failed))
    assert CarrierDelivery.every.get(pk=failed.pk).state == "planned"


def test_unknown_words_are_listed_with_what_to_do(client, owner, shop):
    UnknownWordFactory(merchant=shop, word="<i>X9</i>", seen=41)
    UnknownWordFactory(word="of another shop")

    page = text(client.get(url("carriers_words", shop)))

    assert "&lt;i&gt;X9" in page
    assert "of another shop" not in page
    assert "What to do" in page


@pytest.mark.parametrize("count", [1, 60])
def test_pages_ask_no_more_for_more(client, owner, shop, count, django_assert_max_num_queries):
    accounts = [CarrierAccountFactory(merchant=shop) for _ in range(min(count, 5))]
    CarrierDeliveryFactory.create_batch(count, account=accounts[0])
    UnknownWordFactory.create_batch(count, merchant=shop)

    for page in ("carriers", "carriers_deliveries", "carriers_words", "carriers_rules"):
        with django_assert_max_num_queries(9):
            client.get(url(page, shop))


def test_deliveries_go_on_where_the_page_ended(client, owner, shop, account):
    CarrierDeliveryFactory.create_batch(60, account=account)

    first = text(client.get(url("carriers_deliveries", shop)))
    older = first.split('href="?after=')[1].split('"')[0]
    second = text(client.get(f"{url('carriers_deliveries', shop)}?after={older}"))

    assert (first.count("<tr>") - 1, second.count("<tr>") - 1) == (50, 10)
    assert client.get(url("carriers_deliveries", shop), {"after": "x"}).status_code == 404


HOSTILE = ["\0", "\ud800", "x" * 1_000_000, "<script>alert(1)</script>"]


@pytest.mark.parametrize("value", HOSTILE, ids=["nul", "surrogate", "long", "script"])
def test_hostile_fields_are_refused_in_words(client, owner, shop, account, value):
    value = value.encode("utf-8", "surrogatepass")
    for name in ("rename", "secret", "move", "rotate"):
        field = {"rename": "name", "rotate": "replaces"}.get(name, name)
        answer = client.post(
            url(f"carriers_{name}", shop, account),
            urlencode({field: value, "place": value}),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (302, 400, 422)
    for page in ("carriers_deliveries", "carriers_words"):
        query = urlencode({"account": value[:300], "state": value[:300]})
        assert client.get(f"{url(page, shop)}?{query}").status_code == 200


def upload(client, shop, body, name="parcels.csv"):
    return client.post(url("carriers_sheet", shop), {"file": SimpleUploadedFile(name, body)})


def test_a_file_is_looked_through_and_then_taken_in(client, owner, shop):
    order = OrderFactory(merchant=shop, number="#1042", lines=1)
    body = b"order_id;tracking_number;tracking_provider\n1042;JJD000390007555400009;DHL\n99;X1;DHL"

    page = text(upload(client, shop, body))
    assert "There is no order \u201c99\u201d." in page
    assert not Shipment.every.exists()
    checked = page.split('name="checked" value="')[1].split('"')[0]
    for _twice in range(2):
        answer = client.post(url("carriers_sheet", shop), {"checked": checked})
        assert answer.status_code == 302

    assert Shipment.every.get().order == order
    assert "as before: 1" in text(client.get(answer["Location"]))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "The file is empty."),
        (b"x" * 500_001, "larger than 500 KB"),
        (
            b"order_id,tracking_number,carrier\n"
            + b"".join(b"%d,2,x\n" % row for row in range(600)),
            "more than 500 rows",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(client, owner, shop, body, words):
    assert words in text(upload(client, shop, body), 422)


@pytest.mark.parametrize("body", [b"\0\0", b"\xff\xfe\xd8", b"<script>,\n1,2", b"a" * 99_999])
def test_nonsense_in_a_file_is_no_error(client, owner, shop, body):
    assert upload(client, shop, body).status_code in (200, 422)
    answer = client.post(url("carriers_sheet", shop), {"checked": body.decode("latin-1")})
    assert answer.status_code == 302


def test_agents_upload_nothing(client, shop):
    enter(client, shop, Role.AGENT)

    assert upload(client, shop, b"x").status_code == 403
