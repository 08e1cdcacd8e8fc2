"""Who works for the shop, in which role, and who is asked to join."""
