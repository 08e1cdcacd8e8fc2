"""Parcels for programs."""
