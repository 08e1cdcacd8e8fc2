"""The judge of pages finds what it is there for."""

import pytest

from tests.security.reading import foreign, shape

PLAIN = '<p class="a">Plain <a href="https://x.example/">link</a></p>'


@pytest.mark.parametrize(
    "broken",
    [
        "<script>1</script>",
        "<p onclick=1>",
        '<a href="javascript:alert(1)">',
        '<a href=" JaVaScript:alert(1)">',
        "<svg/onload=1>",
        '<a href="data:text/html,x">',
    ],
)
def test_what_a_stranger_added_is_found(broken):
    known = shape(PLAIN).kinds

    assert not foreign(PLAIN, known=known)
    assert foreign(PLAIN + broken, known=known)
