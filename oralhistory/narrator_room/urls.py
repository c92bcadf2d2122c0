"""The narrator's room: everything under the narrator's own link, so that two links never mix in one browser."""

from django.urls import path

from oralhistory.narrator_room import deciding, views

app_name = "narrator_room"

urlpatterns = [
    path("<slug:token>/", views.door, name="door"),
    path("<slug:token>/testimony/", views.testimony, name="testimony"),
    path("<slug:token>/sound/<slug:code>/", views.sound, name="sound"),
    path("<slug:token>/keep-out/", views.keep_out, name="keep_out"),
    path("<slug:token>/remark/", views.remark, name="remark"),
    path("<slug:token>/papers/", views.papers, name="papers"),
    path("<slug:token>/papers/<int:number>/", views.paper, name="paper"),
    path("<slug:token>/preview/", views.preview, name="preview"),
    path("<slug:token>/preview/sound/", deciding.preview_sound, name="preview_sound"),
    path("<slug:token>/verdict/", deciding.verdict, name="verdict"),
    path("<slug:token>/name/", deciding.name, name="name"),
    path("<slug:token>/less/", deciding.less, name="less"),
    path("<slug:token>/correct/<slug:cue>/", deciding.correct, name="correct"),
    path("<slug:token>/history/", deciding.history, name="history"),
    path("<slug:token>/withdraw/", views.withdraw, name="withdraw"),
    path("<slug:token>/leave/", views.leave, name="leave"),
]
