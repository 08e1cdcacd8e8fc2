"""The pages of a shop's figures."""
