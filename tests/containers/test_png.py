"""PNG: what its chunks hold, wherever they stand, without the pixels being read."""

from __future__ import annotations

import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from imgframe.containers import png
from imgframe.schema import Family
from tests.containers.exiftool import ask
from tests.containers.finding import Found, find_in, find_in_files
from tests.reading import table

SIGNATURE = b"\x89PNG\r\n\x1a\n"
TIFF = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
PROFILE = b"\0\0\x02\x0cappl" + bytes(range(200))


def chunk(name: bytes, data: bytes = b"", length: int | None = None) -> bytes:
    check = zlib.crc32(name + data)
    return (
        struct.pack(">I", len(data) if length is None else length)
        + name
        + data
        + struct.pack(">I", check)
    )


def image(*before: bytes, pixels: bytes = chunk(b"IDAT", b"x" * 30), after: bytes = b"",
          size: tuple[int, int] = (640, 480)) -> bytes:  # fmt: skip
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(before) + pixels + after + chunk(b"IEND")


def itxt(keyword: bytes, text: bytes, *, packed: bool = False, language: bytes = b"de") -> bytes:
    body = zlib.compress(text) if packed else text
    return chunk(b"iTXt", keyword + b"\0" + bytes([packed, 0]) + language + b"\0Titel\0" + body)


def ztxt(keyword: bytes, text: bytes) -> bytes:
    return chunk(b"zTXt", keyword + b"\0\0" + zlib.compress(text))


def raw(name: bytes, data: bytes, *, packed: bool = False) -> bytes:
    """Write a profile as ImageMagick does."""
    digits = data.hex().encode()
    lines = b"\n".join(digits[i : i + 72] for i in range(0, len(digits), 72))
    text = b"\n" + name + b"\n" + b"%8d" % len(data) + b"\n" + lines + b"\n"
    keyword = b"Raw profile type " + name
    return ztxt(keyword, text) if packed else chunk(b"tEXt", keyword + b"\0" + text)


def one(folder: Path, data: bytes) -> Found:
    return find_in(png.find, folder, data)[0]


@pytest.mark.parametrize("size", [(1, 1), (640, 480), (65_536, 1), ((1 << 31) - 1, 3)])
def test_size(tmp_path: Path, size: tuple[int, int]) -> None:
    found = one(tmp_path, image(size=size))
    assert (found.size, found.errors, found.problems) == (size, [], [])


def test_the_size_of_an_apple_png(tmp_path: Path) -> None:
    whole = image(size=(7, 9))
    assert one(tmp_path, whole[:8] + chunk(b"CgBI", bytes(4)) + whole[8:]).size == (7, 9)


@pytest.mark.parametrize(
    "data",
    [SIGNATURE, SIGNATURE + chunk(b"IEND"), image(size=(1 << 31, 1)), SIGNATURE + bytes(500),
     SIGNATURE + chunk(b"IHDR", b"\0\0\0\1")],
    ids=["nothing", "end", "too large", "zeros", "short"],
)  # fmt: skip
def test_no_size(tmp_path: Path, data: bytes) -> None:
    found = one(tmp_path, data)
    assert (found.size, found.errors) == ((-1, -1), ["PNG: no image header"])


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("mark", [b"", b"Exif\0\0"])
def test_exif(tmp_path: Path, where: str, mark: bytes) -> None:
    exif = chunk(b"eXIf", mark + TIFF)
    data = image(exif) if where == "before" else image(after=exif)
    assert one(tmp_path, data).segments == [(Family.EXIF, TIFF)]


def test_texts(tmp_path: Path) -> None:
    data = image(
        chunk(b"tEXt", b"Title\0Caf\xe9"),
        ztxt(b"Comment", b"long " * 50),
        itxt(b"Author", "Jürgen".encode()),
        itxt(b"Source", "日本".encode(), packed=True, language=b""),
        after=chunk(b"tEXt", b"Software\0mine"),
    )
    found = one(tmp_path, data)
    assert found.of(Family.PNG_TEXT) == [
        b"Title\0Caf\xe9",
        b"Software\0mine",
        b"Comment\0" + b"long " * 50,
    ]
    assert found.of(Family.PNG_UTF8) == [
        b"Author\0de\0" + "Jürgen".encode(),
        b"Source\0\0" + "日本".encode(),
    ]
    assert found.problems == []


