"""What a carrier's sentence says of a parcel, where its code is not known to us.

English, German, French, Italian, Spanish, Romanian, Russian and Slovak. It is a guess, marked as
one: the code still counts as unknown, so that it gets into a table. No hit is better than a wrong
one, above all for deliveries; the first rule that fits decides, the careful ones stand first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache

from tracking.carriers.base import UNKNOWN_WORD, Word, words
from tracking.statuses import Cause, Milestone

M, C = Milestone, Cause

LONGEST = 500


def _rule(word: Word, *patterns: str) -> tuple[re.Pattern[str], Word]:
    return re.compile("|".join(patterns)), replace(word, is_guess=True)


# Patterns are written as sentences are folded: small letters, no accents, spaces for apostrophes.
# In each rule one line or so for each language.
RULES = (
    # A warning of what may happen, not what happened.
    _rule(Word(M.READY_FOR_PICKUP), r"(if|unless) (it is )?(not )?(collected|picked up|claimed)"),
    _rule(Word(M.LABEL_CREATED), r"attempted to (pick|collect)|pick ?up attempt"),
    _rule(Word(M.RETURNING),
          r"return\w* to (the |its )?(sender|shipper)|being returned|on (its|the) way back to",
          r"rucksendung|zuruck .{0,20}an (den )?absender|an (den )?absender .{0,20}(zuruck|retour)",
          r"retour\w* (a|vers) l expediteur|(renvoye|retourne)\w* a l expediteur",
          r"restituit\w* al mittente|re[sa]\w* al mittente|in restituzione",
          r"devuel\w+ al remitente|devolucion al remitente",
          r"restituit\w* expeditor|retur\w* (la|catre) expeditor",
          r"возвра\w+ .{0,20}отправител|возврат",
          r"(vraten|vracia)\w* .{0,10}odosielatel"),
    _rule(Word(M.LOST),
          r"\blost\b|verloren|\bperdue?\b|smarrit|extraviad|\bpierdut|утер(ян|ь)|\bstraten"),
    _rule(Word(M.EXCEPTION, C.DAMAGED),
          r"damag|beschadig|endommag|danneggia|\bdanad|deteriorat|поврежд|poskoden"),
    _rule(Word(M.CANCELLED),
          r"(shipment|label|order|parcel|package)\w* .{0,20}(cancel|void)",
          r"cancel\w* by (the )?(sender|shipper)|storniert",
          r"\bannulee?\b|annullat|anulad|anulat|аннулирован|\bzrusen"),
    _rule(Word(M.ATTEMPT_FAILED, C.REFUSED),
          r"\brefused|annahme.{0,10}verweigert|\brefusee? (par|le|la)|rifiutat|rechazad|refuzat",
          r"отказ\w* (адресат|получател|от получ)|odmietnut"),
    _rule(Word(M.ATTEMPT_FAILED, C.BUSINESS_CLOSED),
          r"(business|receiver|shop).{0,10}closed|geschlossen|etablissement ferme"),
    _rule(Word(M.ATTEMPT_FAILED, C.RECIPIENT_ABSENT),
          r"no answer|not (at )?home|nobody (was )?in",
          r"(customer|recipient|consignee|addressee) (was )?(not available|unavailable)",
          r"(nicht|niemand\w*) angetroffen|\babsent|assente|ausente|отсутств|\bnezastihnut"),
    _rule(Word(M.EXCEPTION, C.ADDRESS),
          r"(incorrect|incomplete|insufficient|wrong|bad|invalid) address|no such number",
          r"address(ing)? (error|incorrect|incomplete|unknown|information required)",
          r"adresse .{0,20}(unvollstandig|falsch|incomplet|incorrect|erron)",
          r"indirizzo (errat|incomplet)|direccion (incorrect|incomplet)",
          r"adres[ae] (incomplet|gresit)|(неверн|неполн)\w* адрес|nespravna adresa"),
    _rule(Word(M.ATTEMPT_FAILED),
          r"deliver(y|ing) .{0,20}(attempt|fail|unsuccess)|attempted|attempt (was )?made",
          r"(not|unable|un)\W?(been )?(able )?(to )?(be )?(deliver|leave)|could not .{0,20}deliver",
          r"notice (card )?left|card(ed)? left",
          r"zustell\w* .{0,20}(versuch|nicht erfolg)|nicht (zugestellt|.{0,20}zugestellt werden)",
          r"pas (pu )?(ete|etre)? ?(livre|distribue|remis)|avis de passage|non distribuable",
          r"mancata consegna|tentat\w+ di consegna|no .{0,25}entregad?|intento de entrega",
          r"livrare (esuat|nereusit)|nu a (putut|fost) .{0,10}livrat",
          r"неудачн|не (вручен|доставлен|удалось)|nedoruc|neuspesn"),
    _rule(Word(M.READY_FOR_PICKUP),
          r"(ready|available|waiting|awaiting|held) .{0,40}(collect|pick ?up)",
          r"delivered .{0,30}(parcel ?shop|pick ?up|access point|locker for)",
          r"abholbereit|zur abholung|liegt .{0,30}bereit",
          r"mis\w* a (la )?disposition|(est|votre) disponible|a votre disposition|d etre retire",
          r"(pronto|disponibil\w+) per il ritiro|in giacenza",
          r"(list[oa]|disponible) para (su )?recog|(pregatit|disponibil)\w* .{0,10}ridica",
          r"(готов\w*|ожидает) .{0,30}(выдач|вручен|получ)",
          r"pripraven\w* na (vyzdvih|prevzat|odber)"),
    _rule(Word(M.OUT_FOR_DELIVERY),
          r"out for (final )?delivery|delivery (vehicle|route)|(vehicle|on board) for delivery",
          r"with (the |our )?(delivery )?(courier|driver)|is in delivery|in delivery to",
          r"on its way to the (consignee|recipient)|due (to be delivered|for delivery) today",
          r"in zustellung|zustellfahrzeug|wird .{0,15}heute .{0,15}zugestellt",
          r"en cours de livraison|(mis|mettre) en (distribution|livraison)|en livraison",
          r"in consegna|en reparto|(in|iesit la|pentru) livrare",
          r"(передан|выдан)\w* курьеру|(v|na) doruc"),
    # What is going to be is not yet.
    _rule(Word(M.IN_TRANSIT),
          r"(will|to|can) be delivered|expected delivery|(wird|soll) .{0,30}zugestellt",
          r"(sera|va etre) livre|verra consegnat|sera entregad|va fi livrat",
          r"будет доставлен|bude doruc"),
    _rule(Word(M.DELIVERED),
          r"\bdelivered|delivery (was )?successful|signed for",
          r"left .{0,15}(door|neighbo|safe ?place)",
          r"(collected|picked up) by (the )?(recipient|customer|addressee|consignee)",
          r"zugestellt|ausgeliefert|vom empfanger abgeholt",
          r"\blivree?s?\b|\bdistribuee?s?\b|\bremise? (au|a son) dest",
          r"\bconsegnat|\bentregad|\blivrata?\b|predat destinatar",
          r"\bвручен|\bдоставлен|\bdoruc(en|il)"),
    _rule(Word(M.EXCEPTION, C.CUSTOMS_DOCUMENTS),
          r"customs.{0,40}(held|hold|document|paper|require|not been released)",
          r"not .{0,15}released by customs|zoll.{0,30}(angehalten|unterlag|fehl)",
          r"retenu.{0,15}douane"),
    _rule(Word(M.IN_TRANSIT, C.WEATHER, is_delay=True),
          r"weather|witterung|intemperie|maltempo|mal tiempo|meteo|погодн|pocasi"),
    _rule(Word(M.IN_TRANSIT, C.MISSORT, is_delay=True),
          r"mis ?-?(sort|rout|sent|direct)|fehlgeleitet|fehlsortiert|par erreur sur"),
    _rule(Word(M.IN_TRANSIT, is_delay=True),
          r"\bdelay|running late|verzoger|verspat|\bretarde?\b|ritardo|retraso|intarzier",
          r"задерж|meska"),
    _rule(Word(M.LABEL_CREATED),
          r"\blabel|information .{0,12}(received|sent|transmitted|submitted)|shipping info|awb",
          r"\bdata (was|were|has been|have been|received|uploaded)|electronically",
          r"order (information|processed|created|received)|pre-?(advice|alert|shipment)",
          r"angekundigt|elektronisch|preparation chez|confie|etichetta|etiqueta",
          r"informacion recibida|inregistrat|зарегистрирован|присвоен|zaevidovan|registrovan"),
    _rule(Word(M.PICKED_UP),
          r"picked up|pick-?up (successful|from)|collected|accept|hand(ed)? (over|to)|posted",
          r"in .{0,8}possession|received by|has received|abgeholt|eingeliefert|ubernommen",
          r"prise? en charge|depose|preso in carico|ritirat|recogid|admitid|preluat",
          r"\bпринят|prevzat|podan"),
    _rule(Word(M.IN_TRANSIT),
          r"transit|arriv|depart|\bleft\b|process|sort|en route|on (its|the) way|forwarded|\bhub\b",
          r"depot|facility|cent(er|re)\b|dispatch|redirect|customs|clearance|unterwegs|bearbeitet",
          r"paketzentrum|transport|achemin|chemin|plateforme|dans le (site|pays)",
          r"smistamento|in viaggio|en camino|clasificacion|tranzit",
          r"в пути|прибыл|покинул|сортиров|na ceste|triedi|preprav"),
)  # fmt: skip


@lru_cache(maxsize=4096)  # carriers say the same of every parcel
def guess(text: str) -> Word:
    """Read a sentence; what no rule fits says nothing."""
    folded = fold(text)
    return next((word for pattern, word in RULES if pattern.search(folded)), UNKNOWN_WORD)


def told(table: Mapping[str, Word], *codes: str, text: str) -> Word:
    """Look codes up, the most telling first; where none is in the table, read the sentence."""
    word = words(table, *codes)
    return guess(text) if word is UNKNOWN_WORD else word


def refined(word: Word, text: str, *, among: Collection[Milestone | None]) -> Word:
    """Let the sentence say more than a broad code does, where it stays within what that allows."""
    found = guess(text)
    return replace(found, is_guess=False) if found.milestone in among else word


def fold(text: str) -> str:
    """Write a sentence in small letters, without accents, with plain apostrophes and spaces."""
    bare = unicodedata.normalize("NFKD", text[:LONGEST].replace("ß", "ss"))
    letters = "".join(each for each in bare.lower() if not unicodedata.combining(each))
    return re.sub(r"[\s'’`´]+", " ", letters)
