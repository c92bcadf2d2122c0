"""Numbers as the archive's readers write them."""

from django.utils import translation

from oralhistory.web.templatetags import archive
from oralhistory.workroom.templatetags import workroom


def test_spanish_numbers_are_those_of_mexico():
    with translation.override("es"):
        assert (archive.number(1234), workroom.shift(4020)) == ("1,234", "4.02")
