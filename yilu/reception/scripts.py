"""What to do and to say in an incident, by its kind: data, in the order in which one acts.

The deeds come from the in-hospital first-aid and first-complaint rules that the clinic follows;
`step` is the step of the kind's pathway that a deed finishes.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yilu.reception.states import IncidentKind as Kind
from yilu.reception.states import IncidentOutcome as Outcome

COMING = "coming"


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done in an incident. `many`: it may be done more than once."""

    key: str
    label: Any
    step: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """The deeds of a kind, the words to say, how it may end, and whose page says so at once.

    `posts` empty: everybody at the site. `complaint` outcomes go to the manager for an answer;
    with `reviewed` a manager looks back at every one.
    """

    deeds: tuple[Deed, ...]
    words: tuple[Any, ...]
    outcomes: tuple[Outcome, ...]
    posts: frozenset[str] = frozenset()
    reviewed: bool = False

    def deed(self, key: str) -> Deed | None:
        """One of its deeds by key."""
        return next((one for one in self.deeds if one.key == key), None)


ILLNESS = Script(
    deeds=(
        Deed(COMING, _("On the way"), many=True),
        Deed("doctor_there", _("Doctor is there"), "doctor"),
        Deed("nurse_there", _("Nurse is there with the emergency kit"), "nurse"),
        Deed("called_120", _("120 called"), "ambulance"),
        Deed("not_120", _("120 not needed, says the doctor"), "ambulance"),
        Deed("cpr", _("Chest compressions begun")),
        Deed("aed", _("AED on, first shock or analysis"), many=True),
        Deed("oxygen", _("Oxygen or airway")),
        Deed("medicine", _("Medicine given"), many=True),
        Deed("family", _("Family or escort told"), "family"),
        Deed("ambulance_there", _("Ambulance is there")),
        Deed("handed_over", _("Handed over to the ambulance crew")),
    ),
    words=(
        _("Stay with the person, call for help, look whether they answer and breathe. 10 seconds."),
        _("No answer and no normal breathing: chest compressions at once, send for the AED."),
        _("Keep onlookers away; somebody waits at the entrance for the ambulance."),
    ),
    outcomes=(
        Outcome.RECOVERED,
        Outcome.SEEN_HERE,
        Outcome.TAKEN_AWAY,
        Outcome.DECLINED_HELP,
        Outcome.DIED,
    ),
    reviewed=True,
)
EQUIPMENT = Script(
    deeds=(
        Deed("sign", _("“Out of use” sign put up"), "sign"),
        Deed("engineer_called", _("Engineer called"), "engineer"),
        Deed("patients_told", _("Those who wait told")),
        Deed("engineer_there", _("Engineer is there")),
        Deed("repaired", _("Repaired"), "repair"),
        Deed("tested", _("Tested before use")),
    ),
    words=(
        _("Nobody uses it any more. Switch it off if that is safe, and put the sign up."),
        _("“I am sorry, this device is out of use at the moment. We look for another time or"
          " another device for you now, and tell you within 15 minutes.”"),
    ),
    outcomes=(Outcome.REPAIRED, Outcome.REPLACED, Outcome.OUT_OF_USE),
    posts=frozenset({"front_desk", "manager", "technician", "nurse", "doctor"}),
)  # fmt: skip
UPSET = Script(
    deeds=(
        Deed("aside", _("Led to a quiet place")),
        Deed("listened", _("Listened, said back what was meant"), "listen"),
        Deed("explained", _("Reason explained, apology said")),
        Deed("offered", _("Solution offered")),
        Deed("manager_called", _("Manager called")),
        Deed("manager_there", _("Manager is there"), "manager"),
        Deed("security", _("Security called")),
        Deed("police", _("110 called")),
    ),
    words=(
        _("Lead the visitor aside, offer a seat and water, give your name. Do not argue."),
        _("“I am listening. Please tell me what happened.” Let them finish, then say it back: “You"
          " have waited since … and nobody told you why. Is that right?”"),
        _("“I am sorry that this happened. I will find out now and be back in five minutes.”"
          " Then be back in five minutes."),
        _("Threats or blows: keep away, security, 110. Nobody stays alone with the visitor."),
    ),
    outcomes=(Outcome.SETTLED, Outcome.COMPLAINT, Outcome.LEFT, Outcome.POLICE),
    posts=frozenset({"front_desk", "manager", "guide", "care"}),
)  # fmt: skip
FLOW = Script(
    deeds=(
        Deed("guide_sent", _("A guide keeps the line"), "marshal"),
        Deed("window", _("Another window or desk opened"), "window"),
        Deed("told", _("Those who wait told how long"), "told"),
        Deed("frail_first", _("Frail, children and wheelchairs taken out of the line")),
        Deed("doctors_asked", _("Doctors asked to begin or to help")),
        Deed("entrance", _("Entrance and escape ways free")),
    ),
    words=(
        _("“There are many people here just now. It takes about … minutes; who is booked is seen"
          " at the booked time. Who feels worse, please say so at once.”"),
        _("Keep the escape ways free. Take the frail out of the line first."),
    ),
    outcomes=(Outcome.CLEARED, Outcome.STILL_BUSY),
    posts=frozenset({"front_desk", "manager", "guide"}),
)  # fmt: skip
SCRIPTS: dict[Kind, Script] = {
    Kind.ILLNESS: ILLNESS,
    Kind.EQUIPMENT: EQUIPMENT,
    Kind.UPSET: UPSET,
    Kind.FLOW: FLOW,
}
COMPLAINTS = frozenset({Outcome.COMPLAINT, Outcome.LEFT})
BACK_IN_USE = frozenset({Outcome.REPAIRED, Outcome.REPLACED})


def script_of(kind: str) -> Script:
    """The script of a kind."""
    return SCRIPTS[Kind(kind)]


def shown_to(kind: str, posts: frozenset[str]) -> bool:
    """Whether an incident of a kind stands on the pages of somebody who holds these posts."""
    meant = script_of(kind).posts
    return not meant or bool(meant & posts)
