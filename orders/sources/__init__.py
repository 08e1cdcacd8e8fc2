"""Where orders come from. A new source is a module of the form in `base` and a line here."""

from orders.sources.base import Source
from orders.sources.shopify import SOURCE as SHOPIFY
from orders.sources.woocommerce import SOURCE as WOOCOMMERCE

SOURCES: dict[str, Source] = {source.kind: source for source in (SHOPIFY, WOOCOMMERCE)}
"""Every source by the word for it in addresses and tables."""
