"""The archive's records as JSON, for programs that only read.

Plain functions and a description kept by hand, in place of django-ninja or Django REST framework with drf-spectacular.
Seven addresses that take nothing but a few words in the query are the whole surface. Both libraries describe what their
serializers do and leave the rest to be patched: unknown and repeated parameters are let through, a method that is not
there answers in another format than what is wrong with a parameter, errors are not problem+json, and ninja brings
pydantic, DRF its own settings, negotiation and pages. Here a parameter is declared once (`parameters.Parameter`): the
description is written from it and requests are read by it, so that the two cannot part.
"""
