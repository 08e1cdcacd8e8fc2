"""The face of the merchant: one module for each page of settings, overview, analytics."""
