"""Places and subjects: small authority records."""

from django.db import models


class Place(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1 alpha-2


class Subject(models.Model):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
