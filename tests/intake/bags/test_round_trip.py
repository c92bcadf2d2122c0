"""An interview leaves an archive and comes into another that is empty: nothing is lost, and what was public is again."""

import hashlib
import io
import json
import stat
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.consent import access
from oralhistory.editions.models import Edition, PreparedSound, Standing
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import reading, writing
from oralhistory.interviews.models import Collection, Interview, Session, State
from oralhistory.lib.agents import MACHINE
from oralhistory.organizations.models import Organization
from oralhistory.people import vault
from oralhistory.people.models import Identity
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import TranscriptionJob
from tests import world as worlds
from tests.clock import DAY
from tests.intake.bags import archive
from tests.intake.bags.archive import LATER

pytestmark = pytest.mark.django_db


def bring(folder, **options):
    return reading.bring_in(folder, by=MACHINE, at=LATER + DAY, **options)


def two_archivists():
    return [roles.create_account(f"{name}@example.org", name, [Role.ARCHIVIST]) for name in ("one", "two")]


def again(taken, folder, **options):
    one, two = two_archivists()
    return archive.write(Interview.objects.get(), folder, by=one, second=two, **options)


def test_the_library_of_congress_finds_the_package_valid(taken):
    for folder in (taken.published, taken.withdrawn, taken.without_identities):
        run = subprocess.run(
            [sys.executable, "-m", "bagit", "--validate", folder], capture_output=True, check=False
        )
        assert run.returncode == 0, run.stderr


def test_every_row_and_every_file_comes_back(taken):
    bring(taken.published)

    now = archive.snapshot(Interview.objects.get())
    counts = {label: len(rows) for label, rows in taken.rows.items()}
    # The file of events came with the package, and is kept as what it is.
    now["files.mediafile"] = [
        row for row in now["files.mediafile"] if row["media_type"] != "application/jsonl"
    ]
    assert now == taken.rows
    assert [label for label, count in counts.items() if not count] == []  # there is something of everything
    assert vault.open_identity(Identity.objects.get().person)["name"] == archive.REAL_NAME
    for file in MediaFile.objects.all():
        with archive.stores.open_local(file.storage, file.key) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    for sound in PreparedSound.objects.all():
        with archive.stores.open_local("masters", sound.key) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == sound.sha256


def test_the_package_of_what_came_back_is_the_same(taken, tmp_path):
    bring(taken.published)
    again(taken, tmp_path / "again")

    assert archive.record_files(tmp_path / "again") == archive.record_files(taken.published)
    for folder in ("masters", "access", "transcripts"):
        assert archive.payload(tmp_path / "again", folder) == archive.payload(taken.published, folder)


def test_the_public_is_answered_as_before(taken):
    bring(taken.published)

    answers = archive.public_answers(taken.public_id)

    assert {path: status for path, (status, _body) in answers.items()} == dict.fromkeys(answers, 200)
    assert answers == taken.answers


def test_what_happened_is_told_as_before_and_the_chain_holds(taken):
    archive_here = worlds.build()
    worlds.draft(archive_here)
    before = events.verify()
    bring(taken.published)

    interview = Interview.objects.get(public_id=taken.public_id)
    told = archive.events_of(interview)
    assert told[:-1] == taken.events
    sent = (taken.published / "data/records/provenance.event.jsonl").read_bytes()
    assert told[-1][1] == "package imported"
    assert told[-1][4] == f"{len(taken.events)} events: {hashlib.sha256(sent).hexdigest()}"
    assert events.verify() == before + len(taken.events) + 1


def test_the_events_as_they_left_are_kept_and_leave_again(taken, tmp_path):
    bring(taken.published)
    sent = (taken.published / "data/records/provenance.event.jsonl").read_bytes()

    again(taken, tmp_path / "again")

    (name,) = archive.payload(tmp_path / "again", "events")
    assert (tmp_path / "again" / "data" / "events" / name).read_bytes() == sent


