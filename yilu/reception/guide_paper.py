"""The guide for patients as PDF, in the reader's language."""

from django.utils.translation import get_language, gettext

from yilu.platform import pdf
from yilu.reception.selectors.patient_guide import PatientGuide


def guide_pdf(guide: PatientGuide) -> bytes:
    """The guide on paper. No query."""
    return pdf.render(
        "reception/guide",
        {
            "title": gettext("Patient guide"),
            "lang": "en" if (get_language() or "").startswith("en") else "zh",
            "site": str(guide.site.name),
            "made": gettext("As of %(day)s") % {"day": guide.made_on},
            "chapters": [
                {
                    "title": one.title,
                    "is_way": one.is_way,
                    "rows": [{"head": row.head, "text": row.text} for row in one.rows],
                }
                for one in guide.chapters
            ],
        },
    )
