"""Every public address."""

from django.urls import path, re_path

from oralhistory.reading_room import (
    api,
    asking,
    browsing,
    citing,
    embedding,
    exports,
    feeds,
    files,
    front,
    numbers,
    organizations,
    pictures,
    reconciling,
    searching,
    testimonies,
    viewers,
)

app_name = "reading_room"

TESTIMONY = "testimonies/<str:public_id>"

urlpatterns = [
    path("", front.home, name="home"),
    path("testimonies/", testimonies.testimonies, name="testimonies"),
    path(f"{TESTIMONY}/", testimonies.one, name="testimony"),
    path(f"{TESTIMONY}/m/<str:cue_id>/", testimonies.moment, name="moment"),
    path(f"{TESTIMONY}/sound", files.sound, name="sound"),
    path(f"{TESTIMONY}/video", files.video, name="video"),
    path(f"{TESTIMONY}/poster", files.poster, name="poster"),
    path(f"{TESTIMONY}/captions.vtt", files.captions, name="captions"),
    path(f"{TESTIMONY}/waveform.json", files.waveform, name="waveform"),
    path(f"{TESTIMONY}/words.json", files.words, name="words"),
    # Of some of the formats that `transcript` has, by names of their own.
    *(
        path(f"{TESTIMONY}/transcript.{code}", files.transcript, {"code": code}, name=f"transcript_{code}")
        for code in ("vtt", "txt", "json")
    ),
    path(f"{TESTIMONY}/transcript.<slug:code>", files.transcript, name="transcript"),
    path(f"{TESTIMONY}/captions.<slug:language>.vtt", files.captions, name="translated_captions"),
    path(f"{TESTIMONY}/manifest.json", viewers.manifest, name="manifest"),
    path(f"{TESTIMONY}/annotations.json", viewers.transcript, name="annotations"),
    path(f"{TESTIMONY}/annotations.<slug:language>.json", viewers.transcript, name="translated_annotations"),
    path(f"{TESTIMONY}/content-search", viewers.search, name="content_search"),
    path(f"{TESTIMONY}/content-search/autocomplete", viewers.autocomplete, name="content_search_terms"),
    path("iiif/collection.json", viewers.everything, name="iiif_collection"),
    path("iiif/<slug:slug>/<int:page>.json", viewers.collection, name="iiif_collection_page"),
    path(f"{TESTIMONY}/photographs/<int:number>/<str:size>", files.photograph, name="photograph"),
    re_path(
        r"^testimonies/(?P<public_id>[^/]+)/citation\.(?P<kind>bib|ris|json)$",
        citing.citation,
        name="citation",
    ),
    path(f"{TESTIMONY}/cite/", citing.cite, name="cite_testimony"),
    path(f"{TESTIMONY}/preview.png", citing.preview, name="preview"),
    path(f"{TESTIMONY}/m/<str:cue_id>/preview.png", citing.moment_preview, name="moment_preview"),
    path(f"embed/{TESTIMONY}/", embedding.frame, name="embed"),
    path("oembed", embedding.oembed, name="oembed"),
    path("organizations/", organizations.register, name="organizations"),
    path("organizations.<slug:code>", exports.everything, name="organizations_file"),
    path("organizations/<slug:slug>/<slug:code>", exports.one, name="organization_file"),
    path("organizations/<slug:slug>/", organizations.organization, name="organization"),
    re_path(r"^reconcile/?$", reconciling.service, name="reconcile"),  # a POST cannot be led to a slash
    path("reconcile/suggest/entity", reconciling.suggest_entity, name="reconcile_entity"),
    path("reconcile/suggest/property", reconciling.suggest_property, name="reconcile_property"),
    path("reconcile/suggest/type", reconciling.suggest_type, name="reconcile_type"),
    path("reconcile/properties", reconciling.properties, name="reconcile_properties"),
    path("reconcile/flyout/entity", reconciling.flyout, name="reconcile_flyout"),
    path("reconcile/preview", reconciling.preview, name="reconcile_preview"),
    path("explore/", browsing.ways, name="explore"),
    *(path(f"{way}/", browsing.register, {"way": way}, name=way) for way in browsing.WAYS),
    *(
        path(f"{way.name}/<slug:slug>/", browsing.one, {"way": way.name}, name=way.one)
        for way in browsing.WAYS.values()
    ),
    path("timeline/", pictures.timeline, name="timeline"),
    path("map/", pictures.places, name="map"),
    path("search/", searching.search, name="search"),
    path("search/suggestions.json", searching.suggest, name="suggest"),
    *(path(f"{last}/", front.plain_text, {"page": page}, name=page) for page, last in front.TEXTS.items()),
    path("statistics/", numbers.numbers, name="statistics"),
    path("statistics.csv", numbers.as_table, name="statistics_file"),
    path("requests/", asking.index, name="requests"),
    path("requests/take-down/", asking.take_down, name="take_down"),
    path("requests/access/", asking.access, name="ask_access"),
    path("requests/<str:code>/", asking.ticket, name="ticket"),
    path("testimonies.atom", feeds.testimonies, name="feed"),
    path("api/", api.page, name="api"),
]
