"""A shop to look around in: its goods, its past, and the mailbox of its shoppers.

Exists only where settings.DEMO or DEBUG is on.
"""
