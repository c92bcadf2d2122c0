"""A second pass over windows that were heard, without a database: for the command line and for measuring."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from oralhistory.mentions.near_names import NearNames
from oralhistory.transcripts import renaming, second_looks
from oralhistory.transcripts.engines.base import Engine
from oralhistory.transcripts.joining import HeardWindow
from oralhistory.transcripts.renaming import Renamed
from oralhistory.transcripts.sound import PcmReader

Tell = Callable[[str], Sequence[str]]  # names to tell with a text; none: the engine is not asked again


@dataclass(frozen=True, slots=True)
class Again:
    """A window with the names that were written in it; `told`: the engine was asked again."""

    window: HeardWindow
    renamed: tuple[Renamed, ...] = ()
    told: bool = False


def over(
    engine: Engine,
    read: PcmReader,
    windows: Iterable[HeardWindow],
    names: NearNames,
    *,
    tell: Tell | None = None,
) -> Iterator[Again]:
    """Each window, heard once more where it sounds near a name; by an engine loaded for the spec of the first pass."""
    for window in windows:
        first = window.result
        told = (tell or names.to_tell)(first.text) if first.words else ()
        if not told:
            yield Again(window)
            continue
        audio = read(window.start_sample, window.end_sample)
        again = second_looks.hear_again(engine, audio, first, renaming.prompt_of(told, first.language))
        renamed = tuple(renaming.taken(first, again, names.told(told)))
        yield Again(replace(window, result=renaming.applied(first, renamed)), renamed, told=True)
