"""What becomes of dental records when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

declare(
    Rule("dental_toothentry", says=_("Tooth chart")),
    # Which teeth a chart shows is a matter of taste: the survivor's own stays.
    Rule("dental_chart", clash="true"),
    Rule("dental_periochart", says=_("Periodontal charts")),
    Rule("dental_planitem", says=_("Dental treatment plan")),
    Rule("dental_toothimage", says=_("Pictures of teeth")),
    Rule("dental_packuse", says=_("Sterile packs")),
)
