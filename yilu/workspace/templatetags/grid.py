"""What a board draws by the hundred, without a template for each: `{% load grid %}`."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yilu.platform.drawing import NOTHING, drawn, icon
from yilu.platform.wording import clock_time
from yilu.workspace.selectors.desk import Column

register = template.Library()

HAS_ROOM = 2
"""A gap of more steps than this has room for a sign beside its words."""


@register.simple_tag
def gaps(column: Column, now: datetime) -> SafeString:
    """The free times of a column that are not over, each a cell that is pressed."""
    plus, words = drawn("{} ", icon("plus", 14)), _("Free %(minutes)s min")
    return SafeString(
        "\n".join(
            drawn(
                '<button type="button" class="yl-gap at-{0} for-{1}" role="gridcell" tabindex="-1"'
                ' id="gap-{2}-{0}" data-begins="{3}" data-ends="{4}" data-with="{5}"'
                ' title="{6} {7}"><span>{8}{9}</span></button>',
                gap.at,
                gap.steps,
                column.key,
                gap.starts_at.isoformat(),
                gap.ends_at.isoformat(),
                column.practitioner_id or "",
                column.name,
                clock_time(gap.starts_at),
                plus if gap.steps > HAS_ROOM else NOTHING,
                words % {"minutes": gap.minutes},
            )
            for gap in column.grid.gaps
            if gap.ends_at > now
        )
    )
