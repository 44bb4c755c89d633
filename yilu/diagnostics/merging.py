"""What becomes of examinations and laboratory work when two records of one person are merged."""

from django.utils.translation import gettext_lazy as _

from yilu.patients.merging import Rule, declare

OPEN = "('open', 'booked', 'here')"

declare(
    Rule(
        "diagnostics_examrequest",
        says=_("Examinations asked for"),
        clash="theirs.service_id = mine.service_id AND theirs.site_id = mine.site_id"
        f" AND theirs.state IN {OPEN} AND mine.state IN {OPEN}",
        refuses=_("Both have the same examination still to be done. Withdraw one of the two."),
    ),
    Rule("diagnostics_trip"),
    Rule("diagnostics_laborder", says=_("Laboratory tests ordered")),
    Rule("diagnostics_specimen"),
    Rule("diagnostics_labreport", says=_("Laboratory reports")),
    Rule("diagnostics_criticalvalue"),
    Rule("diagnostics_study", says=_("Examinations with a device")),
    Rule("diagnostics_studyreport", says=_("Reports of examinations")),
    Rule("diagnostics_outsidereport", says=_("Results from elsewhere")),
)
