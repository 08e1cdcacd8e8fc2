"""Rules that change by versions, each in force from some moment on."""

from datetime import datetime
from typing import TypeVar

from django.db.models import Case, F, Model, QuerySet, When

Version = TypeVar("Version", bound=Model)


def in_force(versions: QuerySet[Version], moment: datetime, *first_by: str) -> Version | None:
    """Give the version in force at a moment, in one query; before the first version, the first.

    The model has `in_force_from`. `first_by` orders versions that are equally in force or not,
    such as "-country" to prefer one for a country over one for all.
    """
    has_begun = When(in_force_from__lte=moment, then=1)
    began = When(in_force_from__lte=moment, then=F("in_force_from"))
    return versions.order_by(
        Case(has_begun, default=0).desc(),
        *first_by,
        Case(began).desc(nulls_last=True),
        "in_force_from",
    ).first()
