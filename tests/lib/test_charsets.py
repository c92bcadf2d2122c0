"""Texts that do not say how their letters are written."""

import pytest

from oralhistory.lib import charsets

TEXTS = [
    "Compañera Elena, ¿cómo llegó usted a México? —Llegué en 1979, con mi mamá. “Así fue”, dijo.",
    "Então a organização começou a reunião à noite, com os companheiros.",
    "La represión",
    "He said it’s fine – really.",
    "IDENTIFICACIÓN DEL TESTIMONIO N° 4: NIÑEZ",
]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman", "cp850"]
)
@pytest.mark.parametrize("text", TEXTS)
def test_letters_come_out_as_they_were_written(text, encoding):
    try:
        written = text.encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("this encoding has no such letters")

    assert charsets.decode(written).text == text


def test_a_few_damaged_letters_do_not_make_it_another_encoding():
    damaged = ("Llegó a México y habló con Ramón. " * 20).encode() + b" a\xf1o " + "Habló más.".encode()

    decoded = charsets.decode(damaged)

    assert decoded.encoding == "utf-8"
    assert "México" in decoded.text
    assert not decoded.certain


def test_any_bytes_give_some_text():
    assert charsets.decode(bytes(range(256))).text
    assert charsets.decode(b"").text == ""
