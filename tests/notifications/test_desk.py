"""What an agent can do about a message that did not arrive."""

import pytest
from django.urls import reverse

from notifications.statuses import MessageState, Withheld
from tests.factories import MembershipFactory, MessageFactory
from tests.notifications.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client):
    member = MembershipFactory()
    client.force_login(member.user)
    return member


def send_again(client, *messages):
    form = {"action": "send_selected_again", "_selected_action": [row.pk for row in messages]}
    page = reverse("admin:notifications_message_changelist")
    return client.post(page, form, follow=True).content.decode()


def test_an_agent_sends_what_failed_again(client, agent):
    message = MessageFactory(merchant=agent.merchant, state=MessageState.FAILED, attempts=3)

    send_again(client, message)

    assert (fresh(message).state, fresh(message).attempts) == (MessageState.PLANNED, 0)


def test_an_agent_does_not_send_what_was_sent(client, agent):
    message = MessageFactory(merchant=agent.merchant, state=MessageState.SENT)

    assert "This message cannot be sent again." in send_again(client, message)
    assert fresh(message).state == MessageState.SENT


def test_an_agent_does_not_touch_another_shops_messages(client, agent):
    message = MessageFactory(state=MessageState.FAILED)

    send_again(client, message)

    assert fresh(message).state == MessageState.FAILED


def test_the_list_says_in_words_why_nothing_was_sent(client, agent):
    MessageFactory(merchant=agent.merchant, state=MessageState.WITHHELD, reason=Withheld.SUPPRESSED)

    page = client.get(reverse("admin:notifications_message_changelist")).content.decode()

    assert "This address does not take mail." in page
