"""Which room an address leads to. Spanish without a prefix, English under /en/, Portuguese under /pt/."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from oralhistory.web import own_account
from oralhistory.web.metrics import metrics

urlpatterns = [
    path("metrics", metrics),  # for a program, which speaks no language
    path("", include("oralhistory.reading_room.program_urls")),
    *i18n_patterns(
        path("workroom/", include("oralhistory.workroom.urls")),
        path("narrator/", include("oralhistory.narrator_room.urls")),
        path("accounts/email/", own_account.gone),  # whoever invited somebody knows whose address it is
        path("accounts/second-factor/totp/activate/", own_account.set_up_app),
        path("accounts/second-factor/webauthn/add/", own_account.add_passkey),
        path("accounts/second-factor/", include("allauth.mfa.urls")),
        path("accounts/", include("allauth.account.urls")),
        path("", include("oralhistory.reading_room.urls")),
        prefix_default_language=False,
    ),
]
