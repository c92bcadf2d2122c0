"""Disks that err and say nothing."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage


class ForgetfulStorage(FileSystemStorage):
    """Loses a byte, always."""

    def open(self, name, mode="rb"):
        with super().open(name, mode) as stream:
            return ContentFile(stream.read()[:-1])


class ErringOnce(FileSystemStorage):
    """Loses a byte the first time that a file is read."""

    read_before: set[str] = set()

    def open(self, name, mode="rb"):
        with super().open(name, mode) as stream:
            content = stream.read()
        if self.path(name) in self.read_before:
            return ContentFile(content)
        self.read_before.add(self.path(name))
        return ContentFile(content[:-1])


class Unreadable(FileSystemStorage):
    """The disk gives up on a sector."""

    def open(self, name, mode="rb"):
        raise OSError(5, "Input/output error")
