"""Narrators, interviewers and people named. Who they really are lies in the vault, encrypted."""

from django.db import models

from oralhistory.lib import ids


class Person(models.Model):
    """Somebody, by a code and the name they chose to be shown under."""

    class Attribution(models.TextChoices):
        CODE = "code"
        PSEUDONYM = "pseudonym"
        INITIALS = "initials"
        FIRST_NAME = "first_name"
        REAL_NAME = "real_name"

    code = models.CharField(max_length=10, unique=True, default=ids.agent_code, editable=False)
    attribution = models.CharField(max_length=10, choices=Attribution, default=Attribution.CODE)
    shown_name = models.CharField(max_length=120, blank=True)  # empty: the role stands in its place

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(attribution="code", shown_name="") | ~models.Q(attribution="code"),
                name="a_code_shows_no_name",
            ),
        ]


class Identity(models.Model):
    """The vault: a real name and how to reach the person, as ciphertext under a key that is not in the database."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="identity")
    sealed = models.BinaryField()
    updated_at = models.DateTimeField()
