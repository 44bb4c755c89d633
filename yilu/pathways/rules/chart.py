"""A pathway as a flow chart: which step stands in which row and column. Pure."""

from dataclasses import dataclass

from yilu.pathways.rules.plan import Plan, StepPlan

COLUMN, ROW, BOX_WIDTH, BOX_HEIGHT, MARGIN = 260, 132, 228, 96, 16


@dataclass(frozen=True, slots=True)
class Box:
    """One step on the chart, in pixels."""

    step: StepPlan
    x: int
    y: int

    @property
    def text_x(self) -> int:
        return self.x + 14

    @property
    def lines(self) -> tuple[int, int, int]:
        """Where the three lines of words stand."""
        return (self.y + 28, self.y + 52, self.y + 76)


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the foot of one step to the head of one that follows it."""

    path: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole chart."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def chart_of(plan: Plan) -> Chart:
    """Lay a pathway out: each step one row below the last step it waits for."""
    depth: dict[str, int] = {}
    for step in _in_turn(plan):
        depth[step.key] = 1 + max((depth[key] for key in step.after), default=-1)
    rows: dict[int, list[StepPlan]] = {}
    for step in plan.steps:
        rows.setdefault(depth[step.key], []).append(step)
    widest = max(len(row) for row in rows.values())
    boxes: dict[str, Box] = {}
    for n, row in sorted(rows.items()):
        indent = (widest - len(row)) * COLUMN // 2
        for m, step in enumerate(row):
            boxes[step.key] = Box(step, MARGIN + indent + m * COLUMN, MARGIN + n * ROW)
    arrows = [
        _arrow(boxes[key], boxes[step.key]) for step in plan.steps for key in sorted(step.after)
    ]
    return Chart(
        tuple(boxes.values()),
        tuple(arrows),
        2 * MARGIN + widest * COLUMN - (COLUMN - BOX_WIDTH),
        2 * MARGIN + len(rows) * ROW - (ROW - BOX_HEIGHT),
    )


def _in_turn(plan: Plan) -> list[StepPlan]:
    """The steps so that each comes after those it waits for; a checked plan has no circles."""
    done: list[StepPlan] = []
    left = list(plan.steps)
    while left:
        known = {step.key for step in done}
        ready = [step for step in left if step.after <= known]
        done += ready
        left = [step for step in left if step not in ready]
    return done


def _arrow(start: Box, end: Box) -> Arrow:
    x1, y1 = start.x + BOX_WIDTH // 2, start.y + BOX_HEIGHT
    x2, y2 = end.x + BOX_WIDTH // 2, end.y
    middle = (y1 + y2) // 2
    return Arrow(f"M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2 - 6}")