@pytest.mark.parametrize(
    "part",
    [
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP),
        itxt(b"XML:com.adobe.xmp", XMP, language=b""),
        itxt(b"XML:com.adobe.xmp", XMP, packed=True),
        chunk(b"tEXt", b"XML:com.adobe.xmp\0" + XMP),
        ztxt(b"XML:com.adobe.xmp", XMP),
        chunk(b"tXMP", XMP),
        raw(b"xmp", XMP),
        raw(b"APP1", b"http://ns.adobe.com/xap/1.0/\0" + XMP, packed=True),
    ],
    ids=["iTXt", "titled", "packed", "tEXt", "zTXt", "tXMP", "raw", "APP1"],
)
def test_xmp(tmp_path: Path, part: bytes) -> None:
    assert one(tmp_path, image(part)).segments == [(Family.XMP, XMP)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("name", "data", "family", "want"),
    [
        (b"exif", b"Exif\0\0" + TIFF, Family.EXIF, TIFF),
        (b"exif", TIFF, Family.EXIF, TIFF),
        (b"APP1", b"Exif\0\0" + TIFF, Family.EXIF, TIFF),
        (b"iptc", b"\x1c\x02\x78\0\x02hi", Family.IPTC, b"\x1c\x02\x78\0\x02hi"),
        (b"iptc", b"8BIM\x04\x04\0\0\0\0\0\0", Family.PHOTOSHOP, b"8BIM\x04\x04\0\0\0\0\0\0"),
        (b"iptc", b"Photoshop 3.0\x008BIM\x04\x04", Family.PHOTOSHOP, b"8BIM\x04\x04"),
        (b"8bim", b"8BIM\x04\x04\0\0\0\0\0\0", Family.PHOTOSHOP, b"8BIM\x04\x04\0\0\0\0\0\0"),
        (b"icc", PROFILE, Family.ICC, PROFILE),
        (b"icm", PROFILE, Family.ICC, PROFILE),
    ],
)
def test_raw_profiles(
    tmp_path: Path, name: bytes, data: bytes, family: Family, want: bytes, packed: bool
) -> None:
    found = one(tmp_path, image(raw(name, data, packed=packed)))
    assert (found.segments, found.problems) == ([(family, want)], [])


def test_unknown_raw_profiles_are_left_out(tmp_path: Path) -> None:
    found = one(tmp_path, image(raw(b"dng:something", b"abc")))
    assert (found.segments, found.problems) == ([], [])


def test_icc(tmp_path: Path) -> None:
    packed = chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(PROFILE))
    found = find_in(png.find, tmp_path, *[image(packed)] * 3)
    assert [f.segments for f in found] == [[(Family.ICC, PROFILE)]] * 3


