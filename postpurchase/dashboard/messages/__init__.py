"""The log of messages: what became of each, and what can be done about it."""
