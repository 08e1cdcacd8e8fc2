"""Who gets in: links that open, end, are revoked, or were never ours; and the one-time code."""

import re
from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.statuses import MessageKind
from orders.actions.step_up import revoke_links
from orders.timeline import Actor
from postpurchase.lib.crypto import unseal
from tests.portal.reading import of_class, one, text_of
from tests.portal.scenes import NOW, PLACED, link_to, make_order, make_shop

NO_ORDER = "That link does not open an order"


def refused(client, path):
    page = client.get(path)
    assert page.status_code == 404
    # The token against forged forms differs from page to page.
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def test_bad_revoked_and_foreign_links_get_one_answer(client, order):
    other = make_shop(slug="other", name="Other")
    good = link_to(order)
    foreign = link_to(make_order(other)).replace("/o/other/", "/o/alma-fern/")
    revoke_links(order, actor=Actor(), now=NOW)

    answers = {
        refused(client, path)
        for path in (
            good,
            foreign,
            link_to(order, epoch=7),
            link_to(order, purpose="order-proven"),
            good[:-3] + "AA/",
            "/o/alma-fern/order/1042/",
            "/o/alma-fern/order/" + "A" * 56 + "/",
        )
    }

    assert len(answers) == 1
    answer = answers.pop()
    assert NO_ORDER in text_of(answer)
    assert "value=" not in answer


@pytest.mark.parametrize("part", ["verify/", "verify/send/", "fresh/"])
def test_what_hangs_on_a_link_falls_with_it(client, order, part):
    path = link_to(order, epoch=7) + part

    page = client.get(path) if part == "verify/" else client.post(path)

    assert (page.status_code, one(page, "h1")) == (404, "Find your order")
    assert not Message.every.exists()


def test_an_ended_link_offers_a_fresh_one_to_the_order_s_address(client, order):
    path = link_to(order, expires_at=PLACED)

    page = client.get(path)
    client.post(path + "fresh/", {"email": "thief@example.com"})
    answer = client.post(path + "fresh/", follow=True)

    assert page.status_code == 410
    assert one(page, "h1") == "This link has ended"
    assert 'value="#1042"' in page.content.decode()
    assert "Rain jacket" not in text_of(page)
    assert one(answer, "h1") == "Look into your mailbox"
    assert [row.recipient for row in Message.every.all()] == ["ines.weber@example.com"]


def test_an_ended_link_does_not_verify(client, order):
    path = link_to(order, expires_at=PLACED) + "verify/"

    assert client.get(path).status_code == 404
    assert client.post(path + "send/").status_code == 404


def code_of(order):
    """Read the newest code out of the message that carries it."""
    message = Message.every.filter(order=order, kind=MessageKind.CODE).latest("pk")
    assert message.recipient == order.email
    return unseal(message.sealed)


def ask_for_code(client, order):
    sent = client.post(link_to(order) + "verify/send/", follow=True)
    assert "We sent a code to i•••@example.com." in text_of(sent)
    return code_of(order)


def test_the_code_shows_addresses_for_half_an_hour(client, order, clock):
    code = ask_for_code(client, order)

    page = client.post(
        link_to(order) + "verify/", {"code": f" {code[:3]} {code[3:]} "}, follow=True
    )

    assert page.redirect_chain == [(link_to(order), 302)]
    assert "Ines Weber Kastanienallee 12 10435 Berlin Germany +49 170 5550123" in text_of(page)
    clock.shift(timedelta(minutes=31))
    assert "Kastanienallee" not in text_of(client.get(link_to(order)))


def test_a_proof_is_good_for_its_own_order_only(client, order, shop):
    other = make_order(shop, number="#1043", number_key="1043")
    client.post(link_to(order) + "verify/", {"code": ask_for_code(client, order)})

    assert "Kastanienallee" in text_of(client.get(link_to(order)))
    assert "Kastanienallee" not in text_of(client.get(link_to(other)))


def test_a_proof_falls_with_the_links(client, order):
    client.post(link_to(order) + "verify/", {"code": ask_for_code(client, order)})
    revoke_links(order, actor=Actor(), now=NOW)
    order.refresh_from_db(fields=["link_epoch"], from_queryset=type(order).every.all())

    assert "Kastanienallee" not in text_of(client.get(link_to(order)))


def test_five_wrong_codes_end_the_right_one(client, order):
    code = ask_for_code(client, order)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    for _ in range(5):
        page = client.post(link_to(order) + "verify/", {"code": wrong})
        assert "This code is wrong or has run out." in text_of(page)
    page = client.post(link_to(order) + "verify/", {"code": code})

    assert page.status_code == 200
    assert "Kastanienallee" not in text_of(client.get(link_to(order)))


def test_a_code_ends_after_ten_minutes(client, order, clock):
    code = ask_for_code(client, order)
    clock.shift(timedelta(minutes=10, seconds=1))

    page = client.post(link_to(order) + "verify/", {"code": code})

    assert "This code is wrong or has run out." in text_of(page)


def test_codes_end(client, order):
    answers = [client.post(link_to(order) + "verify/send/") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert of_class(answers[-1], "notice__title") == [
        "Too many codes were asked for. Try again in an hour."
    ]
    assert Message.every.count() == 5


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef"])
def test_what_is_no_code_is_no_try(client, order, typed):
    code = ask_for_code(client, order)
    for _ in range(6):
        client.post(link_to(order) + "verify/", {"code": typed})

    assert client.post(link_to(order) + "verify/", {"code": code}).status_code == 302


def test_the_proof_cookie_is_kept_from_scripts_and_other_shops(client, order):
    client.post(link_to(order) + "verify/", {"code": ask_for_code(client, order)})
    cookie = client.cookies["order_proof"]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        "/o/alma-fern/",
        True,
        "Lax",
        1800,
    )
