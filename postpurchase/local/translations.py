"""Collects and compiles translations without GNU gettext.

`python -m postpurchase.local.translations` brings every catalog up to date with the code, says how
much of it is not translated yet, and compiles it.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from postpurchase.env import BASE_DIR

LOCALE = BASE_DIR / "locale"
APPS = ("merchants", "orders", "tracking", "returns", "notifications", "analytics", "postpurchase")
TEMPLATES = "postpurchase.local.wording:extract"
METHODS = [
    ("**.py", "python"),
    ("**.html", TEMPLATES),
    ("**.txt", TEMPLATES),
    ("**.mjml", TEMPLATES),
]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def collect() -> Catalog:
    """Return all texts that code and templates mark for translation, by file."""
    catalog = Catalog(project="Postpurchase", charset="utf-8")
    for directory in (*APPS, "templates"):
        found = extract_from_dir(BASE_DIR / directory, METHODS, keywords=KEYWORDS)
        for path, _, message, comments, context in found:
            place = (f"{directory}/{path}", 0)
            catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def sources(locale: Path = LOCALE) -> list[Path]:
    """Return the catalog of each language."""
    return sorted(locale.glob("*/LC_MESSAGES/django.po"))


def begin(language: str, locale: Path = LOCALE) -> None:
    """Make an empty catalog for a language that has none."""
    source = locale / language / "LC_MESSAGES" / "django.po"
    if source.is_file():
        return
    source.parent.mkdir(parents=True)
    with source.open("wb") as output:
        write_po(output, Catalog(locale=language, project="Postpurchase", charset="utf-8"))


def update(source: Path, template: Catalog) -> None:
    """Bring a catalog up to date: new texts come in empty, texts that are gone go."""
    catalog = read(source)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    with source.open("wb") as output:
        write_po(
            output,
            catalog,
            width=100,
            ignore_obsolete=True,
            include_lineno=False,
            omit_header=False,
            sort_by_file=True,
        )


def read(source: Path) -> Catalog:
    """Return a catalog from its file, whose place says the language."""
    with source.open("rb") as lines:
        return read_po(lines, locale=source.parent.parent.name, abort_invalid=True)


def missing(catalog: Catalog, template: Catalog) -> Iterator[Message]:
    """Yield each text of the template that the catalog lacks or has only half."""
    for message in template:
        if not message.id:
            continue
        own = catalog.get(message.id, message.context)
        strings = (
            own.string if own and isinstance(own.string, (list, tuple)) else [own and own.string]
        )
        if own is None or own.fuzzy or not all(strings):
            yield message


def compile_changed(locale: Path = LOCALE) -> list[Path]:
    """Compile every catalog that is newer than its compiled form, and return those."""
    changed = [source for source in sources(locale) if _is_stale(source)]
    for source in changed:
        _compile(source)
    return changed


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> None:
    # Renamed in one step: another process may read it right now.
    draft = source.with_suffix(f".mo.{os.getpid()}")
    with draft.open("wb") as output:
        write_mo(output, read(source))
    draft.replace(source.with_suffix(".mo"))


def main() -> None:
    """Update and compile the catalogs of all languages, and tell what they lack."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postpurchase.settings")
    from django.conf import settings

    template = collect()
    for language, _ in settings.LANGUAGES:
        if language != settings.LANGUAGE_CODE:
            begin(language)
    for source in sources():
        update(source, template)
        lacking = len(list(missing(read(source), template)))
        sys.stdout.write(f"{source.parent.parent.name}: {lacking} of {len(template)} missing\n")
    compile_changed()


if __name__ == "__main__":
    main()
