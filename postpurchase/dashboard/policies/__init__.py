"""Policies: what a merchant promises, in versions, each in the words that shoppers read."""
