"""A shopper’s data: what is held, given out, erased."""
