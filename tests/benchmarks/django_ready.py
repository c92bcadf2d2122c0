"""Imported first by measurements that run without a database, and yet read modules in which Django has models."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oralhistory.settings")
django.setup()
