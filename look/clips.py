"""Make the clips with which wall screens call, from a synthesiser: run once, when words are added.

`espeak-ng` speaks them (its own process; nothing of it is in the product). A clinic that records
its own voice puts a file and its marks in their place.
"""

import array
import io
import json
import subprocess
import wave
from pathlib import Path

from yilu.queueing.rules.clips import CHINESE_WORDS, ENGLISH_WORDS

RATE = 11025
FOLDER = Path(__file__).parents[1] / "yilu" / "queueing" / "static" / "queueing" / "voice"
VOICES = {"zh": ("cmn", CHINESE_WORDS), "en": ("en-gb", ENGLISH_WORDS)}
QUIET = 500  # Of 32767: what is less, before and after a word, is cut off.
GAP = RATE // 25


def spoken(voice: str, words: str) -> list[int]:
    """One clip as samples at `RATE`, without the silence around it."""
    command = ["espeak-ng", "-v", voice, "-s", "150", "-p", "45", "--stdout", words]
    said = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603
    with wave.open(io.BytesIO(said)) as heard:
        step, samples = heard.getframerate() // RATE, array.array("h", heard.readframes(10**7))
    pairs = [sum(samples[n : n + step]) // step for n in range(0, len(samples) - step, step)]
    loud = [n for n, one in enumerate(pairs) if abs(one) > QUIET]
    return pairs[max(loud[0] - GAP // 4, 0) : loud[-1] + GAP // 2]


def main() -> None:
    """Write a sound of all clips of a language after one another, and where each lies."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, (voice, known) in VOICES.items():
        marks: dict[str, tuple[float, float]] = {}
        sound: list[int] = []
        for key, words in known.items():
            clip = spoken("en-gb" if key.isascii() and key.isupper() else voice, words)
            marks[key] = (round(len(sound) / RATE, 3), round(len(clip) / RATE, 3))
            sound += [*clip, *[0] * GAP]
        most = max(abs(one) for one in sound)
        with wave.open(str(FOLDER / f"{language}.wav"), "wb") as out:
            out.setparams((1, 1, RATE, 0, "NONE", ""))
            out.writeframes(bytes(128 + one * 120 // most for one in sound))
        text = json.dumps(marks, ensure_ascii=False, indent=0)
        (FOLDER / f"{language}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
