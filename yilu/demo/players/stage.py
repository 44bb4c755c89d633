"""What every deed of the players needs."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from yilu.demo.players.crew import Crew
from yilu.demo.players.deciding import Due
from yilu.demo.players.wire import Refused, Wire
from yilu.demo.selectors.sight import Seen


@dataclass(frozen=True, slots=True)
class Place:
    """A site as the players know it."""

    id: UUID
    key: str


@dataclass(slots=True)
class Stage:
    """A site at one moment: the line to the product, who plays, and what was seen."""

    wire: Wire
    crew: Crew
    sandbox_port: int
    place: Place
    day: date
    seen: Seen

    def who(self, post: str, n: int = 0) -> UUID:
        """Who stands at a post here. Raises: Refused, when nobody does."""
        user = self.crew.at(post, self.place.id, n)
        if user is None:
            raise Refused(0, f"nobody is {post}")
        return user

    def token(self, post: str, n: int = 0) -> str:
        """The token of who stands at a post here."""
        return self.crew.token(self.who(post, n))

    def session(self, post: str, n: int = 0) -> str:
        """The session of who stands at a post here."""
        return self.crew.session(self.who(post, n))

    def at_station(self, due: Due) -> UUID:
        """Who works at the station of a deed. Raises: Refused."""
        station = due.station
        if station is None:
            raise Refused(0, "no station")
        if station.practitioner_id is not None:
            user = self.crew.doctor(station.practitioner_id)
            if user is None:
                raise Refused(0, "no such doctor")
            return user
        posts = {"assessment": "nurse", "cashier": "cashier", "pharmacy": "pharmacist"}
        posts["examination"] = "laboratory"
        return self.who(posts.get(station.kind, "nurse"), due.place)

    def packed(self, visit_id: UUID) -> list[UUID]:
        """The prescriptions of a visit that lie ready to be handed over."""
        lying = [one for one in self.seen.dispenses if one.state == "checked"]
        return [one.id for one in lying if one.visit_id == visit_id]
