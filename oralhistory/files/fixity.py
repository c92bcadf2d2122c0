"""Are the bits still the bits?"""

import hashlib
from datetime import datetime

from django.core.files.storage import storages

from oralhistory.files.models import FixityCheck, MediaFile

_BLOCK = 1 << 20


def check(file: MediaFile, *, at: datetime) -> FixityCheck:
    """Read a stored file whole and keep what was found; a file that cannot be read is a failure, not an error."""
    digest = hashlib.sha256()
    try:
        with storages[file.storage].open(file.key) as stream:
            while block := stream.read(_BLOCK):
                digest.update(block)
        found = digest.hexdigest()
    except OSError:
        found = ""
    return FixityCheck.objects.create(file=file, at=at, intact=found == file.sha256, found=found)
