"""What speaks for and against each organization that a span may mean. Weights are natural log-odds, set by hand.

Two questions are kept apart: does the span name an organization at all (existence), and which one (sense). An
organization that is not in the list is always one of the answers to the second.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions.common_words import zipf
from oralhistory.mentions.company import Company
from oralhistory.mentions.lexicon import Lexicon
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import Span
from oralhistory.mentions.years import years

NOWHERE = frozenset(("", "INT", "XX"))
NEAR_WORDS = 7  # a place so near, in the same sentence, is said of the organization
BREATH_WORDS = 30
PASSAGE_SECONDS = 45.0
YEARS_BEFORE, YEARS_AFTER = 2, 3  # memory and slow endings
LEAST_DISTINCT = 4.3  # a keyword more common than this needs a capital

PLACE_NEAR = N_("«%(word)s» said near")
ONE_OF_SEVERAL = 0.6  # weight of a country of an interview that has others too
ELSEWHERE = -1.4  # weight of a place of another country that is told with a name
TOWARDS = frozenset(("a", "para", "hacia", "hasta", "desde", "por"))

ARTICLES = {
    "el": "ms", "al": "ms", "del": "ms", "un": "ms", "la": "fs", "una": "fs", "los": "mp", "las": "fp",
}  # fmt: skip


# What fills a sentence. "country" and "other_country" are ISO 3166 codes; a year that nobody knows is None.
Parameters = dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason that a moderator can read, and how many log-odds it adds.

    The sentence is kept apart from what fills it, so that it can be shown in other languages than English.
    """

    template: str  # English, a text of the catalogs, with its parameters as %(name)s
    weight: float
    parameters: Parameters = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return self.template % self.parameters


@dataclass(slots=True)
class Presence:
    """Where an organization is surely spoken of in the interview, by its name or in another way."""

    names: list[int] = field(default_factory=list)  # full names that no other organization of the list has
    others: list[int] = field(default_factory=list)
    shared: list[int] = field(default_factory=list)  # forms that others have too, decided by the rest
    letters: set[str] = field(default_factory=set)

    @property
    def count(self) -> int:
        return len(self.names) + len(self.others) + len(self.shared)


