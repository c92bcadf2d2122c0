"""faster-whisper alone, as its README says: sequential, beam 5, word times. Started by `speed`; prints the text.

python tests/benchmarks/bare.py FOLDER_OF_THE_MODEL FILE LANGUAGE
"""

import sys

from faster_whisper import WhisperModel


def main(folder: str, file: str, language: str) -> None:
    model = WhisperModel(folder, device="cpu", compute_type="int8")
    segments, _ = model.transcribe(file, language=language, word_timestamps=True)
    for segment in segments:
        sys.stdout.write(f"{segment.text.strip()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
