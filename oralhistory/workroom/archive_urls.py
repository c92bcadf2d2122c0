"""The addresses of what archivists keep besides interviews and organizations: the site itself and those who write to it."""

from django.urls import path

from oralhistory.workroom import archive, collections, exports, petitions, site_texts, statistics

COLLECTION = "collections/<slug:slug>/"
REQUEST = "requests/<str:code>/"
TEXT = "texts/<slug:page>/<slug:language>/"

urlpatterns = [
    path("archive/", archive.archive, name="archive"),
    path("texts/", site_texts.listing, name="site_texts"),
    path(TEXT, site_texts.edit, name="site_text"),
    path(f"{TEXT}preview/", site_texts.preview, name="site_text_preview"),
    path(f"{TEXT}versions/", site_texts.versions, name="site_text_versions"),
    path("collections/", collections.listing, name="collections"),
    path(COLLECTION, collections.one, name="collection"),
    path(f"{COLLECTION}merge/", collections.merge, name="collection_merge"),
    path(f"{COLLECTION}remove/", collections.remove, name="collection_remove"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics.csv", statistics.as_table, name="statistics_file"),
    path("exports/", exports.listing, name="exports"),
    path("exports/<slug:name>.csv", exports.export, name="export"),
    path("requests/", petitions.listing, name="requests"),
    path(REQUEST, petitions.one, name="request"),
    path(f"{REQUEST}hide/", petitions.hide, name="request_hide"),
    path(f"{REQUEST}note/", petitions.note, name="request_note"),
    path(f"{REQUEST}close/", petitions.close, name="request_close"),
    path(f"{REQUEST}erase/", petitions.erase, name="request_erase"),
]
