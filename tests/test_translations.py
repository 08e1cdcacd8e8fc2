"""Every language says everything."""

import pytest
from django.conf import settings

from postpurchase.local import translations

CODES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@pytest.fixture(scope="module")
def template():
    return translations.collect()


@pytest.mark.parametrize("language", CODES)
def test_catalog_is_complete(language, template):
    source = translations.LOCALE / language / "LC_MESSAGES" / "django.po"

    lacking = [message.id for message in translations.missing(translations.read(source), template)]

    assert lacking == [], "`make messages` brings the catalog up to date"


@pytest.mark.parametrize("language", CODES)
def test_placeholders_are_those_of_the_text(language):
    source = translations.LOCALE / language / "LC_MESSAGES" / "django.po"

    wrong = {
        message.id: [str(e) for e in errors]
        for message, errors in translations.read(source).check()
    }

    assert wrong == {}
