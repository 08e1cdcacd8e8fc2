"""The pages of those who tell us of parcels."""
