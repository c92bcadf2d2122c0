"""What finding mentions costs: of an hour, of a thousand, of a name that is new, and how much a long list weighs.

    python -m tests.benchmarks.mentions [--hours 100] [--matched 100] [--sqlite] [--only hour,list,archive]

1. `hour`: 9,000 words of heavily distorted speech, read against the archive's own list; beside it, in the same run, the plain
automaton of exact names that the evaluation prints as its baseline.

2. `list`: 21,000 names (7,000 made organizations): how long the matcher takes to be built, and how much resident memory it
adds, in a fresh process. Beside it the same names in nothing but a plain automaton.

3. `archive`: so many hours in a database, each a transcript with the times of its words, of which so many are matched by two
workers of one process each; of the others only the words are taken for looking through. Every tenth sentence speaks of an
organization. Then an organization that is new and said in three of them, once as it is written, once in spelled letters
and once misheard; then an acronym that every other transcript says. Beside them: reading the text of every segment, and
looking for the form as it is written.

Other work on the machine makes the times of the clock worthless; processor times are printed where they are this
process's own.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ahocorasick_rs import AhoCorasick, Implementation

from tests.benchmarks import stage
from tests.benchmarks.stage import say

PARTS = ("hour", "list", "archive")
NAMES = 7_000  # organizations, with three names each
RARE = "Brigada Eusebio Tlacaélel de Obreros", "BETO", "vrigada usevio tlacaelel de ovreros"
MISHEARD_IN, SPELLED_IN, WRITTEN_IN = 3, 5, 7  # of which transcripts
COMMON = "FPX"
SHARE = 0.1  # of the sentences of an archive that speak of an organization

if __name__ == "__main__":
    SQLITE, WHOLE = "--sqlite" in sys.argv, "--resident" not in sys.argv
    STAGE = stage.set_up(sqlite=SQLITE, VOICES="off") if WHOLE else None
    if not WHOLE:
        import django

        django.setup()

from django.utils import timezone  # noqa: E402

import oralhistory.organizations  # noqa: E402
from oralhistory.accounts.models import User  # noqa: E402
from oralhistory.files.models import MediaFile  # noqa: E402
from oralhistory.interviews.models import Collection, Interview, Session  # noqa: E402
from oralhistory.jobs import leases  # noqa: E402
from oralhistory.jobs.models import Job  # noqa: E402
from oralhistory.lib import ids  # noqa: E402
from oralhistory.lib.folding import tokens  # noqa: E402
from oralhistory.mentions import common_words, gazetteer, rescanning, suggesting, word_index  # noqa: E402
from oralhistory.mentions.matching import Matcher  # noqa: E402
from oralhistory.mentions.models import Mention, NamesChanged, TranscriptWords  # noqa: E402
from oralhistory.organizations.authorities import Authority, read_csv  # noqa: E402
from oralhistory.organizations.models import Name, Organization  # noqa: E402
from oralhistory.pipeline import dispatcher  # noqa: E402
from oralhistory.recordings.models import Recording  # noqa: E402
from oralhistory.transcripts.models import Segment, Transcript  # noqa: E402
from tests.benchmarks import kernel, spoken_hours  # noqa: E402

OWN = Path(oralhistory.organizations.__file__).parent / "data" / "organizations.csv"


def own_list() -> list[Authority]:
    with OWN.open(encoding="utf-8", newline="") as stream:
        return read_csv(stream)


# 1. An hour.


class Plain:
    """Exact names and nothing else."""

    def __init__(self, authorities: list[Authority]) -> None:
        names = {
            text for each in authorities for text in (each.preferred_name, *each.other_names, *each.acronyms)
        }
        patterns = {" ".join(token.text for token in tokens(name)) for name in names}
        self._automaton = AhoCorasick(
            [f" {each} " for each in sorted(patterns)], implementation=Implementation.ContiguousNFA, store_patterns=False
        )  # fmt: skip

    def find(self, texts: list[str]) -> int:
        text = " ".join(token.text for each in texts for token in tokens(each))
        return len(self._automaton.find_matches_as_indexes(f" {text} ", overlapping=True))


def hour() -> None:
    authorities = own_list()
    matcher, plain = Matcher(authorities), Plain(authorities)
    say(f"An hour ({spoken_hours.WORDS} words, {len(authorities)} organizations), best and median of 7, ms:")
    say(f"  {'':8} {'matcher':>16} {'exact names':>16} {'ratio':>7} {'found':>6}")
    for level in spoken_hours.LEVELS:
        dice = random.Random(11)
        said = spoken_hours.sentences(level)
        hours = [spoken_hours.hour(said, dice) for _ in range(7)]
        matcher.find(hours[0])
        ours = [took(lambda texts=texts: matcher.find(texts)) for texts in hours]
        theirs = [took(lambda texts=texts: plain.find(texts)) for texts in hours]
        found = len(matcher.find(hours[0]))
        ratio = statistics.median(ours) / statistics.median(theirs)
        say(f"  {level:8} {_ms(ours):>16} {_ms(theirs):>16} {ratio:>7.1f} {found:>6}")


def took(work: Callable[[], object]) -> float:
    """Seconds of this process's processor."""
    before = time.process_time()
    work()
    return time.process_time() - before


