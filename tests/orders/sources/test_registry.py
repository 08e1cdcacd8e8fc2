"""Sources as a whole: one form, and nothing of Django."""

import subprocess
import sys

from orders.sources import SOURCES


def test_every_source_is_known_by_its_kind():
    assert {kind: source.name for kind, source in SOURCES.items()} == {
        "shopify": "Shopify",
        "woocommerce": "WooCommerce",
    }


def test_sources_do_without_django():
    code = (
        "import sys, orders.sources, orders.sources.tabular;"
        "print([name for name in sys.modules if name.split('.')[0] in ('django', 'celery')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"
