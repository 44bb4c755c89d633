"""Kiosks of the demonstration: opened in the morning, and used by those who are played."""

from datetime import timedelta
from uuid import UUID

from yilu.demo.operations.clinic import BuiltClinic
from yilu.kiosk import permissions
from yilu.kiosk.operations.devices import open_kiosk, set_up_kiosk
from yilu.platform import clock
from yilu.platform.actors import Actor
from yilu.platform.db import operation

# By site: what each is called, and where it stands.
STANDING = {
    "south": (("一号自助机", "一楼大厅入口右侧"), ("二号自助机", "二楼电梯口")),
    "north": (("一号自助机", "一楼大厅"),),
}
SINCE = timedelta(days=40)
SWITCHED_ON = timedelta(minutes=1)


@operation
def set_up_kiosks(*, actor: Actor, clinic: BuiltClinic) -> list[UUID]:
    """Have kiosks stand at the sites and be switched on; gives back which."""
    able = actor.lent(permissions.SET_UP)
    made: list[UUID] = []
    for key, site in clinic.sites.items():
        for name, place in STANDING.get(key, ()):
            with clock.at(clock.now() - SINCE + timedelta(minutes=len(made))):
                kiosk = set_up_kiosk(actor=able, site_id=site.id, name=name, place=place)
            with clock.at(clock.now() - SWITCHED_ON):
                open_kiosk(actor=able, kiosk_id=kiosk.id)
            made.append(kiosk.id)
    return made
