"""Postpurchase: everything between “Confirm order” and the next order."""

from postpurchase.celery import app as celery_app

__all__ = ["celery_app"]
