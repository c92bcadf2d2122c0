"""The engine alone on a recording's chunks: no database, no broker, no leases. Started by `overhead`.

    python -m tests.benchmarks.bare_chunks RECORDING SPEC

RECORDING is 16 kHz mono FLAC, SPEC a stored spec as JSON. For each line on standard input, which names an empty folder, it
decodes whatever chunks no other process has claimed in that folder, and prints how many they were.
"""

import json
import os
import sys
from pathlib import Path

from oralhistory.transcripts import listening, planning, sound
from oralhistory.transcripts.engines import registry
from oralhistory.transcripts.engines.base import Engine, Spec


def main(recording: Path, spec: Spec) -> None:
    engine = registry.get(spec.engine)
    engine.load(spec)
    plan = planning.plan(recording, spec.planner)
    tell("ready")
    for line in sys.stdin:
        tell(str(sum(hear(engine, spec, recording, chunk, Path(line.strip())) for chunk in plan.chunks)))


def hear(engine: Engine, spec: Spec, recording: Path, chunk: planning.ChunkPlan, claims: Path) -> bool:
    """Decode it, unless another has; whether it was done here."""
    try:
        os.close(os.open(claims / str(chunk.index), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    listening.listen(engine, spec, sound.reader(recording), chunk.windows, on_batch=lambda heard: None)
    return True


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Spec.from_dict(json.loads(sys.argv[2])))
