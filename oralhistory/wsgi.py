"""The web server's door (gunicorn oralhistory.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oralhistory.settings")

application = get_wsgi_application()
