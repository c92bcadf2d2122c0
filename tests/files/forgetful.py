"""A disk that loses a byte and says nothing."""

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage


class ForgetfulStorage(FileSystemStorage):
    def open(self, name, mode="rb"):
        with super().open(name, mode) as stream:
            return ContentFile(stream.read()[:-1])
