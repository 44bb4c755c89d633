"""What becomes of questions asked when two records of one person are merged."""

from yilu.patients.merging import Rule, declare

declare(
    Rule("prediction_confirmation"),
)
