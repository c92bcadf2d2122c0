"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest

from oralhistory.interchange import labels


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "site_name": labels.ARCHIVE,  # a proper name: the same in every language
        "site_url": settings.SITE_URL,
        "languages": settings.LANGUAGES,
        "contact": settings.DEFAULT_FROM_EMAIL,
    }