@pytest.mark.django_db(transaction=True)
def test_a_package_of_a_package_comes_back_too(taken, tmp_path):
    bring(taken.published)
    again(taken, tmp_path / "again")
    call_command("flush", interactive=False, verbosity=0)

    bring(tmp_path / "again")

    kinds = [kind for _at, kind, *_rest in archive.events_of(Interview.objects.get())]
    assert kinds.count("package imported") == 2
    assert MediaFile.objects.filter(media_type="application/jsonl").count() == 2


def test_accounts_that_are_not_here_become_hands_that_nobody_can_use(taken):
    bring(taken.published)

    hands = User.objects.all()
    assert {user.code for user in hands} == {
        json.loads(line)["code"]
        for line in (taken.published / "data/records/accounts.user.jsonl").read_text().splitlines()
    }
    assert not any(user.is_active or user.has_usable_password() or user.roles.exists() for user in hands)


def test_an_account_of_the_same_code_is_the_same_person(taken):
    codes = (taken.published / "data/records/accounts.user.jsonl").read_text().splitlines()
    user = roles.create_account("known@example.org", "Known", [Role.INTERVIEWER])
    User.objects.filter(pk=user.pk).update(code=json.loads(codes[0])["code"])
    bring(taken.published)

    assert Interview.objects.get().created_by == user
    user.refresh_from_db()
    assert (user.email, user.name, user.is_active) == ("known@example.org", "Known", True)


def test_nobody_publishes_their_own_work_elsewhere(taken):
    """What somebody did is known from the events: it must still count where they come to."""
    bring(taken.published)
    interview = Interview.objects.get()
    interviewer = User.objects.get(pk=interview.created_by_id)
    User.objects.filter(pk=interviewer.pk).update(is_active=True)
    interviewer.refresh_from_db()
    roles.create_account(interviewer.email, "", [Role.ARCHIVIST])

    assert "uploaded" in access.facts(interviewer, interview, at=LATER).own_work


def test_identities_stay_sealed_under_another_key(taken, settings):
    settings.IDENTITY_KEY = "YW5vdGhlci1rZXktb2YtdGhpcnR5LXR3by1ieXRlcyE="

    brought = bring(taken.published)

    assert brought.sealed == (Identity.objects.get().person.code,)


def test_identities_can_stay_at_home(taken):
    bring(taken.without_identities)

    assert not Identity.objects.exists()
    assert Interview.objects.get().participations.count() == 2


def test_a_withdrawn_interview_comes_back_withdrawn(taken):
    bring(taken.withdrawn)

    assert Interview.objects.get().state == State.WITHDRAWN
    assert not Edition.objects.public().exists()
    assert Standing.objects.get().withdrawn_at is not None
    for path in ("", "sound", "transcript.vtt"):
        assert Client().get(f"/testimonies/{taken.public_id}/{path}").status_code == 410
    assert taken.public_id not in Client().get("/search/?q=Farabundo").content.decode()


def test_what_the_papers_no_longer_allow_is_not_opened_again(taken, package):
    """A permission that has run out since the package was made."""
    path = package / "data/records/consent.grant.jsonl"
    grants = [json.loads(line) for line in path.read_text().splitlines()]
    over = LATER.isoformat()
    path.write_text("".join(json.dumps({**grant, "valid_until": over}) + "\n" for grant in grants))
    archive.close_again(package)

    bring(package)

    assert not Edition.objects.public().exists()
    assert Interview.objects.get().state == State.WITHDRAWN


def test_a_record_that_is_here_stays_as_it_is(taken):
    Organization.objects.create(slug="fmln-sv", kind="party", history="Ours.")

    brought = bring(taken.published)

    ours = Organization.objects.get(slug="fmln-sv")
    assert (ours.kind, ours.history, ours.names.count()) == ("party", "Ours.", 0)
    assert "organizations.organization fmln-sv" in brought.kept
    assert Organization.objects.get(slug="copesal-mx").relations.get().object == ours


