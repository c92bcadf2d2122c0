import pytest

from oralhistory.search.tables import PUBLIC, STAFF

EVERYBODY = ["a", "b", "c", "rosa", "ana", "joana", "cifra", "letras", "canario", "uno", "dos", "nuevo"]


@pytest.fixture(params=[PUBLIC, STAFF], ids=["public", "staff"])
def of(request):
    """Either index; the staff's as somebody sees it who may read everything."""
    return request.param if request.param is PUBLIC else STAFF.within(EVERYBODY)
