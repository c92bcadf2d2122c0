"""Photographs: what comes out is the picture and nothing else. U25 to U28."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from oralhistory.recordings import pictures


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    return path


def picture(width=1600, height=1200, mode="RGB"):
    """Red above, blue below."""
    image = Image.new(mode, (width, height), "blue")
    image.paste("red", (0, 0, width, height // 2))
    return image


def saved(tmp_path, image, kind, **options):
    path = tmp_path / "upload"
    image.save(path, kind, **options)
    return path


def refused(path, folder):
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(pictures.NotAPicture) as refusal:
        pictures.prepare(path, folder)
    assert sorted(path.parent.rglob("*")) == before
    return str(refusal.value.sentence)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF"])
def test_every_kind_on_the_list_is_drawn_in_two_sizes(tmp_path, folder, kind):
    made = pictures.prepare(saved(tmp_path, picture(), kind), folder)

    assert [(copy.path.name, copy.media_type, copy.width, copy.height) for copy in made.copies] == [
        ("picture-480.webp", "image/webp", 480, 360),
        ("picture-480.jpg", "image/jpeg", 480, 360),
        ("picture-1280.webp", "image/webp", 1280, 960),
        ("picture-1280.jpg", "image/jpeg", 1280, 960),
    ]
    for copy in made.copies:
        with Image.open(copy.path) as image:
            assert image.size == (copy.width, copy.height)
            assert image.getpixel((10, 10))[0] > 200
            assert image.getpixel((10, copy.height - 10))[2] > 200


def test_a_small_picture_is_not_blown_up(tmp_path, folder):
    made = pictures.prepare(saved(tmp_path, picture(300, 200), "PNG"), folder)

    assert [(copy.width, copy.height) for copy in made.copies] == [(300, 200), (300, 200)]


def test_nothing_that_was_said_about_the_picture_goes_along(tmp_path, folder):
    """U27: place, names, comment, and the thumbnail that still shows what was cut away."""
    exif = Image.Exif()
    exif[0x010E] = "cnry-description"
    exif[0x013B] = "cnry-artist"
    exif.get_ifd(0x8825)[2] = (19.0, 25.0, 42.0)
    thumbnail = io.BytesIO()
    Image.new("RGB", (160, 120), "lime").save(thumbnail, "JPEG")
    exif_bytes = exif.tobytes() + b"cnry-thumb" + thumbnail.getvalue()
    source = saved(
        tmp_path,
        picture(),
        "JPEG",
        exif=exif_bytes,
        comment=b"cnry-comment",
        xmp=b"<x:xmpmeta>cnry-xmp</x:xmpmeta>",
    )

    made = pictures.prepare(source, folder)

    assert b"cnry" in source.read_bytes()
    for copy in made.copies:
        data = copy.path.read_bytes()
        assert not any(
            word in data for word in (b"cnry", b"Exif", b"EXIF", b"http://ns.adobe.com", b"ICC_PROFILE")
        )
        with Image.open(copy.path) as image:
            assert not image.getexif()
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "progressive",
                "progression",
                "loop",
                "background",
                "timestamp",
                "duration",
            }


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_picture_stands_upright(tmp_path, folder, orientation):
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    upright = picture(600, 400)
    lying = upright.transpose(turns[orientation]) if orientation in turns else upright
    exif = Image.Exif()
    exif[0x0112] = orientation

    made = pictures.prepare(saved(tmp_path, lying, "JPEG", exif=exif), folder)

    assert (made.width, made.height) == (600, 400)
    with Image.open(made.copies[1].path) as image:
        assert image.getpixel((20, 20))[0] > 200
        assert image.getpixel((20, image.height - 20))[2] > 200


def test_a_telephone_s_picture_stands_upright_without_what_was_said_beside_it(tmp_path, folder):
    """HEIC: turned by its own box or by EXIF, with a thumbnail and the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "cnry-description"
    lying = picture(600, 400).transpose(Image.Transpose.ROTATE_90)
    source = saved(tmp_path, lying, "HEIF", exif=exif.tobytes(), xmp=b"cnry-xmp", quality=90)
    assert b"cnry" in source.read_bytes()

    made = pictures.prepare(source, folder)

    assert (made.media_type, made.width, made.height) == ("image/heic", 600, 400)
    with Image.open(made.copies[1].path) as image:
        assert image.getpixel((20, 20))[0] > 200
        assert image.getpixel((20, image.height - 20))[2] > 200
    assert not any(b"cnry" in copy.path.read_bytes() for copy in made.copies)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_pictures_of_other_colors_are_drawn(tmp_path, folder, mode):
    image = Image.new(mode, (600, 400))
    kind = "TIFF" if mode == "CMYK" else "PNG"

    made = pictures.prepare(saved(tmp_path, image, kind), folder)

    with Image.open(made.copies[0].path) as drawn:
        assert drawn.mode == "RGB"


