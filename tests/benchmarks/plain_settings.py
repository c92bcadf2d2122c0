"""The archive's settings, with the addresses that the environment names: both sides of `readers` are served alike."""

import os

from oralhistory.settings import *  # noqa: F403

ROOT_URLCONF = os.environ["URLS"]
