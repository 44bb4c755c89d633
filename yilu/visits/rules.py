"""When a step of a visit is not needed. Pure functions over the facts of its case."""

from django.utils.translation import gettext_lazy as _

from yilu.pathways.rules import Facts, skip_rule


@skip_rule("no_prescription", says=_("nothing is prescribed"))
def no_prescription(facts: Facts) -> bool:
    """Nothing was prescribed, so nothing is to be handed out."""
    return not facts.get("prescribed")


@skip_rule("nothing_to_pay", says=_("nothing is charged"))
def nothing_to_pay(facts: Facts) -> bool:
    """Nothing was charged."""
    return not facts.get("billed")


@skip_rule("no_assessment", says=_("no assessment is needed"))
def no_assessment(facts: Facts) -> bool:
    """The service, or the site, does without an assessment."""
    return facts.get("wants_assessment") is False


@skip_rule("no_laboratory", says=_("nothing is ordered from the laboratory"))
def no_laboratory(facts: Facts) -> bool:
    """Nothing is to be collected."""
    return not facts.get("sampling")
