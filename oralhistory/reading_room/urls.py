"""Every public address."""

from django.urls import path, re_path

from oralhistory.reading_room import exports, files, front, organizations, reconciling, searching, testimonies

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
    path(f"{TESTIMONY}/transcript.vtt", files.transcript_vtt, name="transcript_vtt"),
    path(f"{TESTIMONY}/transcript.txt", files.transcript_txt, name="transcript_txt"),
    path(f"{TESTIMONY}/transcript.json", files.transcript_json, name="transcript_json"),
    path(f"{TESTIMONY}/photographs/<int:number>/<str:size>", files.photograph, name="photograph"),
    re_path(
        r"^testimonies/(?P<public_id>[^/]+)/citation\.(?P<kind>bib|ris)$", files.citation, name="citation"
    ),
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
    path("search/", searching.search, name="search"),
    path("about/", front.about, name="about"),
    path("robots.txt", front.robots, name="robots"),
]
