"""What becomes of aesthetic records when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("aesthetics_consultation", says=_("Aesthetic consultations")),
    Rule(
        "aesthetics_session",
        says=_("Aesthetic sessions"),
        clash="theirs.state = 'running' AND mine.state = 'running'",
    ),
    Rule("aesthetics_photouse"),
    Rule("aesthetics_photo", says=_("Photographs")),
    Rule("aesthetics_design"),
    Rule("aesthetics_course", says=_("Courses of treatment")),
    Rule("aesthetics_careprofile"),
    Rule("aesthetics_advicegiven"),
    Rule("aesthetics_pass"),
    Rule("aesthetics_adverseevent"),
)
