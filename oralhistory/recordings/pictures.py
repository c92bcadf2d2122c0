"""Photographs: what a stranger brings is read once and drawn again, as nothing but the picture.

No EXIF, no place where it was taken, no name, no embedded thumbnail of what was cut away.
"""

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pillow_heif
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

# HEIC, as telephones write it. Of what they put beside the picture (thumbnail, depth, mask) nothing is opened.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

WIDTHS = (480, 1280)  # pixels; a narrower picture keeps its own width
MOST_PIXELS = 60_000_000  # above the cameras and scanners in use; 180 MB when it is unpacked
MOST_BYTES = 100 << 20
PAGE_SIDE = 3508  # pixels of the longer side of a scanned page: A4 at 300 to the inch
_JPEG = {"quality": 82, "optimize": True, "progressive": True}
_WEBP = {"quality": 82, "method": 4}

_TOO_BIG = _("The picture is too big. Please bring it with at most 60 million pixels.")
_UNKNOWN = _("This is not a picture of a kind that we take: JPEG, PNG, TIFF, WebP, HEIC.")
_SEVERAL = _("There is more than one picture in this file. Please bring one at a time.")
_PAGES = _("There are too many pages in this file. Please bring at most {most}.")
_BROKEN = _("The picture cannot be read: it is damaged or was cut off.")


class NotAPicture(Exception):
    """The file is no picture that we take. `sentence` says so to the person who brought it."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @property
    def is_of_another_kind(self) -> bool:
        """It is not damaged or too big: it never was a picture of a kind that we take."""
        return self.sentence is _UNKNOWN


@dataclass(frozen=True)
class Picture:
    path: Path
    media_type: str
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """Each width twice, narrow before wide, WebP before JPEG: as a `<picture>` lists them."""

    copies: list[Picture]
    width: int  # of the picture as it came, upright
    height: int
    media_type: str  # of the file as it came


def prepare(source: Path, folder: Path) -> Pictures:
    """Draw the picture anew in two sizes as JPEG and WebP in `folder`, upright, in sRGB, without metadata.

    Leaves nothing behind when it fails. Raises NotAPicture.
    """
    name, media_type = _sniff(source)
    # The bytes and not the path: Pillow then has no name to find other files by.
    image = _read(source.read_bytes(), name)
    made: list[Picture] = []
    try:
        for width in sorted({min(width, image.width) for width in WIDTHS}):
            made += _draw(image, width, folder)
    except BaseException:
        for picture in folder.glob("picture-*"):
            picture.unlink()
        raise
    return Pictures(made, image.width, image.height, media_type)


def _sniff(source: Path) -> tuple[str, str]:
    """Pillow's name of the format and the media type, by content."""
    if source.stat().st_size > MOST_BYTES:
        raise NotAPicture(_TOO_BIG)
    with source.open("rb") as stream:
        head = stream.read(32)
    if head[:3] == b"\xff\xd8\xff":
        return "JPEG", "image/jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "PNG", "image/png"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "TIFF", "image/tiff"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP", "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1"):
        return "HEIF", "image/heic"
    raise NotAPicture(_UNKNOWN)


def draw_as_jpeg(source: Path, out: Path) -> tuple[int, int]:
    """One picture drawn anew as it is, without metadata. Width and height. Raises NotAPicture."""
    image = _read(source.read_bytes(), _sniff(source)[0])
    image.save(out, "JPEG", **_JPEG)
    return image.size


def pages(source: Path, *, at_most: int) -> Iterator[Image.Image]:
    """The pages of a scan, each upright and in RGB; a TIFF may have several. One at a time is in memory.

    Raises NotAPicture.
    """
    name, _media_type = _sniff(source)
    with _opened(source.read_bytes(), name) as opened:
        count = getattr(opened, "n_frames", 1)
        if count > 1 and name != "TIFF":
            raise NotAPicture(_SEVERAL)
        if count > at_most:
            raise NotAPicture(format_lazy(_PAGES, most=at_most))
        for index in range(count):
            opened.seek(index)
            _check_size(opened)
            opened.load()
            page = _plain(opened)
            page.thumbnail((PAGE_SIDE, PAGE_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
            yield page


def _read(data: bytes, name: str) -> Image.Image:
    """The one picture in the file: upright, RGB, sRGB."""
    with _opened(data, name) as opened:
        if getattr(opened, "n_frames", 1) != 1:
            raise NotAPicture(_SEVERAL)
        # A large JPEG is unpacked at a half or a quarter: the sizes we make are smaller than that.
        opened.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))
        opened.load()
        return _plain(opened)


@contextlib.contextmanager
def _opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """Opened as this format and no other; whatever goes wrong inside is NotAPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's about damaged metadata, which we drop
            with Image.open(io.BytesIO(data), formats=[name]) as opened:
                _check_size(opened)
                yield opened
    except (Image.DecompressionBombError, MemoryError) as bomb:
        raise NotAPicture(_TOO_BIG) from bomb
    except NotAPicture:
        raise
    except UnidentifiedImageError as unknown:
        raise NotAPicture(_BROKEN) from unknown
    except Exception as broken:  # Pillow's plug-ins raise whatever a damaged file makes them stumble over
        raise NotAPicture(_BROKEN) from broken


def _check_size(opened: Image.Image) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise NotAPicture(_TOO_BIG)


def _plain(opened: Image.Image) -> Image.Image:
    """A new image of the same pixels: what it was told besides them (`info`) is not taken along."""
    upright = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        colors = upright.convert("RGBA")
        ground = Image.new("RGBA", colors.size, "white")
        upright = Image.alpha_composite(ground, colors)
    if profile and upright.mode in ("RGB", "CMYK"):
        upright = _in_srgb(upright, profile)
    plain = Image.new("RGB", upright.size)
    plain.paste(upright.convert("RGB"))
    return plain


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # a profile that cannot be read says nothing
    return converted or image


def _draw(image: Image.Image, width: int, folder: Path) -> list[Picture]:
    height = max(1, round(image.height * width / image.width))
    small = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    made = []
    for suffix, kind, media_type, options in (
        (".webp", "WEBP", "image/webp", _WEBP),
        (".jpg", "JPEG", "image/jpeg", _JPEG),
    ):
        path = folder / f"picture-{width}{suffix}"
        small.save(path, kind, **options)
        made.append(Picture(path, media_type, width, height))
    return made
