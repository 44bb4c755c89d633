"""What becomes of pathways when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("pathways_case", says=_("Pathways")),
    # No two open cases of one pathway are about one thing.
    Rule(
        "pathways_case",
        "subject_id",
        clash="theirs.key = mine.key AND theirs.state = 'open' AND mine.state = 'open'",
    ),
)
