"""How Django's own pages write dates, by language; ours use `postpurchase.lib.locales`."""
