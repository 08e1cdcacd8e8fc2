"""Carriers' sentences, where their codes say nothing to us."""

import pytest

from tracking.carriers.base import UNKNOWN_WORD, Word
from tracking.carriers.lexicon import guess, refined, told
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

# In the words of carriers' public pages and recorded answers.
SENTENCES = [
    # Back to the sender: the one thing that most tables of codes miss.
    ("The shipment is being returned to the sender", M.RETURNING, C.NONE),
    ("Returned to shipper", M.RETURNING, C.NONE),
    ("Die Sendung wird an den Absender zurückgesandt", M.RETURNING, C.NONE),
    ("Zurück an den Absender", M.RETURNING, C.NONE),
    ("Votre colis est retourné à l’expéditeur", M.RETURNING, C.NONE),
    ("Retour à l'expéditeur", M.RETURNING, C.NONE),
    ("Restituito al mittente", M.RETURNING, C.NONE),
    ("Devuelto al remitente", M.RETURNING, C.NONE),
    ("Colet restituit expeditorului", M.RETURNING, C.NONE),
    ("Возврат отправителю", M.RETURNING, C.NONE),
    ("Zásielka vrátená odosielateľovi", M.RETURNING, C.NONE),
    # A warning is no return.
    ("Item will be returned to sender if not collected within 10 days", M.READY_FOR_PICKUP, C.NONE),
    ("Delivered, In/At Mailbox", M.DELIVERED, C.NONE),
    ("Die Sendung wurde erfolgreich zugestellt.", M.DELIVERED, C.NONE),
    ("Votre colis est livré.", M.DELIVERED, C.NONE),
    ("La spedizione è stata consegnata", M.DELIVERED, C.NONE),
    ("Entregado", M.DELIVERED, C.NONE),
    ("Livrat", M.DELIVERED, C.NONE),
    ("Вручение адресату: вручено", M.DELIVERED, C.NONE),
    ("Zásielka bola doručená", M.DELIVERED, C.NONE),
    # Nothing of this is a delivery.
    ("The parcel could not be delivered", M.ATTEMPT_FAILED, C.NONE),
    ("Unfortunately we have not been able to deliver your parcel.", M.ATTEMPT_FAILED, C.NONE),
    ("Die Sendung konnte nicht zugestellt werden", M.ATTEMPT_FAILED, C.NONE),
    ("Votre colis n'a pas pu être livré", M.ATTEMPT_FAILED, C.NONE),
    ("Mancata consegna", M.ATTEMPT_FAILED, C.NONE),
    ("Coletul nu a putut fi livrat", M.ATTEMPT_FAILED, C.NONE),
    ("Неудачная попытка вручения", M.ATTEMPT_FAILED, C.NONE),
    ("Zásielka nedoručená", M.ATTEMPT_FAILED, C.NONE),
    ("Customer not available or business closed", M.ATTEMPT_FAILED, C.BUSINESS_CLOSED),
    ("Destinataire absent", M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    ("Der Empfänger wurde nicht angetroffen", M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
    ("Annahme verweigert", M.ATTEMPT_FAILED, C.REFUSED),
    ("Refused by the recipient", M.ATTEMPT_FAILED, C.REFUSED),
    ("Your parcel will be delivered tomorrow", M.IN_TRANSIT, C.NONE),
    ("Votre colis sera livré demain", M.IN_TRANSIT, C.NONE),
    ("Delivered by driver to Pickup parcelshop", M.READY_FOR_PICKUP, C.NONE),
    ("Die Sendung liegt in der Filiale zur Abholung bereit", M.READY_FOR_PICKUP, C.NONE),
    ("Votre colis est disponible dans votre bureau de poste", M.READY_FOR_PICKUP, C.NONE),
    ("Ожидает адресата в месте вручения", M.READY_FOR_PICKUP, C.NONE),
    ("On FedEx vehicle for delivery", M.OUT_FOR_DELIVERY, C.NONE),
    ("Die Sendung wurde in das Zustellfahrzeug geladen", M.OUT_FOR_DELIVERY, C.NONE),
    ("En cours de livraison", M.OUT_FOR_DELIVERY, C.NONE),
    ("In consegna", M.OUT_FOR_DELIVERY, C.NONE),
    ("En reparto", M.OUT_FOR_DELIVERY, C.NONE),
    ("În livrare la curier", M.OUT_FOR_DELIVERY, C.NONE),
    ("Передано курьеру", M.OUT_FOR_DELIVERY, C.NONE),
    ("Customer addressing error found; attempting to correct", M.EXCEPTION, C.ADDRESS),
    ("Held by customs, documents required", M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
    ("Le colis est endommagé", M.EXCEPTION, C.DAMAGED),
    ("Severe weather conditions have delayed delivery", M.IN_TRANSIT, C.WEATHER),
    ("Forwarded - Mis-sort", M.IN_TRANSIT, C.MISSORT),
    ("Order information received by Canada Post", M.LABEL_CREATED, C.NONE),
    ("The parcel data was entered into the GLS IT system.", M.LABEL_CREATED, C.NONE),
    ("Die Sendung wurde elektronisch angekündigt", M.LABEL_CREATED, C.NONE),
    ("Item picked up by Canada Post", M.PICKED_UP, C.NONE),
    ("Принято в отделении связи", M.PICKED_UP, C.NONE),
    ("Arrived at FedEx location", M.IN_TRANSIT, C.NONE),
    ("Votre colis est en cours d'acheminement.", M.IN_TRANSIT, C.NONE),
    ("Покинуло сортировочный центр", M.IN_TRANSIT, C.NONE),
    ("Package lost", M.LOST, C.NONE),
]


@pytest.mark.parametrize(("sentence", "milestone", "cause"), SENTENCES)
def test_a_sentence_is_read(sentence, milestone, cause):
    word = guess(sentence)

    assert (word.milestone, word.cause) == (milestone, cause)
    assert word.is_guess


@pytest.mark.parametrize(
    "sentence", ["", "JESSICA", "12345", "Signature image recorded", "\0", "ß" * 5000]
)
def test_what_says_nothing_is_not_guessed_at(sentence):
    assert guess(sentence) is UNKNOWN_WORD


def test_a_known_code_is_not_overruled_by_its_sentence():
    table = {"X": Word(M.IN_TRANSIT)}

    assert told(table, "X", text="Delivered") == Word(M.IN_TRANSIT)
    assert told(table, "Y", text="Delivered").milestone == M.DELIVERED


def test_a_broad_code_is_refined_within_its_bounds():
    broad = Word(M.EXCEPTION, C.OTHER)

    refused = refined(broad, "Refused by the recipient", among=(M.ATTEMPT_FAILED,))
    assert refused == Word(M.ATTEMPT_FAILED, C.REFUSED)
    assert refined(broad, "Delivered", among=(M.ATTEMPT_FAILED,)) == broad
