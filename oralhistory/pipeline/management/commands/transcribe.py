"""Transcribe a file on the command line. Needs no database and no server."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations

from oralhistory.files.sandbox import Killed, NotIsolated
from oralhistory.lib import timecodes
from oralhistory.lib.ffmpeg import FfmpegMissing
from oralhistory.mentions import second_pass
from oralhistory.mentions.likely_names import Glossary
from oralhistory.mentions.near_names import NearNames
from oralhistory.organizations.authorities import Authority
from oralhistory.recordings import decoding
from oralhistory.transcripts import sound, weights, whole
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Engine, EngineMissing, Spec
from oralhistory.transcripts.formats import plain, transcript_json, webvtt
from oralhistory.transcripts.languages import known

UNCHECKED = "Machine-made, unchecked: {engine}, {model}"


class Command(BaseCommand):
    help = "Transcribe a recording and print the text. No database, no server."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--language",
            default="es,en,pt",
            help="the language spoken, or several that may be: es,en (the main one first); default %(default)s",
        )
        parser.add_argument("--engine", default="faster-whisper", help=", ".join(registry.MODULES))
        parser.add_argument(
            "--model", default="base", help="a name (base, large-v3-turbo) or the path of a folder"
        )
        parser.add_argument("--format", default="txt", choices=("txt", "vtt", "json"))
        parser.add_argument(
            "--names",
            metavar="FILE",
            type=Path,
            help="names and acronyms that may be said, one a line: what sounds near one is heard once more with it told",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["file"]
        if not source.is_file():
            raise CommandError(f"There is no file {source}.")
        names = _names(options["names"]) if options["names"] else None
        spec = _spec(options)
        engine = _loaded(spec)
        with tempfile.TemporaryDirectory() as folder:
            hearing = _decoded(source, Path(folder))
            heard = whole.transcribe(engine, spec, hearing, on_progress=self._tell)
            if names:
                again = second_pass.over(engine, sound.reader(hearing), heard.windows, names)
                heard = heard.anew([each.window for each in again])
        foreign = sum("other_language" in window.result.flags for window in heard.windows)
        if foreign:
            self.stderr.write(f"{foreign} windows are in a language that was not asked for, and left out.")
        self.stdout.write(_written(heard, spec, options["format"]), ending="")

    def _tell(self, done: int, samples: int) -> None:
        at, end = (timecodes.clock(sound.milliseconds(each)) for each in (done, samples))
        self.stderr.write(f"{at} of {end} ({100 * done // max(samples, 1)} %)")


def _spec(options: dict[str, Any]) -> Spec:
    languages = tuple(part.strip().lower() for part in options["language"].split(",") if part.strip())
    unknown = [language for language in languages if not known(language)]
    if unknown or not languages:
        raise CommandError(
            f"Whisper knows no language “{', '.join(unknown)}”. Give codes such as es, en, pt."
        )
    planner = "loudness-1" if options["engine"] == "fake" else "silero-1"
    return Spec(
        engine=options["engine"],
        model=options["model"],
        compute_type=settings.ASR_COMPUTE_TYPE,
        languages=languages,
        planner=planner,
    )


def _names(file: Path) -> NearNames:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read as a list of names ({type(error).__name__}).") from error
    listed = [Authority(str(number), line.strip()) for number, line in enumerate(lines) if line.strip()]
    return NearNames(Glossary(tuple(listed)))


def _loaded(spec: Spec) -> Engine:
    try:
        engine = registry.get(spec.engine)
        engine.load(spec)
    except (EngineMissing, weights.WeightsMissing, weights.WeightsChanged, ValueError) as error:
        raise CommandError(str(error)) from error
    return engine


def _decoded(source: Path, folder: Path) -> Path:
    try:
        return decoding.decode(source, folder).hearing
    except decoding.CannotBeRead as error:
        raise CommandError(str(error.sentence)) from error
    except (NotIsolated, Killed, FfmpegMissing, OSError) as error:
        raise CommandError(f"{source} cannot be decoded here: {error}") from error


def _written(heard: whole.Transcribed, spec: Spec, form: str) -> str:
    if form == "json":
        return transcript_json.write(
            heard.segments,
            engine=spec.engine,
            model=spec.model,
            language=heard.language(spec),
            duration_ms=heard.duration_ms,
        )
    if form == "vtt":
        return webvtt.write(heard.segments, notes=[UNCHECKED.format(engine=spec.engine, model=spec.model)])
    return plain.write(heard.segments)
