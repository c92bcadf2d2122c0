"""What the panel about a mention shows, and the page of all mentions of an interview."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from oralhistory.interviews.models import Interview
from oralhistory.lib.folding import fold
from oralhistory.mentions import decisions
from oralhistory.mentions.bands import IN_BULK
from oralhistory.mentions.models import Mention
from oralhistory.organizations import labels
from oralhistory.organizations.labels import Label
from oralhistory.organizations.models import Name, Organization
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Transcript
from oralhistory.web.middleware import StaffRequest
from oralhistory.workroom import reviewing, showing, words
from oralhistory.workroom.mention_forms import NewOrganizationForm

CLINGING = " .,;:…!?¡¿«»“”\"'()[]—-"
AROUND = 90  # characters of a quotation on either side of a name


@dataclass(frozen=True, slots=True)
class Alternative:
    label: Label
    score: float
    evidence: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Quotation:
    """A mention among the words around it."""

    mention: Mention
    before: str
    after: str
    at_ms: int  # in the interview

    @property
    def token(self) -> str:
        return f"{self.mention.pk} {decisions.stand(self.mention)}"

    @property
    def sure(self) -> bool:
        return self.mention.score >= IN_BULK


@dataclass(slots=True)
class Part:
    """What the panel is open at: those alike, a new record, or organizations of one name."""

    name: str = ""
    alike: list[Quotation] = field(default_factory=list)
    form: NewOrganizationForm | None = None
    there: list[Label] = field(default_factory=list)  # records that are called so already
    typed: str = ""
    problem: str = ""
    last: Mention | None = None  # decided a moment ago, to be taken back


def asked_for(request: StaffRequest, interview: Interview, mention: Mention | None) -> Part:
    """What an address asks the panel to be open at."""
    part = request.GET.get("open", "")
    if mention is None or part not in ("alike", "new"):
        return Part()
    if part == "alike":
        return Part("alike", alike=[quotation(each) for each in decisions.alike(mention)])
    return Part("new", form=new_form(interview, mention))


def new_form(interview: Interview, mention: Mention) -> NewOrganizationForm:
    """With what was heard and the interview's country written in."""
    said = mention.surface.strip()
    looks_like_letters = len(said) < 9 and said.isupper()
    return NewOrganizationForm(
        initial={
            "name": "" if looks_like_letters else said,
            "acronym": said if looks_like_letters else "",
            "country": interview.countries[0] if interview.countries else "",
        }
    )


def called(*texts: str) -> list[Label]:
    """Current records that have one of these as slug, name or acronym."""
    wanted = {fold(" ".join(text.split())) for text in texts if text.strip()}
    if not wanted:
        return []
    everybody = labels.labels()
    rows = Name.objects.filter(organization__slug__in=everybody).values_list("organization__slug", "text")
    slugs = {slug for slug, text in rows if fold(text) in wanted}
    slugs |= {slug for slug in everybody if slug in wanted}
    return [label for slug, label in everybody.items() if slug in slugs]


def chosen(text: str) -> Organization | None:
    """The one record that was typed: by its slug, or by a name or acronym that no other has."""
    found = called(text)
    slugs = [each.slug for each in found if each.slug == text.strip()] or [each.slug for each in found]
    return Organization.objects.current().filter(slug=slugs[0]).first() if len(slugs) == 1 else None


def panel(mention: Mention | None, part: Part) -> dict[str, Any]:
    """What speaks for a mention, what else it could be, how many are like it, and where to go from it."""
    if mention is None:
        return {"mention": None, "part": part}
    alternatives = [each for each in mention.alternatives if each["organization"]]
    own = mention.organization.slug if mention.organization else ""
    known = labels.labels({own, mention.proposed, *(each["organization"] for each in alternatives)})
    ordered = _in_order(mention)
    place = next((index for index, (pk, _state) in enumerate(ordered) if pk == mention.pk), 0)
    beside = Mention.objects.filter(transcript=mention.transcript).order_by("segment__index", "start")
    return {
        "mention": mention,
        "part": part,
        "stand": decisions.stand(mention),
        "refusals": list(words.REFUSALS.items()),
        "new_form_of_it": mention.organization is not None and _is_new(mention.organization, mention.surface),
        "by_hand": mention.kind == decisions.BY_HAND,
        "decided_by": showing.agent_names([mention.decided_by_agent]).get(mention.decided_by_agent, ""),
        "label": known.get(own),
        "proposed": known.get(mention.proposed) if mention.proposed != own else None,
        "alternatives": [
            Alternative(known[each["organization"]], each["score"], each.get("evidence", []))
            for each in alternatives
            if each["organization"] in known and each["organization"] != own
        ],
        "alike": len(decisions.alike(mention)) if mention.state == Mention.State.SUGGESTED else 0,
        "previous": ordered[place - 1][0] if ordered else None,
        "following": ordered[(place + 1) % len(ordered)][0] if ordered else None,
        "left": sum(state == Mention.State.SUGGESTED for _pk, state in ordered),
        "of_all": len(ordered),
        "weak": list(beside.doubtful()),
        "refused": list(beside.filter(state=Mention.State.REJECTED)),
    }


