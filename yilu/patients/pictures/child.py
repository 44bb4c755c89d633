"""The process that reads the words in one picture: `python -m yilu.patients.pictures.child`.

It takes the picture on its standard input, writes the lines it finds as JSON, and ends. What a
picture can do to a reader it does here, within limits, and not in a server of pages.
"""

import json
import resource
import sys
from typing import Any

SECONDS = 40
BYTES = 3 * 1024**3
# Enough to read 3 mm high letters of a card that fills the picture.
LONGEST_SIDE = 1200
TURNS = (0, 1, 3, 2)
PRINTED = ("姓名", "性别", "民族", "出生", "住址", "公民", "签发", "有效")


def _limit() -> None:
    """Before anything is read: what a picture may cost at most."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Read a picture, turned by quarters until it makes sense, and say what stands in it."""
    _limit()
    # Heavy, and needed by nobody else: a server that reads no picture never loads them.
    import cv2  # noqa: PLC0415
    import numpy  # noqa: PLC0415
    import onnxruntime  # noqa: PLC0415
    from rapidocr import RapidOCR  # noqa: PLC0415

    # Nothing of a patient's picture, nor that there was one, is anybody else's to know.
    onnxruntime.disable_telemetry_events()
    cv2.setNumThreads(1)
    picture = cv2.imdecode(numpy.frombuffer(sys.stdin.buffer.read(), numpy.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        sys.stdout.write(json.dumps({"error": "no_picture"}))
        return
    picture = _light(cv2, _small(cv2, picture))
    engine = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    best: list[dict[str, Any]] = []
    for turn in TURNS:
        lines = _lines(engine(numpy.ascontiguousarray(numpy.rot90(picture, turn))))
        best = max(best, lines, key=_sense)
        if _sense(best) >= 3:
            break
    sys.stdout.write(json.dumps({"lines": best}))


def _small(cv2: Any, picture: Any) -> Any:
    scale = LONGEST_SIDE / max(picture.shape[:2])
    if scale >= 1:
        return picture
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _light(cv2: Any, picture: Any) -> Any:
    """A picture taken in the dark, as bright as one taken in the light."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    if grey.mean() >= 90:
        return picture
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(
        cv2.normalize(grey, None, 0, 255, cv2.NORM_MINMAX)
    )
    return cv2.cvtColor(even, cv2.COLOR_GRAY2BGR)


def _lines(read: Any) -> list[dict[str, Any]]:
    if read.boxes is None:
        return []
    return [
        {"text": text, "box": [[round(float(c), 1) for c in point] for point in box],
         "sure": round(float(sure), 3)}
        for text, box, sure in zip(read.txts, read.boxes, read.scores, strict=True)
    ]  # fmt: skip


def _sense(lines: list[dict[str, Any]]) -> int:
    """How many of the words that a card has printed on it stand upright in the lines."""
    text = "".join(line["text"] for line in lines)
    return sum(word in text for word in PRINTED) if _is_upright(lines) else 0


def _is_upright(lines: list[dict[str, Any]]) -> bool:
    """Whether words run from left to right, and the name stands above the address."""
    long = [line["box"] for line in lines if len(line["text"]) > 3]
    wide = sum(abs(box[1][0] - box[0][0]) > abs(box[3][1] - box[0][1]) for box in long)
    tops = {word: line["box"][0][1] for line in lines for word in PRINTED if word in line["text"]}
    above = [tops[word] for word in ("姓名", "性别", "签发") if word in tops]
    below = [tops[word] for word in ("住址", "公民", "有效") if word in tops]
    return wide * 2 >= len(long) and not (above and below and min(above) > max(below))


if __name__ == "__main__":
    main()
