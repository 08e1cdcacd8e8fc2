import pytest
from django.db import connection
from django.core.cache import cache
def test_a(db=None):
    cache.set("a", 1); assert cache.get("a") == 1
