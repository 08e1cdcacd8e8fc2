"""Notes, mentions and tags: what agents write for one another."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from merchants.statuses import Role
from orders.actions.notes import LONGEST, UnusableNote, named_in, write_note
from orders.actions.tags import UnusableTag, put_tag, tag_name
from orders.models import Event, Mention, Note, OrderTag
from orders.statuses import OrderEvent
from orders.timeline import Actor
from tests import factories
from tests.desk.scenes import HOSTILE, event, make_member, make_order, page_of
from tests.desk.test_order import seen_on, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order()


@pytest.fixture
def agent(client, order):
    person = make_member(order.merchant)
    client.force_login(person)
    return person


def write(client, order, text, **fields):
    form = {"seen": seen_on(client, order), "once": str(uuid.uuid4()), "text": text} | fields
    return client.post(reverse("admin:desk_note", args=[order.public_id]), form)


def kinds_of(order):
    return list(Event.every.filter(order=order).order_by("pk").values_list("kind", flat=True))


def test_a_note_stands_in_the_story(client, agent, order):
    assert write(client, order, f"Called back.\r\n{HOSTILE}").status_code == 302

    note = Note.every.get()
    assert (note.author, note.author_name) == (agent, "Ana Pop")
    assert note.text == f"Called back.\n{HOSTILE}"
    assert kinds_of(order)[-1] == OrderEvent.NOTED
    assert "Called back." in text_of(client, page_of(order))


def test_a_double_click_writes_one_note(client, agent, order):
    form = {"seen": seen_on(client, order), "once": str(uuid.uuid4()), "text": "Once"}
    url = reverse("admin:desk_note", args=[order.public_id])

    assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
    assert Note.every.count() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST + 1)])
def test_a_note_that_cannot_be_kept_comes_back(client, agent, order, text):
    answer = write(client, order, text)

    assert answer.status_code == 422
    assert "note" in answer.content.decode()
    assert not Note.every.exists()
    assert OrderEvent.NOTED not in kinds_of(order)


def test_a_note_of_the_longest_kind_is_kept_whole(client, agent, order):
    text = ("line\r\n" * (LONGEST // 5)).strip()

    assert write(client, order, text).status_code == 302
    assert len(Note.every.get().text) < LONGEST


def test_a_note_on_an_order_that_changed_is_kept_and_asked_about(client, agent, order):
    seen = seen_on(client, order)
    event(order, OrderEvent.CANCELLED)

    answer = write(client, order, "I shall ring her.", seen=seen)

    assert answer.status_code == 409
    assert "I shall ring her." in answer.content.decode()
    assert "Write it anyway" in answer.content.decode()
    assert not Note.every.exists()


def test_who_is_named_finds_the_note_until_they_open_the_order(client, agent, order):
    ben = make_member(order.merchant, name="Ben Roth")
    write(client, order, "@ben ring her please")
    home = reverse("admin:index")
    assert "ring her please" not in text_of(client, home)

    client.force_login(ben)
    assert "ring her please" in text_of(client, home)
    client.get(page_of(order))
    assert Mention.every.get().read_at is not None
    assert "ring her please" not in text_of(client, home)


def test_colleagues_are_told_by_ticking_them(client, agent, order):
    ben = make_member(order.merchant, name="Ben Roth")
    stranger = make_member(factories.MerchantFactory(), name="Eve")

    write(client, order, "Look", tell=[ben.pk, stranger.pk, "x", 10**30])

    assert list(Mention.every.values_list("user", flat=True)) == [ben.pk]


def test_names_are_found_however_they_are_written():
    people = [
        factories.UserFactory.build(pk=pk, name=name, email=email)
        for pk, name, email in (
            (1, "Ana Pop", "ana.pop@x.example"),
            (2, "Ana Maier", "maier@x.example"),
            (3, "Jörg Ölsner", "joerg@x.example"),
        )
    ]
    for text, named in {
        "@Ana Pop, look": {1},
        "@ana": set(),  # two have that name
        "@MAIER": {2},
        "@jörg!": {3},
        "@joerg@elsewhere.example": {3},
        "mail joerg@x.example": set(),
        "x@maier": set(),
        "@jörgen": set(),
        "@ana.pop and @Ana Maier": {1, 2},
        "@": set(),
    }.items():
        assert named_in(text, people) == named, text


def change(client, order, note, text):
    url = reverse("admin:desk_note_change", args=[order.public_id, note.public_id])
    return client.post(url, {"text": text})


def test_ones_own_note_is_changed_for_a_quarter_of_an_hour(client, agent, order):
    write(client, order, "Frist")
    note = Note.every.get()
    assert "Change" in text_of(client, page_of(order))

    assert change(client, order, note, "First").status_code == 302
    note.refresh_from_db()
    assert (note.text, note.edited_at is not None) == ("First", True)

    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert change(client, order, note, "Later").status_code == 422
    note.refresh_from_db()
    assert note.text == "First"


def test_others_notes_are_not_changed(client, agent, order):
    note = factories.NoteFactory(order=order, author=make_member(order.merchant, name="Ben"))

    assert change(client, order, note, "x").status_code == 422
    client.force_login(make_member(order.merchant, Role.READER, name="Eve"))
    assert change(client, order, note, "x").status_code == 403
    note.refresh_from_db()
    assert note.text == "Called the shopper back."


def test_a_note_of_another_order_is_not_found(client, agent, order):
    note = factories.NoteFactory(author=agent)

    assert change(client, order, note, "x").status_code == 404


def tag(client, order, **fields):
    return client.post(reverse("admin:desk_tag", args=[order.public_id]), fields)


def test_tags_are_put_on_and_taken_off_once(client, agent, order):
    for _ in range(2):
        assert tag(client, order, tag=" #VIP ").status_code == 302
    assert list(OrderTag.every.values_list("name", "by_name")) == [("vip", "Ana Pop")]
    assert "Take off the tag vip" in text_of(client, page_of(order))

    for _ in range(2):
        tag(client, order, off="vip")
    assert not OrderTag.every.exists()
    assert kinds_of(order)[-2:] == [OrderEvent.TAGGED, OrderEvent.UNTAGGED]


def test_tags_fold_and_end(order):
    assert tag_name("  Ｖ.I.P,  now ") == "v.i.p now"
    for text in ("", " # ", "x" * 51):
        with pytest.raises(UnusableTag):
            tag_name(text)
    for place in range(20):
        put_tag(order, name=f"t{place}", actor=Actor(), now=timezone.now())
    with pytest.raises(UnusableTag):
        put_tag(order, name="one more", actor=Actor(), now=timezone.now())


def test_a_refused_note_leaves_no_trace(order):
    with pytest.raises(UnusableNote):
        write_note(order, text=" ", by=make_member(order.merchant), now=timezone.now())

    assert not Note.every.exists()
