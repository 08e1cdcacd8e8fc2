"""What the judges look at in a real page: rules of axe, boxes, widths, letters."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# Set to a folder, each judged page leaves a picture there.
SHOTS = os.environ.get("SHOTS")

# Links inside a sentence or a list of facts may be as high as their line.
SMALL_BOXES = """() => [...document.querySelectorAll('a, button, summary, input, label.choice')]
  .filter(e => e.checkVisibility({opacityProperty: true}) && e.type !== 'hidden')
  .filter(e => !e.matches('.skip, .choice input, p a:not(.link-box), dd a:not(.link-box)'))
  .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([text, box]) => `small box: ${text} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
SMALL_LETTERS = """() => [...document.querySelectorAll('body *')]
  .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 13)
  .map(e => `small letters: ${e.textContent.trim().slice(0, 40)}`)"""
TOO_WIDE = """() => document.documentElement.scrollWidth > window.innerWidth
  ? [`too wide: ${document.documentElement.scrollWidth} of ${window.innerWidth}`] : []"""


def broken_rules(page):
    """Run axe; give each broken rule with the first element that breaks it."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:120]} {rule['nodes'][0]['failureSummary'][:300]}"
        for rule in found.response["violations"]
    ]


def misfits(page):
    """List what does not fit: too small to hit or read, or wider than the window."""
    return [*page.evaluate(SMALL_BOXES), *page.evaluate(SMALL_LETTERS), *page.evaluate(TOO_WIDE)]


def faults(page):
    """List all that a judge would object to on this page."""
    return broken_rules(page) + misfits(page)


def shoot(page, name):
    """Keep a picture of the whole page if somebody wants to look at it."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
