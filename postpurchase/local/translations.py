"""Compiles translations without GNU gettext: `python -m postpurchase.local.translations`."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from postpurchase.env import BASE_DIR


def compile_changed(locale: Path) -> list[Path]:
    """Compile every catalog that is newer than its compiled form, and return those."""
    changed = [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    for source in changed:
        _compile(source)
    return changed


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.is_file() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> None:
    with source.open("rb") as lines:
        catalog = read_po(lines, locale=source.parent.parent.name, abort_invalid=True)
    # Renamed in one step: another process may read it right now.
    draft = source.with_suffix(".mo.new")
    with draft.open("wb") as output:
        write_mo(output, catalog)
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    compile_changed(BASE_DIR / "locale")
