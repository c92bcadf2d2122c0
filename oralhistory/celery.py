"""The Celery application. Messages carry ids and are hints; the rows in `jobs` decide."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oralhistory.settings")

app = Celery("oralhistory")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["oralhistory.pipeline"])