def _is_new(organization: Organization, surface: str) -> bool:
    """Whether a form is one that the record does not have yet."""
    return fold(surface) not in {fold(text) for text in organization.names.values_list("text", flat=True)}


def _in_order(mention: Mention) -> list[tuple[int, str]]:
    """What one goes through in the order of the text; the mention itself, whatever became of it, among them."""
    beside = Mention.objects.filter(transcript=mention.transcript)
    shown = beside.seen() | beside.filter(pk=mention.pk)
    return list(shown.order_by("segment__index", "start").values_list("pk", "state"))


def mention_of(interview: Interview, pk: str | int | None) -> Mention | None:
    """A mention of this interview by its number, which may be anything that was typed into an address."""
    if pk is None or not str(pk).isdecimal():
        return None
    return _of(interview).filter(pk=int(pk)).first()


def mentions_of(interview: Interview, pks: Iterable[str]) -> list[Mention]:
    return list(_of(interview).filter(pk__in=[int(pk) for pk in pks if pk.isdecimal()]))


def _of(interview: Interview) -> QuerySet[Mention]:
    mentions = Mention.objects.filter(transcript__recording__session__interview=interview)
    return mentions.select_related("organization", "segment", "transcript__recording__session")


def next_undecided(mention: Mention) -> Mention | None:
    """The first undecided mention after this one, else the first of all."""
    undecided = (
        Mention.objects.filter(transcript=mention.transcript_id)
        .undecided()
        .order_by("segment__index", "start")
    )
    after = undecided.filter(segment__index__gt=mention.segment.index) | undecided.filter(
        segment__index=mention.segment.index, start__gt=mention.start
    )
    return after.first() or undecided.first()


def quotation(mention: Mention) -> Quotation:
    text = mention.segment.text
    before, after = text[: mention.start], text[mention.end :]
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Quotation(mention, before, after, mention.start_ms + mention.transcript.recording.offset_ms)


def marked(text: str, start: int, end: int) -> tuple[int, int]:
    """A selection of whole words (as JavaScript counts) as characters, without the stops that cling to them."""
    start, end = reviewing.narrow(text, start), reviewing.narrow(text, end)
    said = text[start:end]
    left = len(said) - len(said.lstrip(CLINGING))
    return start + left, max(start + left, start + len(said.rstrip(CLINGING)))


# The page of all mentions of an interview.


@dataclass(slots=True)
class Group:
    """What an interview says of one organization; or of one that is not in the list, by how it was heard."""

    label: Label | None
    heard: str
    accepted: list[Quotation] = field(default_factory=list)
    undecided: list[Quotation] = field(default_factory=list)

    @property
    def sure(self) -> int:
        return sum(each.sure for each in self.undecided)


def groups(interview: Interview) -> list[Group]:
    """By organization: those with something to decide first, the largest first."""
    mentions = (
        Mention.objects.seen()
        .filter(transcript__in=_texts(interview))
        .select_related("organization", "segment", "transcript__recording")
        .order_by("transcript__recording__offset_ms", "segment__index", "start")
    )
    rows = list(mentions)
    known = labels.labels({each.organization.slug for each in rows if each.organization})
    found: dict[str, Group] = {}
    for mention in rows:
        label = known.get(mention.organization.slug) if mention.organization else None
        key = label.slug if label else f" {fold(mention.surface)}"
        group = found.setdefault(key, Group(label, mention.surface))
        side = group.accepted if mention.state == Mention.State.ACCEPTED else group.undecided
        side.append(quotation(mention))
    return sorted(
        found.values(),
        key=lambda each: (not each.undecided, each.label is None, -len(each.undecided), -len(each.accepted)),
    )


def _texts(interview: Interview) -> Sequence[Transcript]:
    texts = (versions.current(recording) for recording in Recording.objects.of(interview))
    return [text for text in texts if text]