TOO_LONG = "inflated text longer than 16 MiB"
BOMB = zlib.compress(bytes(40 << 20), 9)


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (chunk(b"iCCP", b"x\0\0" + BOMB), "PNG: chunk iCCP: inflated profile longer than 16 MiB"),
        (chunk(b"zTXt", b"x\0\0" + BOMB), f"PNG: chunk zTXt: {TOO_LONG}"),
        (itxt(b"x", bytes(40 << 20), packed=True), f"PNG: chunk iTXt: {TOO_LONG}"),
        (chunk(b"iCCP", b"x\0\0nonsense"), "PNG: chunk iCCP: does not inflate"),
        (chunk(b"iCCP", b"x\0\0" + zlib.compress(PROFILE)[:-9]), "PNG: chunk iCCP: cut off"),
        (chunk(b"iCCP", b"x\0\7" + zlib.compress(PROFILE)), "PNG: chunk iCCP: unknown compression"),
        (chunk(b"zTXt", b"no end"), "PNG: chunk zTXt: no keyword"),
        (chunk(b"zTXt", b"k" * 80 + b"\0\0x"), "PNG: chunk zTXt: no keyword"),
        (chunk(b"iTXt", b"key\0\0\0en\0"), "PNG: chunk iTXt: no text"),
        (chunk(b"iTXt", b"key\0\1"), "PNG: chunk iTXt: no text"),
        (
            chunk(b"tEXt", b"Raw profile type exif\0\nexif\n  4\nxyzw\n"),
            "PNG: chunk tEXt: Raw profile type exif: no hexadecimal digits",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_unpacked(tmp_path: Path, part: bytes, problem: str) -> None:
    found = one(tmp_path, image(part, chunk(b"tEXt", b"Title\0x")))
    assert found.problems == [problem]
    assert found.segments == [(Family.PNG_TEXT, b"Title\0x")]


def test_many_bombs_in_one_file(tmp_path: Path) -> None:
    """All that is inflated of a file is bounded, not each chunk alone."""
    found = one(tmp_path, image(*[ztxt(b"x", bytes(6 << 20))] * 9))
    assert len(found.of(Family.PNG_TEXT)) == 2
    assert len(found.problems) == 7


def test_a_text_too_long_to_be_one(tmp_path: Path) -> None:
    found = one(tmp_path, image(itxt(b"Author", bytes(17 << 20))))
    assert (found.segments, found.problems) == ([], ["PNG: chunk iTXt: longer than 16 MiB"])


def pixels(length: int, count: int, last: int = 100) -> bytes:
    """Write chunks of pixels, all of one length but for the last one."""
    noise = random.Random(0).randbytes(length)
    return chunk(b"IDAT", noise) * count + chunk(b"IDAT", noise[:last])


EXIF = chunk(b"eXIf", TIFF)
TITLE = chunk(b"tEXt", b"Title\0late")


@pytest.mark.parametrize(
    ("length", "count", "most_rounds", "most_bytes"),
    [
        (8_192, 9, 1, 200_000),
        (8_192, 6_000, 1, 120_000),
        (65_536, 100, 1, 300_000),
        (32_768, 300, 1, 150_000),
        (1 << 20, 12, 2, 4_000_000),
        (5 << 20, 0, 1, 200_000),
    ],
)
def test_metadata_behind_many_pixels(
    tmp_path: Path, length: int, count: int, most_rounds: int, most_bytes: int
) -> None:
    data = image(pixels=pixels(length, count, last=length // 2), after=EXIF + TITLE)
    found = one(tmp_path, data)
    assert found.segments == [(Family.EXIF, TIFF), (Family.PNG_TEXT, b"Title\0late")]
    assert (found.size, found.problems, found.unfinished) == ((640, 480), [], False)
    assert found.rounds <= most_rounds
    assert found.bytes_read <= most_bytes


def test_a_long_text_behind_many_pixels(tmp_path: Path) -> None:
    text = b"Notes\0" + b"n" * 300_000
    data = image(pixels=pixels(8_192, 500), after=EXIF + chunk(b"tEXt", text) + TITLE)
    found = one(tmp_path, data)
    assert found.segments == [
        (Family.EXIF, TIFF), (Family.PNG_TEXT, text), (Family.PNG_TEXT, b"Title\0late"),
    ]  # fmt: skip


def test_frames_of_an_animation(tmp_path: Path) -> None:
    frame = chunk(b"fcTL", bytes(26)) + chunk(b"fdAT", bytes(7_000))
    data = image(chunk(b"acTL", bytes(8)), pixels=pixels(9_000, 8) + frame * 40, after=TITLE)
    found = one(tmp_path, data)
    assert found.segments == [(Family.PNG_TEXT, b"Title\0late")]
    assert found.rounds <= 2


def test_an_embedded_image_is_not_taken_for_the_end(tmp_path: Path) -> None:
    inner = chunk(
        b"cpIp", bytes(60_000) + image(pixels=pixels(2_000, 3), after=TITLE) + bytes(90_000)
    )
    data = image(pixels=pixels(30_000, 9), after=inner + EXIF)
    assert one(tmp_path, data).segments == [(Family.EXIF, TIFF)]


def test_bytes_behind_the_end(tmp_path: Path) -> None:
    data = image(pixels=pixels(8_192, 300), after=EXIF + TITLE)
    found = find_in(png.find, tmp_path, data + b"PK" + bytes(3_000), data + bytes(200_000))
    for f in found:
        assert f.segments == [(Family.EXIF, TIFF), (Family.PNG_TEXT, b"Title\0late")]


def test_a_long_file_that_was_cut_off(tmp_path: Path) -> None:
    data = image(TITLE, pixels=pixels(8_192, 3_000), after=EXIF)[: 20 << 20]
    found = one(tmp_path, data)
    assert (found.size, found.unfinished) == ((640, 480), False)
    assert found.segments == [(Family.PNG_TEXT, b"Title\0late")]
    assert found.bytes_read < 1_000_000


def test_large_chunks_before_the_pixels(tmp_path: Path) -> None:
    profile = random.Random(1).randbytes(500_000)
    data = image(
        chunk(b"iCCP", b"x\0\0" + zlib.compress(profile)),
        itxt(b"XML:com.adobe.xmp", XMP + b" " * 300_000),
        EXIF,
        pixels=pixels(8_192, 50),
        after=TITLE,
    )
    found = one(tmp_path, data)
    assert found.of(Family.ICC) == [profile]
    assert found.of(Family.XMP) == [XMP + b" " * 300_000]
    assert found.of(Family.EXIF) == [TIFF]
    assert found.of(Family.PNG_TEXT) == [b"Title\0late"]


def test_a_chunk_longer_than_the_file(tmp_path: Path) -> None:
    """The values that are there of a TIFF structure count, half a text does not."""
    data = image(chunk(b"tEXt", b"Title\0x"))
    cut = data[:-12] + struct.pack(">I", 90_000) + b"tEXtAuthor\0half"
    assert one(tmp_path, cut).segments == [(Family.PNG_TEXT, b"Title\0x")]
    cut = data[:-12] + struct.pack(">I", 0xFFFFFFFF) + b"eXIf" + TIFF
    assert one(tmp_path, cut).segments == [(Family.PNG_TEXT, b"Title\0x"), (Family.EXIF, TIFF)]


def test_the_images_in_an_mng(tmp_path: Path) -> None:
    inner = image(chunk(b"tEXt", b"Title\0one"), size=(3, 3))[8:]
    data = (
        b"\x8aMNG\r\n\x1a\n" + chunk(b"MHDR", struct.pack(">7I", 30, 20, 1, 2, 3, 4, 5))
        + inner + inner + TITLE + chunk(b"MEND") + chunk(b"tEXt", b"Title\0no")
    )  # fmt: skip
    found = find_in(png.find_mng, tmp_path, data)[0]
    assert found.size == (30, 20)
    assert found.of(Family.PNG_TEXT) == [b"Title\0one", b"Title\0one", b"Title\0late"]


def test_jng(tmp_path: Path) -> None:
    data = (
        b"\x8bJNG\r\n\x1a\n" + chunk(b"JHDR", struct.pack(">II8x", 31, 21))
        + chunk(b"JDAT", bytes(40_000)) * 9 + TITLE + chunk(b"IEND")
    )  # fmt: skip
    found = one(tmp_path, data)
    assert (found.size, found.segments) == ((31, 21), [(Family.PNG_TEXT, b"Title\0late")])


def test_what_pillow_writes(tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "plain")
    texts.add_text("Comment", "packed", zip=True)
    texts.add_itxt("Author", "Åsa", lang="sv")
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    noise = Image.frombytes("RGB", (300, 200), random.Random(2).randbytes(180_000))
    path = tmp_path / "pillow.png"
    noise.save(path, pnginfo=texts, exif=exif, icc_profile=PROFILE)
    (found,) = find_in_files(png.find, [path])
    assert (found.size, found.problems) == ((300, 200), [])
    assert found.of(Family.PNG_TEXT) == [b"Title\0plain", b"Comment\0packed"]
    assert found.of(Family.PNG_UTF8) == [b"Author\0sv\0" + "Åsa".encode()]
    assert found.of(Family.ICC) == [PROFILE]
    assert found.of(Family.EXIF) == [exif.tobytes()[6:]]


def test_truncated_at_every_length(tmp_path: Path) -> None:
    whole = image(
        chunk(b"iCCP", b"x\0\0" + zlib.compress(PROFILE)),
        EXIF,
        raw(b"exif", TIFF),
        itxt(b"XML:com.adobe.xmp", XMP),
        after=ztxt(b"Comment", b"x"),
    )
    found = find_in(png.find, tmp_path, *(whole[:n] for n in range(8, len(whole))))
    assert all(f.size in ((-1, -1), (640, 480)) for f in found)
    assert all((f.size == (-1, -1)) == bool(f.errors) for f in found)


def test_languages_as_exiftool_names_them(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(
        image(
            itxt(b"Title", b"Rue", language=b"fr-fr"),
            itxt(b"Title", b"Street", language=b""),
            itxt(b"Title", "Straße".encode(), packed=True),
            itxt(b"Author", "Jürgen".encode()),
        )
    )
    got = table(path).row(0, named=True)
    tags = ask(path)
    theirs = {f"PNG:{name}": tags[name] for name in tags if name.startswith(("Title", "Author"))}
    assert theirs == {
        "PNG:Title": "Street",
        "PNG:Title-fr-FR": "Rue",
        "PNG:Title-de": "Straße",
        "PNG:Author-de": "Jürgen",
    }
    ours = {name: text for name, text in got.items() if name.startswith("PNG:")}
    assert ours == theirs | {"PNG:Author": "Jürgen"}
