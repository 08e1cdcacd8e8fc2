"""The face of the agent: Django's admin with a desk of our own in it."""