def _ms(times: list[float]) -> str:
    return f"{1000 * min(times):.0f}, {1000 * statistics.median(times):.0f}"


# 2. A long list.


def long_list() -> None:
    say(f"A list of {3 * NAMES} names:")
    for what in ("matcher", "exact names"):
        said = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.mentions", "--resident", what],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds, mebibytes = json.loads(said.stdout)
        say(f"  {what:12} built in {seconds:.2f} s, adds {mebibytes:.1f} MiB resident")


def resident(what: str) -> None:
    """In a process of its own: what stands in every worker anyhow is loaded before."""
    authorities = list(spoken_hours.many_names(NAMES))
    gazetteer.places()
    common_words.zipf("de")
    before, started = kernel.resident(), time.process_time()
    built = Matcher(authorities) if what == "matcher" else Plain(authorities)
    seconds = time.process_time() - started
    built.find(["Era de la Brigada Popular, compañero."])
    say(json.dumps([seconds, kernel.resident() - before]))


# 3. An archive.


def archive(hours: int, some: int) -> None:
    where = "SQLite" if SQLITE else "PostgreSQL"
    say(f"An archive of {hours} hours on {where}:")
    began = time.monotonic()
    for each in own_list():
        record = Organization.objects.create(
            slug=each.id, kind=each.kind, country=each.country, founded=each.founded, dissolved=each.dissolved
        )
        texts = [
            (Name.Kind.AUTHORIZED, each.preferred_name),
            *((Name.Kind.OTHER, text) for text in each.other_names),
        ]
        texts += [(Name.Kind.ACRONYM, text) for text in each.acronyms]
        Name.objects.bulk_create(
            [Name(organization=record, kind=kind, text=text) for kind, text in texts], ignore_conflicts=True
        )
    rescanning.note(at=timezone.now())
    NamesChanged.objects.all().delete()
    transcripts = fill(hours)
    say(f"  filled in {time.monotonic() - began:.0f} s: {Segment.objects.count()} segments")
    matched(transcripts[:some])
    begun = took(word_index.refresh)
    if hours > some:
        say(f"  words of {hours - some} others taken in {begun:.1f} s")
    new_name("an organization that is new, said in three", _rare)
    new_name("its acronym said in every other one", _common)


def fill(hours: int) -> list[int]:
    dice = random.Random(3)
    said = spoken_hours.sentences(*spoken_hours.LEVELS)
    by = User.objects.create(email="bench@example.org", name="B")
    collection = Collection.objects.create(slug="hours", title="Hours")
    pks = []
    for number in range(hours):
        texts = spoken_hours.hour(said, dice, SHARE)
        at = len(texts) // 2
        if number == WRITTEN_IN % hours:
            texts[at] += f" Entramos a la {RARE[0]} ese año."
        if number == SPELLED_IN % hours:
            texts[at] += " Después vino la be e te o con nosotros."
        if number == MISHEARD_IN % hours:
            texts[at] += f" Eran de la {RARE[2]} en el pueblo."
        if number % 2:
            texts[at] += f" Y los de la {COMMON} también estaban."
        pks.append(store(collection, by, texts))
    return pks