def test_work_that_was_under_way_does_not_wait_for_ever(taken, package):
    archive.edit(package, "transcripts.transcriptionjob", state="running")
    archive.edit(package, "recordings.recording", state="arrived")

    brought = bring(package)

    assert brought.cancelled == 1
    assert TranscriptionJob.objects.get(generation=1).state == TranscriptionJob.State.CANCELLED
    assert reading.unread(taken.public_id) == list(Recording.objects.all())


def test_a_column_that_the_package_does_not_know_yet_gets_its_default(taken, package):
    path = package / "data/records/recordings.recording.jsonl"
    record = json.loads(path.read_text())
    del record["placed"], record["channels"]
    path.write_text(json.dumps(record) + "\n")
    archive.close_again(package)

    bring(package)

    assert Recording.objects.get().channels == Recording.Channels.BOTH


# The package itself.


def test_a_package_says_nothing_outside_its_metadata(taken):
    private = [worlds.CANARY, "Elena", archive.REAL_NAME, "example.org"]
    for path in taken.published.rglob("*"):
        assert not any(word in path.name for word in private)
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "data/README.txt"):
        assert not any(word in (taken.published / name).read_text() for word in private), name
    for path in (taken.published / "data" / "records").iterdir():
        text = path.read_text()
        assert archive.REAL_NAME not in text
        assert "example.org" not in text


def test_a_package_is_for_its_owner_and_its_times_say_nothing(taken):
    for path in (taken.published, *taken.published.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600)
        assert path.stat().st_mtime == 315_532_800  # 1980-01-01


def test_a_package_can_be_read_without_the_program(taken):
    described = json.loads((taken.published / "data/metadata.json").read_text())
    schema = json.loads((taken.published / "data/metadata.schema.json").read_text())
    assert missing_or_unknown(schema, described) == []
    (recording,) = described["recordings"]
    assert (taken.published / recording["master"]).read_bytes()[:4] == b"RIFF"
    assert (taken.published / recording["listening"]).read_bytes()[:4] == b"fLaC"
    assert [each["version"] for each in described["transcripts"]] == [1, 2, 3, 4]
    texts = [(taken.published / each["text"]).read_text() for each in described["transcripts"]]
    assert ["Yo milité" in text for text in texts] == [True, False, False, False]
    assert (taken.published / described["transcripts"][1]["webvtt"]).read_text().startswith("WEBVTT\n")
    signed, withdrawn, narrowing = described["agreements"]
    assert (narrowing["kind"], [each["denied"] for each in narrowing["grants"]]) == ("narrowing", [True])
    assert (signed["withdrawn_at"], bool(withdrawn["withdrawn_at"])) == (None, True)
    assert (taken.published / withdrawn["scan"]).read_bytes() == archive.SCAN
    assert {"fmln-sv", "copesal-mx"} <= {each["id"] for each in described["organizations"]}


def missing_or_unknown(schema, value, path="$"):
    """The names that the schema and the value do not agree on; enough of JSON Schema for ours."""
    if "items" in schema and isinstance(value, list):
        return [wrong for each in value for wrong in missing_or_unknown(schema["items"], each, f"{path}[]")]
    if "properties" not in schema:
        return []
    wrong = [f"{path}.{name}" for name in set(schema["properties"]) ^ set(value)]
    assert set(schema["required"]) == set(schema["properties"])
    for name in set(schema["properties"]) & set(value):
        wrong += missing_or_unknown(schema["properties"][name], value[name], f"{path}.{name}")
    return wrong


# Who may, and what stops it.