class Surroundings:
    """Everything in an interview that helps to tell organizations apart."""

    def __init__(
        self,
        reading: Reading,
        lexicon: Lexicon,
        countries: Iterable[str],
        places: Iterable[tuple[int, int, str]],
    ) -> None:
        self.reading = reading
        self.lexicon = lexicon
        self.countries = tuple(country for country in countries if country not in NOWHERE)
        self._all_places = [place for place in places if self._is_place(*place)]
        self.places: list[tuple[int, str]] = [(first, where) for first, _, where in self._all_places]
        self.country_counts: Counter[str] = Counter()
        self.company = Company(reading)
        self.years = list(years(reading.words))
        self._different_years = {year for _, year in self.years}
        self._keyword_words = self._find_keywords()
        self.presence: dict[int, Presence] = {}
        self.sure: list[tuple[int, int]] = []  # (word, organization) of forms that no other organization has

    def _is_place(self, first: int, last: int, _country: str) -> bool:
        """A city that is also a common word ("la paz") needs its capital."""
        word = self.reading.words[first]
        if last - first == 1 and zipf(word.text) < 5.2:
            return True
        return word.surface[0].isupper() or not any(
            zipf(w.text) >= 5 for w in self.reading.words[last - 1 : last]
        )

    def take_names(self, spans: Iterable[Span]) -> None:
        """Places inside a name say where the name is from, not where the talk is."""
        covered = {
            word
            for span in spans
            if span.kind == "name" and span.size > 1
            for word in range(span.first, span.last)
        }
        self.places = [(first, where) for first, _, where in self._all_places if first not in covered]
        self._positions = [first for first, _ in self.places]
        self.country_counts = Counter(where for _, where in self.places)

    def _find_keywords(self) -> dict[str, list[int]]:
        wanted = frozenset().union(*self.lexicon.keywords) if self.lexicon.keywords else frozenset()
        said_as_place = {word for first, last, _ in self._all_places for word in range(first, last)}
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.reading.words):
            if word.text in wanted and len(word.text) > 2 and index not in said_as_place:
                capital = self.reading.cased and word.surface[0].isupper() and not word.opens
                if capital or zipf(word.text) < LEAST_DISTINCT:
                    found.setdefault(word.text, []).append(index)
        return found

    # The sense: which organization.

    def sense(self, span: Span, owner: int) -> list[Evidence]:
        """All that speaks for or against one organization being meant."""
        found: list[Evidence] = []
        authority = self.lexicon.authorities[owner]
        if authority.country not in NOWHERE:
            near = self._places_near(span, authority.country)
            if not self.is_said_of_elsewhere(near):
                found += self._interview_country(authority.country)
                found += self._spoken_places(authority.country)
            found += near
        found += self._keywords(span, owner)
        found += self._years(span, owner)
        found += self._said_otherwise(span, owner)
        found += self._company(span, owner)
        found += self._article(span, owner)
        if span.letters and authority.acronyms and span.letters not in self.lexicon.usual[owner]:
            found.append(
                Evidence(N_("its usual acronym is %(acronym)s"), -0.9, {"acronym": authority.acronyms[0]})
            )
        return found

    def _interview_country(self, country: str) -> list[Evidence]:
        if not self.countries:
            return []
        if country in self.countries:
            weight = 1.1 if len(self.countries) == 1 else ONE_OF_SEVERAL
            return [Evidence(N_("interview's country %(country)s"), weight, {"country": country})]
        if len(self.countries) > 1:
            template = N_("%(country)s is none of the interview's countries")
            return [Evidence(template, -1.2, {"country": country})]
        countries: Parameters = {"country": self.countries[0], "other_country": country}
        return [Evidence(N_("interview's country %(country)s is not %(other_country)s"), -1.2, countries)]

    def _spoken_places(self, country: str) -> list[Evidence]:
        total = self.country_counts.total()
        here = self.country_counts[country]
        most = max(self.country_counts.values(), default=0)
        values: Parameters = {"country": country, "places": here, "all": total}
        if here and here * 3 > most:
            weight = round(0.3 + 1.0 * here / total, 2)
            return [Evidence(N_("places of %(country)s spoken of (%(places)d)"), weight, values)]
        if here:
            template = N_("places of %(country)s spoken of (%(places)d), of others far more")
            return [Evidence(template, -0.7, values)]
        if total >= 2:
            weight = -0.7 if total < 4 else -1.2 if total < 6 else -1.6
            return [Evidence(N_("no place of %(country)s among %(all)d spoken of"), weight, values)]
        return []

    def _places_near(self, span: Span, country: str) -> list[Evidence]:
        """The nearest place of the country, and the nearest of another one, within the sentence or next to it."""
        own: tuple[float, int] | None = None
        other: tuple[float, int] | None = None
        for at in self._window(span, 40):
            first, where = self.places[at]
            weight = self._nearness(span, first)
            if weight <= 0:
                continue
            if where == country:
                own = max(own or (0.0, 0), (weight, first))
            else:
                other = max(other or (0.0, 0), (weight, first))
        found = []
        if own is not None:
            weight = own[0] if other is None or own[0] >= other[0] else own[0] * 0.5
            found.append(self._place_near(own[1], weight))
        if other is not None and (own is None or other[0] > own[0]):
            found.append(self._place_near(other[1], -0.9 * other[0]))
        return found

    @staticmethod
    def is_said_of_elsewhere(found: Iterable[Evidence]) -> bool:
        """Is another country told with it in the same sentence? Then what the rest speaks of tells nothing here."""
        return any(each.template == PLACE_NEAR and each.weight <= ELSEWHERE for each in found)

    def _place_near(self, word: int, weight: float) -> Evidence:
        return Evidence(PLACE_NEAR, round(weight, 2), {"word": self._said(word)})

    def _window(self, span: Span, words: int) -> range:
        return range(
            bisect_left(self._positions, span.first - words), bisect_right(self._positions, span.last + words)
        )

    def _nearness(self, span: Span, place: int) -> float:
        """2.4 for a place said right after, 0.4 for one in the next sentence, 0 further off."""
        first, last = (span.last - 1, place) if place >= span.last else (place, span.first)
        if place in range(span.first, span.last):
            return 0.0
        distance = last - first
        stops = self.reading.stop_sums[last + 1] - self.reading.stop_sums[first + 1]
        if stops == 0 and place and self.reading.words[place - 1].text in TOWARDS:
            return 0.6  # "y me fui para México": where somebody went
        if stops == 0:
            after = place >= span.last
            return (2.4 if after else 1.6) if distance <= NEAR_WORDS else 1.6 if after else 1.2
        return 0.5 if stops <= 3 and distance <= 40 else 0.0

    def _said(self, word: int) -> str:
        return self.reading.words[word].surface

    def _keywords(self, span: Span, owner: int) -> list[Evidence]:
        best: list[tuple[float, str]] = []
        for word in self.lexicon.keywords[owner]:
            for at in self._keyword_words.get(word, ()):
                if span.first <= at < span.last:
                    continue
                near = self.reading.seconds_between(span.first, at) <= PASSAGE_SECONDS
                best.append((0.7 if near else 0.35, self._said(at)))
        kept = sorted({word: weight for weight, word in sorted(best)}.items(), key=lambda item: -item[1])[:2]
        return [Evidence(N_("«%(word)s» goes with it"), weight, {"word": word}) for word, weight in kept]

    def _years(self, span: Span, owner: int) -> list[Evidence]:
        authority = self.lexicon.authorities[owner]
        begin = (authority.founded or 0) - YEARS_BEFORE
        end = (authority.dissolved or 9999) + YEARS_AFTER
        time: Parameters = {"founded": authority.founded, "dissolved": authority.dissolved}
        if len(self._different_years) > 1 and not any(begin <= year <= end for year in self._different_years):
            template = N_("no year that is spoken of is in its time (%(founded)s–%(dissolved)s)")
            return [Evidence(template, -0.9, time)]
        window = slice(
            bisect_left(self.years, (span.first - 41, 0)), bisect_left(self.years, (span.last + 41, 0))
        )
        near = [year for at, year in self.years[window] if self._nearness(span, at) > 0]
        if near:
            outside = [year for year in near if not begin <= year <= end]
            if outside and len(outside) == len(near):
                early = outside[0] < begin
                template = (
                    N_("%(year)d is before %(founded)s") if early else N_("%(year)d is after %(dissolved)s")
                )
                return [Evidence(template, -0.9, {**time, "year": outside[0]})]
            if authority.founded:
                return [Evidence(N_("%(year)d is in its time"), 0.2, {"year": near[0]})]
        return []

    def _said_otherwise(self, span: Span, owner: int) -> list[Evidence]:
        presence = self.presence.get(owner)
        if presence is None:
            return []
        if any(at not in range(span.first, span.last) for at in presence.names) and span.kind != "name":
            return [Evidence(N_("its full name is said elsewhere"), 1.6)]
        elsewhere = [at for at in presence.others if at not in range(span.first, span.last)]
        if elsewhere and not (span.letters and presence.letters <= {span.letters}):
            return [Evidence(N_("said in another form elsewhere"), 0.8)]
        return []

    def _company(self, span: Span, owner: int) -> list[Evidence]:
        others = [other for other in self.lexicon.related[owner] if other in self.presence]
        found = []
        for other in sorted(others, key=lambda other: -self.presence[other].count)[:2]:
            authority = self.lexicon.authorities[other]
            name = authority.acronyms[0] if authority.acronyms else authority.preferred_name
            presence = self.presence[other]
            places = presence.names + presence.others + presence.shared
            near = min((self.reading.seconds_between(span.first, at) for at in places), default=999.0)
            weight = 0.8 if near <= PASSAGE_SECONDS else 0.3
            weight = weight if len(places) > 1 else weight / 2
            found.append(Evidence(N_("related %(name)s is spoken of"), weight, {"name": name}))
        found += self._compatriots(span, owner)
        return found

    def _compatriots(self, span: Span, owner: int) -> list[Evidence]:
        """Organizations of the same country named in the same breath."""
        country = self.lexicon.authorities[owner].country
        if country in NOWHERE:
            return []
        near = sum(
            1
            for _, other in self.sure[
                bisect_left(self.sure, (span.first - BREATH_WORDS, -1)) : bisect_left(
                    self.sure, (span.first + BREATH_WORDS, -1)
                )
            ]
            if other != owner
            and self.lexicon.authorities[other].country == country
            and span.owners != (other,)
        )
        if not near:
            return []
        template = N_("other organizations of %(country)s are named with it (%(count)d)")
        return [Evidence(template, 1.1 if near == 1 else 1.7, {"country": country, "count": near})]

    def article_before(self, span: Span) -> str:
        """Gender and number of the article before a span, or nothing."""
        if span.first == 0 or self.reading.stops[span.first]:
            return ""
        return ARTICLES.get(self.reading.words[span.first - 1].text, "")

    def _article(self, span: Span, owner: int) -> list[Evidence]:
        article, gender = self.article_before(span), self.lexicon.genders[owner]
        if not article or not gender:
            return []
        before = self.reading.words[span.first - 1].text
        if article == gender:
            return [Evidence(N_("«%(word)s» agrees with its name"), 0.4, {"word": before})]
        return [Evidence(N_("«%(word)s» does not agree with its name"), -0.9, {"word": before})]
