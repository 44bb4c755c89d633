"""Learning who stays away: boosted trees, made to come true by a sigmoid, tested on later days."""

import base64
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import KFold

from yilu.prediction.rules import measures
from yilu.prediction.rules.overbooking import Bounds, Place
from yilu.prediction.rules.replaying import PastSession, replay

TESTED_SHARE = 0.2
FOLDS = 5
# A chance find beats the average by this many standard errors about once in a hundred times.
CLEARLY = 2.33
# So much more loss is no difference that anybody would notice.
TOLERANCE = 0.001
TRUSTED = [
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.model_selection._split.KFold",
]
"""Besides what skops trusts by itself, the only types that a stored model may hold."""
Rows = numpy.ndarray[Any, Any]


def learn(told: dict[str, Any]) -> dict[str, Any]:
    """Learn from the older bookings, test on the newer ones, and say what to think of it.

    `rows` are in order of time. `current` is the stored model in use, tested on the same days.
    """
    began = time.monotonic()
    rows = numpy.array(told["rows"], dtype=float)
    missed = numpy.array(told["missed"], dtype=int)
    cut = int(len(missed) * (1 - TESTED_SHARE))
    model = _fitted(rows[:cut], missed[:cut])
    tested = [int(one) for one in missed[cut:]]
    chances = _chances(model, rows[cut:])
    base = float(missed[:cut].mean())
    current = _current(told.get("current", ""), rows[cut:])
    found = {
        "cut": cut,
        "figures": _figures(chances, tested, base),
        "refusal": _refusal(chances, tested, base, current),
        "current_fails": current is not None and not _beats(current, tested, base),
        "bins": [asdict(one) for one in measures.reliability(chances, tested)],
        "replay": _replayed(told, cut, chances, base),
        "artifact": base64.b64encode(skops.io.dumps(model)).decode(),
        "forest": _plain(model),
        "seconds": round(time.monotonic() - began, 1),
    }
    found["peak_mb"] = _peak_mb()
    return found


def _peak_mb() -> int:
    """The most memory of this process; what the system counts for us includes our parent's."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    peak = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(peak.split()[1]) // 1024


def load(artifact: bytes) -> Any:
    """A stored model. Raises: UntrustedTypesFoundException for anything that is not one."""
    return skops.io.loads(artifact, trusted=TRUSTED)


def _fitted(rows: Rows, missed: Rows) -> Any:
    """Small trees, many cases in each leaf: there is little to learn, and much to imagine."""
    trees = HistGradientBoostingClassifier(
        max_iter=90,
        learning_rate=0.07,
        max_leaf_nodes=8,
        min_samples_leaf=80,
        l2_regularization=2.0,
        early_stopping=False,
        random_state=0,
    )
    # Folds are stretches of time: what calibrates was not seen, and lies before or after.
    calibrated = CalibratedClassifierCV(trees, method="sigmoid", cv=KFold(FOLDS), ensemble=False)
    return calibrated.fit(rows, missed)


def _chances(model: Any, rows: Rows) -> list[float]:
    return [float(one) for one in model.predict_proba(rows)[:, 1]]


def _current(artifact: str, rows: Rows) -> list[float] | None:
    if not artifact:
        return None
    try:
        return _chances(load(base64.b64decode(artifact)), rows)
    except Exception:
        return None


def _figures(chances: list[float], missed: list[int], base: float) -> dict[str, float]:
    plain = [base] * len(missed)
    slope, intercept = measures.calibration(chances, missed)
    return {
        "cases": len(missed),
        "missed": sum(missed),
        "base": base,
        "brier": measures.brier(chances, missed),
        "base_brier": measures.brier(plain, missed),
        "log_loss": measures.mean(measures.losses(chances, missed)),
        "base_log_loss": measures.mean(measures.losses(plain, missed)),
        "auc": measures.auc(chances, missed),
        "slope": slope,
        "intercept": intercept,
    }


def _beats(chances: list[float], missed: list[int], base: float) -> bool:
    plain = measures.losses([base] * len(missed), missed)
    return measures.lead(measures.losses(chances, missed), plain) >= CLEARLY


def _refusal(
    chances: list[float], missed: list[int], base: float, current: list[float] | None
) -> str:
    if not _beats(chances, missed, base):
        return "no_better"
    if current is None:
        return ""
    mine = measures.mean(measures.losses(chances, missed))
    theirs = measures.mean(measures.losses(current, missed))
    return "worse" if mine > theirs + TOLERANCE else ""


def _replayed(told: dict[str, Any], cut: int, chances: list[float], base: float) -> dict[str, Any]:
    """The tested days again, with the extra places that the chances would have advised; nothing
    where it is not known how long patients took.
    """
    sessions: dict[int, list[tuple[Place, bool]]] = {}
    later = zip(told["places"][cut:], told["missed"][cut:], chances, strict=True)
    for timed, missed, chance in later:
        if timed is None:
            continue
        key, minute, minutes, mean, spread = timed
        place = Place(minute, chance, mean, spread, minutes)
        sessions.setdefault(key, []).append((place, not missed))
    past = []
    for found in sessions.values():
        found.sort(key=lambda pair: pair[0].minute)
        past.append(PastSession(*(tuple(side) for side in zip(*found, strict=True))))
    played = replay(past, bounds=Bounds(told["most_extra"], told["promise"]), usual=base)
    return asdict(played) if played.sessions else {}


def _plain(model: Any) -> dict[str, Any]:
    """The same model as numbers, for processes that do not have this library."""
    (one,) = model.calibrated_classifiers_
    (sigmoid,) = one.calibrators
    trees = one.estimator
    return {
        "baseline": float(trees._baseline_prediction[0, 0]),  # noqa: SLF001 (held by a test)
        "slope": float(sigmoid.a_),
        "intercept": float(sigmoid.b_),
        "trees": [_tree(step[0].nodes) for step in trees._predictors],  # noqa: SLF001 (as above)
    }


def _tree(nodes: Rows) -> dict[str, list[Any]]:
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "feature": numpy.where(leaf, -1, nodes["feature_idx"]).tolist(),
        "threshold": numpy.where(leaf, 0.0, nodes["num_threshold"]).tolist(),
        "left": nodes["left"].tolist(),
        "right": nodes["right"].tolist(),
        "missing_left": nodes["missing_go_to_left"].astype(bool).tolist(),
        "value": nodes["value"].tolist(),
    }