@pytest.fixture
def draft():
    """An interview with a recording, and two archivists."""
    one, two = two_archivists()
    interview = Interview.objects.create(
        collection=Collection.objects.create(slug="one", title="One"), state=State.UPLOADED, title="Elena",
        created_by=one, created_at=LATER,
    )  # fmt: skip
    session = Session.objects.create(interview=interview, number=1)
    master = archive.kept(b"sound", MediaFile.Use.PRESERVATION_MASTER, suffix=".wav", media_type="audio/wav")
    Recording.objects.create(session=session, position=0, master=master, original_name="a", arrived_at=LATER)
    return interview, one, two


def test_one_archivist_is_not_two(draft, tmp_path):
    interview, one, _two = draft

    with pytest.raises(writing.NotAllowed, match="two different"):
        archive.write(interview, tmp_path / "bag", by=one, second=one)
    assert list(tmp_path.glob("*bag*")) == []


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ARCHIVIST])
@pytest.mark.parametrize("first", [True, False])
def test_both_must_be_archivists(draft, tmp_path, role, first):
    interview, one, _two = draft
    other = roles.create_account("other@example.org", "other", [role])
    by, second = (other, one) if first else (one, other)

    with pytest.raises(writing.NotAllowed):
        archive.write(interview, tmp_path / "bag", by=by, second=second)
    assert not (tmp_path / "bag").exists()


def test_a_reason_is_needed_and_kept(draft, tmp_path):
    interview, one, two = draft
    options = {"by": one, "second": two, "at": LATER}

    with pytest.raises(writing.NotAllowed, match="reason"):
        writing.export(interview.public_id, tmp_path / "bag", reason=" ", **options)
    written = writing.export(interview.public_id, tmp_path / "bag", reason="Second site", **options)

    event = Event.objects.get(kind="package exported", agent=str(one.agent))
    assert (event.reason, event.outcome) == ("Second site", f"with {two.agent}: {written.sha256}")
    tags = (tmp_path / "bag" / "tagmanifest-sha256.txt").read_bytes()
    assert hashlib.sha256(tags).hexdigest() == written.sha256


def test_nothing_is_written_over(draft, tmp_path):
    interview, one, two = draft
    (tmp_path / "bag").mkdir()

    with pytest.raises(writing.NotWritten, match="there already"):
        archive.write(interview, tmp_path / "bag", by=one, second=two)
    assert list((tmp_path / "bag").iterdir()) == []


@pytest.mark.parametrize("how", ["flipped", "gone"])
def test_a_damaged_master_stops_it(draft, tmp_path, how):
    interview, one, two = draft
    master = Recording.objects.get().master
    with archive.stores.open_local("masters", master.key) as path:
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    before = sorted(tmp_path.iterdir())

    with pytest.raises(writing.NotWritten, match=r"is damaged|is missing"):
        archive.write(interview, tmp_path / "bag", by=one, second=two)
    assert sorted(tmp_path.iterdir()) == before
    assert not Event.objects.filter(kind="package exported", agent=str(one.agent)).exists()


def test_the_commands_write_and_bring_back(taken, tmp_path):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_bag", str(taken.published), stdout=out, stderr=err)
    assert f"Interview {taken.public_id} came in: " in out.getvalue()
    two_archivists()
    arguments = [taken.public_id, str(tmp_path / "bag"), "--by=one@example.org", "--second=two@example.org"]

    call_command("export_bag", *arguments, "--reason=why", stdout=out, stderr=err)

    assert "The bag is valid." in out.getvalue()
    with pytest.raises(CommandError, match=r"has the interview .* already"):
        call_command("import_bag", str(tmp_path / "bag"), stdout=out, stderr=err)


def test_a_dry_run_says_what_would_come_and_changes_nothing(taken, tmp_path, settings):
    out = io.StringIO()
    call_command("import_bag", str(taken.published), "--dry-run", stdout=out, stderr=io.StringIO())

    assert f"Interview {taken.public_id} would come in: " in out.getvalue()
    assert not Interview.objects.exists()
    assert not Event.objects.exists()
    assert not (tmp_path / "masters").exists()
