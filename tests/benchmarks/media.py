"""What bringing a recording in costs: time beside bare ffmpeg, memory of a short recording beside a long one.

    python -m tests.benchmarks.media [--hours 1] [--memory-hours 3]

Time: an hour of WAV (48 kHz, stereo) is decoded, measured and given its access copy with peaks, and the same three
files are encoded by ffmpeg alone in the same run; the aim is 1.3 times its time. Memory: the peak (VmHWM) of the
process that does it and of the largest program that it starts, for ten minutes and for three hours; the aim is that
they differ by less than a tenth. Sound is made by ffmpeg in a temporary folder, which needs 3 GB.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from oralhistory.lib import ffmpeg
from oralhistory.recordings import access_copies, decoding

# Two voices' worth of noise that comes and goes, as speech does, and differs in the channels.
SPEECH_LIKE = (
    "aevalsrc='0.3*(random(0)-0.5)*(0.5+0.5*sin(2*PI*t/3))+0.2*sin(2*PI*220*t)"
    "|0.3*(random(1)-0.5)*(0.5+0.5*sin(2*PI*t/4))+0.2*sin(2*PI*330*t)':s=48000"
)


@dataclass(frozen=True)
class Spent:
    wall: float  # seconds
    cpu: float  # seconds of processor, of the process and of all that it started


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measured(work: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), processor()
    work()
    return Spent(time.perf_counter() - wall, processor() - cpu)


def processor() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


def make_sound(out: Path, seconds: float) -> Path:
    """A minute that is made, then repeated: to make noise takes longer than to read it."""
    minute = out.with_name("minute.wav")
    bare("-f", "lavfi", "-i", SPEECH_LIKE, "-t", "60", str(minute))
    bare(
        "-stream_loop",
        "-1",
        "-i",
        str(minute),
        "-t",
        f"{seconds:.3f}",
        "-c",
        "copy",
        "-rf64",
        "auto",
        str(out),
    )
    minute.unlink()
    return out


def bare(*arguments: str) -> None:
    subprocess.run([str(ffmpeg.binary()), "-v", "error", "-nostdin", "-y", *arguments], check=True)


def bare_encodes(source: Path, folder: Path) -> dict[str, Callable[[], None]]:
    """The same files by ffmpeg alone: both FLACs in one reading, then the access copy from the first."""
    flac = ("-c:a", "flac", "-compression_level", "5")
    copies = (str(folder / "bare.flac"), str(folder / "bare16.flac"))
    aac = ("-c:a", "aac", "-b:a", str(access_copies._BITS[2]), "-movflags", "+faststart")
    return {
        "decode": lambda: bare(
            "-i", str(source), *flac, copies[0], "-ac", "1", "-ar", "16000", *flac, copies[1]
        ),
        "access copy": lambda: bare("-i", copies[0], *aac, str(folder / "bare.m4a")),
    }


def ours(source: Path, folder: Path) -> dict[str, Callable[[], object]]:
    listening = folder / decoding.LISTENING
    return {
        "decode": lambda: decoding.decode(source, folder),
        "access copy": lambda: access_copies.encode(
            [access_copies.Part(listening, 0)], [], folder / "ours.m4a"
        ),
    }


def print_times(hours: float) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = make_sound(folder / "source.wav", hours * 3600)
        say(f"{hours:g} h of WAV, 48 kHz, stereo; {ffmpeg.version()}; seconds of wall / of processor\n")
        say(f"{'':<14}{'ours':>16}{'ffmpeg alone':>18}{'ratio':>16}")
        totals = [Spent(0, 0), Spent(0, 0)]
        alone = bare_encodes(source, folder)
        for name, work in ours(source, folder).items():
            pair = [measured(work), measured(alone[name])]
            print_row(name, pair)
            totals = [Spent(a.wall + b.wall, a.cpu + b.cpu) for a, b in zip(totals, pair, strict=True)]
        print_row("both", totals)


def print_row(name: str, pair: list[Spent]) -> None:
    mine, alone = pair
    times = "".join(f"{f'{spent.wall:.1f} / {spent.cpu:.1f}':>17}" for spent in pair)
    say(f"{name:<13}{times}{f'{mine.wall / alone.wall:.2f} / {mine.cpu / alone.cpu:.2f}':>17}")


# Prints the peak of the process itself and of the largest program that it started, in KiB.
_INGEST = """
import resource, sys
from pathlib import Path
from oralhistory.recordings import access_copies, decoding
source, folder = Path(sys.argv[1]), Path(sys.argv[2])
made = decoding.decode(source, folder)
access_copies.encode([access_copies.Part(made.listening, 0)], [], folder / "copy.m4a")
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def print_memory(hours: float) -> None:
    say(f"\npeak memory of an ingest, MiB\n\n{'':<14}{'the process':>14}{'its largest program':>22}")
    peaks = []
    for seconds in (600.0, hours * 3600):
        with tempfile.TemporaryDirectory() as place:
            source = make_sound(Path(place, "source.wav"), seconds)
            command = [sys.executable, "-c", _INGEST, str(source), place]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        peaks.append([int(number) / 1024 for number in said.split()])
        say(f"{f'{seconds / 60:.0f} min':<14}{peaks[-1][0]:>14.1f}{peaks[-1][1]:>22.1f}")
    ratios = [long / short for short, long in zip(*peaks, strict=True)]
    say(f"{'ratio':<14}{ratios[0]:>14.2f}{ratios[1]:>22.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=1.0, help="length of the sound that is timed")
    parser.add_argument(
        "--memory-hours", type=float, default=3.0, help="length of the longer one; 0: not measured"
    )
    asked = parser.parse_args()
    print_times(asked.hours)
    if asked.memory_hours:
        print_memory(asked.memory_hours)


if __name__ == "__main__":
    main()