def test_what_is_transparent_is_white(tmp_path, folder):
    made = pictures.prepare(saved(tmp_path, Image.new("RGBA", (500, 500), (0, 0, 0, 0)), "PNG"), folder)

    with Image.open(made.copies[1].path) as drawn:
        assert min(drawn.getpixel((100, 100))) > 250


def png(width, height):
    """A small file that says it is a large picture."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width // 8 + 1) * min(height, 2000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [13_300, 60_000, 2**31 - 1])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, folder, side):
    """U25, U26."""
    path = tmp_path / "upload"
    path.write_bytes(
        png(side, min(side, 60_000))
        if side < 10**6
        else png(8, 8).replace(struct.pack(">II", 8, 8), struct.pack(">II", side, side))
    )

    assert refused(path, folder)


@pytest.mark.skipif(sys.platform != "linux", reason="the highest memory of a process is read from /proc")
def test_refusing_a_bomb_takes_little_memory(tmp_path):
    """U25: 22 kB that would be 530 MB, refused within 150 MB."""
    path = tmp_path / "upload"
    path.write_bytes(png(13_300, 13_300))
    program = (
        "import sys; from pathlib import Path; from oralhistory.recordings import pictures\n"
        "try: pictures.prepare(Path(sys.argv[1]), Path('.'))\n"
        "except pictures.NotAPicture: print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )

    said = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout

    assert 0 < int(said) < 150 * 1024


def test_a_picture_with_many_pictures_is_refused(tmp_path, folder):
    """U26: frames by the thousand in a kind that is taken."""
    frames = [Image.new("RGB", (8, 8), (n % 256, 0, 0)) for n in range(50)]

    for kind in ("TIFF", "WEBP", "PNG", "HEIF"):
        assert "more than one" in refused(
            saved(tmp_path, frames[0], kind, save_all=True, append_images=frames[1:]), folder
        )


@pytest.mark.parametrize("kind", ["GIF", "BMP", "PPM", "TGA", "ICO", "JPEG2000", "PDF", "EPS", "AVIF"])
def test_other_kinds_are_refused(tmp_path, folder, kind):
    assert refused(saved(tmp_path, picture(100, 100), kind), folder)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff" + bytes(1000),
        b"\x89PNG\r\n\x1a\n",
        b"II*\x00\xff\xff\xff\xff",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><foreignObject/></svg>',
        b"8BPS\x00\x01" + bytes(100),
        b"SIMPLE  =                    T" + bytes(2880),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"\x00\x00\x00\x1cftypheic\x00\x00\x00\x00mif1heicmiaf" + bytes(200),
        b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf" + bytes(200),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path, folder, data):
    """U26, U28."""
    path = tmp_path / "upload"
    path.write_bytes(data)

    assert refused(path, folder)


def test_a_picture_that_is_cut_off_is_refused(tmp_path, folder):
    path = saved(tmp_path, picture(), "PNG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert "damaged" in refused(path, folder)


def test_a_picture_with_a_page_behind_it_is_only_a_picture(tmp_path, folder):
    path = saved(tmp_path, picture(), "JPEG")
    path.write_bytes(path.read_bytes() + b"<script>alert(1)</script>")

    made = pictures.prepare(path, folder)

    assert not any(b"<script" in copy.path.read_bytes() for copy in made.copies)
