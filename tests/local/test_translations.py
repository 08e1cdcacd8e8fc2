"""Collecting and compiling translations."""

import gettext
import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from django.template import Context, Template
from django.utils import translation

from postpurchase.local import translations, wording


def extract(template):
    return [(name, text) for _, name, text, _ in wording.extract(io.BytesIO(template), {}, [], {})]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        (b"{% translate 'Your \"order\"' %}", [("gettext", 'Your "order"')]),
        (b'{% trans "100 % sure" as label %}', [("gettext", "100 %% sure")]),
        (b'{% translate "May" context "month" %}', [("pgettext", ("month", "May"))]),
        (b'{{ name|default:_("Guest") }}', [("gettext", "Guest")]),
        (
            b'{% include "x.html" with a=_("One") b=_("Two") %}',
            [("gettext", "One"), ("gettext", "Two")],
        ),
        (
            b"{% blocktranslate with n=o.n trimmed %}\n  Order\n  {{ n }}\n{% endblocktranslate %}",
            [("gettext", "Order %(n)s")],
        ),
        (
            b"{% blocktranslate count n=n %}one{% plural %}{{ n }} items{% endblocktranslate %}",
            [("ngettext", ("one", "%(n)s items"))],
        ),
        (b"{# {% translate 'no' %} #}{% comment %}no{% endcomment %}plain {{ x }}", []),
    ],
)
def test_texts_of_a_template(template, found):
    assert extract(template) == found


@pytest.fixture
def locale(tmp_path):
    translations.begin("de", tmp_path)
    return tmp_path


def save(locale, **texts):
    [source] = translations.sources(locale)
    catalog = translations.read(source)
    for english, german in texts.items():
        catalog.add(english, german)
    with source.open("wb") as output:
        write_po(output, catalog)
    return source


def test_update_adds_what_is_new_and_drops_what_is_gone(locale):
    source = save(locale, Kept="Behalten", Gone="Weg")
    template = Catalog()
    for text in ("Kept", "New"):
        template.add(text, None, [("a.py", 1)])

    translations.update(source, template)

    found = translations.read(source)
    assert {m.id: m.string for m in found if m.id} == {"Kept": "Behalten", "New": ""}
    assert [m.id for m in translations.missing(found, template)] == ["New"]


def test_compiled_once_until_it_changes(locale):
    source = save(locale, Order="Bestellung")

    assert translations.compile_changed(locale) == [source]
    assert translations.compile_changed(locale) == []
    with source.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Order") == "Bestellung"


def test_django_finds_what_was_collected_from_a_template(locale, settings):
    text = b"{% blocktranslate trimmed %}\n 5 % of\n {{ n }}{% endblocktranslate %}"
    [(_, collected)] = extract(text)
    save(locale, **{collected: "%(n)s, davon 5 %%"})
    translations.compile_changed(locale)
    settings.LOCALE_PATHS = [locale]
    translation.trans_real._translations.clear()

    with translation.override("de"):
        rendered = Template("{% load i18n %}" + text.decode()).render(Context({"n": 7}))

    translation.trans_real._translations.clear()
    assert rendered == "7, davon 5 %"
