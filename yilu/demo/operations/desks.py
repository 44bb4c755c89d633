"""What the desks show besides visits: kiosks, calls, who waits, incidents, paper, complaints."""

from yilu.demo.operations.cards import give_cards, merge_double
from yilu.demo.operations.clinic import BuiltClinic
from yilu.demo.operations.complaints import feel_worse, tell_complaints, watch_waits
from yilu.demo.operations.incidents import tell_incidents
from yilu.demo.operations.kiosks import set_up_kiosks
from yilu.demo.operations.looks import tell_looks
from yilu.demo.operations.outbreaks import plan_outbreak
from yilu.demo.operations.paper import print_kit, work_on_paper
from yilu.demo.operations.plans import tell_plans
from yilu.demo.operations.reports import tell_reports
from yilu.demo.operations.teeth import tell_teeth
from yilu.demo.operations.telephone import tell_calls
from yilu.demo.operations.waiting import tell_waiting
from yilu.demo.plan import ClinicPlan
from yilu.demo.sandbox.accounts import SignKey, write_telephone_keys
from yilu.platform.actors import Actor
from yilu.platform.db import operation


@operation
def tell_desks(*, actor: Actor, clinic: BuiltClinic, plan: ClinicPlan, seed: int) -> None:
    """Tell the last weeks and this morning at the desks, by the deeds that people do there.

    Only incidents that are over are written as rows: nobody is to be called to them.
    """
    tell_incidents(actor=actor, clinic=clinic, plan=plan, seed=seed)
    set_up_kiosks(actor=actor, clinic=clinic)
    work_on_paper(actor=actor, clinic=clinic, plan=plan)
    print_kit(actor=actor, clinic=clinic)
    give_cards(actor=actor, clinic=clinic, plan=plan)
    merge_double(actor=actor, clinic=clinic, plan=plan)
    plan_outbreak(actor=actor, clinic=clinic, plan=plan)
    tell_complaints(actor=actor, clinic=clinic, plan=plan)
    watch_waits(actor=actor, clinic=clinic)
    tell_teeth(actor=actor, clinic=clinic, plan=plan)
    tell_reports(actor=actor, clinic=clinic, plan=plan)
    tell_looks(actor=actor, clinic=clinic, plan=plan)
    tell_plans(actor=actor, clinic=clinic, plan=plan)
    feel_worse(actor=actor, clinic=clinic, plan=plan)
    tell_waiting(actor=actor, clinic=clinic, plan=plan)
    lines = tell_calls(actor=actor, clinic=clinic, plan=plan)
    write_telephone_keys({site: SignKey(made.key, made.secret) for site, made in lines.items()})
