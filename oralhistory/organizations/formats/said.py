"""What other archives write in words, in our terms: dates of existence, languages, identifiers in addresses."""

import re
from urllib.parse import unquote, urlsplit

from oralhistory.lib import partial_dates
from oralhistory.lib.partial_dates import NotADate, PartialDate
from oralhistory.organizations.formats import storing

_ABOUT = re.compile(
    r"\b(?:ca|c|circa|about|approximately|hacia|cerca de|aprox|alrededor de|por volta de)\b\.?", re.I
)
_DATE = re.compile(r"(?<!\d)[12]\d{3}(?:-\d{2}(?:-\d{2})?)?(?!\d)[~?]?")
_DIVIDED = re.compile(
    r"\s*(?:[–—/]|\s-\s|(?<=\d{4})-(?=\s*(?:[12]\d{3}|$|[^\d\s]))|\b(?:to|a|al|hasta|until|até)\b)\s*", re.I
)
_BEGAN = re.compile(r"^(?:founded|established|since|desde|fundad[oa] en|b\.)\b", re.I)
_ENDED = re.compile(r"^(?:until|till|hasta|até|dissolved|-|–|—)", re.I)
NEVER = 2099
# ISO 639-2 in both its variants, where our records have the two letters of ISO 639-1.
_THREE = {
    "spa": "es", "eng": "en", "por": "pt", "fre": "fr", "fra": "fr", "ita": "it", "ger": "de", "deu": "de", "cat": "ca",
    "baq": "eu", "eus": "eu", "glg": "gl", "que": "qu", "aym": "ay", "grn": "gn", "lat": "la", "dut": "nl", "nld": "nl",
    "rus": "ru", "chi": "zh", "zho": "zh", "jpn": "ja", "ara": "ar", "heb": "he", "vie": "vi", "pol": "pl",
}  # fmt: skip
_TWO = {two: three for three, two in reversed(_THREE.items())}
_KNOWN = (
    ("wikidata", re.compile(r"https?://(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q[1-9]\d*)/?"), "http://www.wikidata.org/entity/{}"),
    ("viaf", re.compile(r"https?://(?:www\.)?viaf\.org/viaf/([1-9]\d*)/?"), "https://viaf.org/viaf/{}"),
    ("isni", re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?(\d{15}[\dX])/?"), "https://isni.org/isni/{}"),
    ("lcnaf", re.compile(r"https?://id\.loc\.gov/authorities/names/([a-z]+\d+)/?"), "http://id.loc.gov/authorities/names/{}"),
    ("gnd", re.compile(r"https?://d-nb\.info/gnd/([\dX-]+)/?"), "https://d-nb.info/gnd/{}"),
)  # fmt: skip


def date(text: str) -> PartialDate | None:
    """A year, month or day in what somebody wrote: «ca. 1970», «[1970?]», «1970-05»; None where there is none."""
    try:
        return partial_dates.parse(text)
    except NotADate:
        pass
    for found in _DATE.findall(text):
        about = "~" if "~" in found or _ABOUT.search(text) else "?" if "?" in text else ""
        for form in (found.rstrip("~?"), found[:4]):
            try:
                return partial_dates.parse(form + about)
            except NotADate:
                continue
    return None


def span(text: str) -> tuple[PartialDate | None, PartialDate | None]:
    """When it began and ended, from a free text such as «1970-1985», «1970–», «founded 1970», «1970/1985»."""
    text = text.strip()
    if _ENDED.match(text):
        return None, date(text)
    text = _BEGAN.sub("", text)
    begins, *ends = _DIVIDED.split(text, maxsplit=1)
    since, until = date(begins), date(ends[0]) if ends else None
    if since is None and (not begins or any(letter.isalpha() for letter in begins)):
        return date(text), None  # what divides two years is a word of a sentence here
    return (since, until) if not (since and until and until.year < since.year) else (since, None)


def end(day: PartialDate | None) -> PartialDate | None:
    """2099 is how programs that must have an end write that there is none."""
    return None if day and day.year == NEVER else day


def year(text: str) -> int | None:
    found = date(text)
    return found.year if found else None


def language(text: str) -> str:
    """A code as our records have it, or nothing."""
    text = text.strip().replace("_", "-")
    first, hyphen, rest = text.partition("-")
    code = _THREE.get(first.lower(), first.lower()) + hyphen + rest
    return (
        code
        if code not in ("und", "mul", "zxx") and len(code) <= 8 and storing.LANGUAGE.fullmatch(code)
        else ""
    )


def three_letters(code: str) -> str:
    """The code of ISO 639-2, "und" where it is not known here."""
    first = code.partition("-")[0]
    return first if len(first) == 3 else _TWO.get(first, "und")


def identifier(address: str) -> tuple[str, str] | None:
    """The scheme and value that an address of a known authority file holds."""
    for scheme, pattern, _form in _KNOWN:
        if found := pattern.fullmatch(address.strip()):
            return scheme, found[1]
    return None


def address(scheme: str, value: str) -> str:
    """The address that an identifier is known by; nothing, where it could not be read back from it."""
    form = next((form for known, _pattern, form in _KNOWN if known == scheme), "")
    made = form.format(value) if form else ""
    return made if identifier(made) == (scheme, value) else ""


def last_part(address: str) -> str:
    """The name at the end of an address or of a term: the id of a record in one of ours."""
    path = urlsplit(address)
    end = path.fragment or path.path.rstrip("/").rpartition("/")[2]
    return unquote(end.rpartition(":")[2] if path.scheme == "urn" else end)