def store(collection: Collection, by: User, texts: list[str]) -> int:
    now = timezone.now()
    code = ids.public_id()
    interview = Interview.objects.create(
        collection=collection, title="E", countries=["SV"], created_by=by, created_at=now
    )
    master = MediaFile.objects.create(
        storage="masters", use=MediaFile.Use.PRESERVATION_MASTER, key=code, sha256=code.ljust(64, "0"), size=1,
        media_type="audio/wav", created_at=now,
    )  # fmt: skip
    recording = Recording.objects.create(
        session=Session.objects.create(interview=interview, number=1), position=1, master=master, original_name="a",
        arrived_at=now, code=code,
    )  # fmt: skip
    transcript = Transcript.objects.create(recording=recording, version=1, kind="machine", created_at=now)
    rows, clock = [], 0
    for index, text in enumerate(texts):
        words = [
            [clock + 400 * at, clock + 400 * at + 380, word, 0.91] for at, word in enumerate(text.split())
        ]
        end = clock + 400 * len(words)
        rows.append(
            Segment(transcript=transcript, index=index, cue_id=ids.cue_id(), start_ms=clock, end_ms=end, text=text, words=words)
        )  # fmt: skip
        clock = end
    Segment.objects.bulk_create(rows, batch_size=500)
    return transcript.pk


def matched(pks: list[int]) -> None:
    """Each transcript is a job, as it is when it was joined; two workers take them."""
    assert STAGE is not None
    workers = [STAGE.worker("link") for _ in range(2)]
    time.sleep(5)
    begun, processor = time.monotonic(), kernel.processor(os.getpid())
    for pk in pks:
        now = timezone.now()
        dispatcher.send(leases.enqueue("find mentions", f"transcript:{pk}", queue="link", at=now), at=now)
    jobs = Job.objects.filter(kind="find mentions")
    while jobs.open().exists():
        time.sleep(0.2)
    seconds = time.monotonic() - begun
    spent = kernel.processor(os.getpid()) - processor
    for each in workers:
        each.kill()
    dead = jobs.exclude(state=Job.State.DONE).count()
    kept = Mention.objects.count()
    size = sum(
        len(s) + len(a) + len(c)
        for s, a, c in TranscriptWords.objects.values_list("sounds", "letters", "capitals")
    )
    say(
        f"  matched by two workers in {seconds:.1f} s, {seconds / len(pks) * 1000:.0f} s for 1,000 hours"
        f" ({spent / len(pks):.2f} s of processors each, database and broker included); {dead} failed;"
        f" {kept} suggestions; words for looking through {size / len(pks) / 1000:.0f} kB an hour"
    )


def _rare() -> None:
    record = Organization.objects.create(slug="beto-sv", kind="armed", country="SV", founded=1975)
    Name.objects.create(organization=record, kind=Name.Kind.AUTHORIZED, text=RARE[0])
    Name.objects.create(organization=record, kind=Name.Kind.ACRONYM, text=RARE[1])


def _common() -> None:
    Name.objects.create(
        organization=Organization.objects.get(slug="beto-sv"), kind=Name.Kind.ACRONYM, text=COMMON
    )


def new_name(what: str, add: Callable[[], None]) -> None:
    before = set(Mention.objects.values_list("pk", flat=True))
    suggesting.reader()  # a worker has matched something before
    add()
    begun = time.monotonic()
    naive = sum(RARE[0] in text for text in Segment.objects.values_list("text", flat=True).iterator())
    read = time.monotonic() - begun
    begun, processor = time.monotonic(), time.process_time()
    suggesting.reader()
    built = time.monotonic()
    changed = rescanning.note(at=timezone.now())
    assert changed is not None
    word_index.refresh()
    found = rescanning.search(changed)
    rescanning.keep(changed, found)
    searched = time.monotonic()
    some = found[:20]
    rescanning.follow(changed, some)
    followed, spent = time.monotonic(), time.process_time() - processor
    rescanning.end(changed, found)
    new = Mention.objects.exclude(pk__in=before).filter(organization__slug="beto-sv")
    say(
        f"  {what}: list read anew {built - begun:.2f} s, transcripts found {searched - built:.2f} s ({len(found)}),"
        f" {len(some)} judged {followed - searched:.2f} s, together {followed - begun:.2f} s ({spent:.2f} s of this process's processor); {new.count()} suggestions:"
        f" {sorted({each.surface for each in new})}"
    )
    say(
        f"    reading all segments and looking for the form as it is written: {read:.2f} s ({naive} segments)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=int, default=100)
    parser.add_argument("--matched", type=int, default=100)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--resident", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.resident:
        resident(options.resident)
        return
    parts = options.only.split(",")
    if "hour" in parts:
        hour()
    if "list" in parts:
        long_list()
    if "archive" in parts:
        archive(options.hours, options.matched)


if __name__ == "__main__":
    main()
