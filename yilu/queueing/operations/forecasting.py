"""How a forecast is written down, and forecasting again what was not forecast at its time."""

from datetime import date, timedelta
from uuid import UUID

from yilu.platform.actors import Actor
from yilu.platform.db import operation
from yilu.queueing import permissions
from yilu.queueing.models import Forecast, Ticket
from yilu.queueing.rules.lengths import Guess
from yilu.queueing.selectors.past_sheets import joined_on
from yilu.queueing.selectors.sheet import Sheet


class Forecasting:
    """What one ticket is told, as it is kept."""

    @staticmethod
    def of(seen: Sheet, ticket: Ticket, ahead: int, guess: Guess) -> Forecast:
        """The forecast of a ticket that waits. No query."""
        shape = seen.paces.shape(seen.queues[ticket.queue_id].kind, guess.depth)
        told = guess.told(shape)
        place = seen.by_place(ticket.queue_id, ahead)
        return Forecast(
            ticket_id=ticket.pk,
            queue_id=ticket.queue_id,
            site_id=ticket.site_id,
            clinic_day=ticket.clinic_day,
            made_at=seen.now,
            ahead=ahead,
            low_at=seen.now + timedelta(minutes=told.low),
            high_at=seen.now + timedelta(minutes=told.high),
            depth=guess.depth,
            mean_seconds=round(guess.mean * 60),
            spread_seconds=round(guess.spread * 60),
            low_seconds=round(guess.at(shape.low) * 60),
            middle_seconds=round(guess.at(shape.middle) * 60),
            high_seconds=round(guess.at(shape.high) * 60),
            place_seconds=round(place * 60),
        )


@operation
def forecast_again(*, actor: Actor, site_id: UUID, day: date) -> int:
    """Forecast for a day that is over what nobody was told then, by what is known of the pace now:
    for a clinic that brings its past along, and for measuring. How many forecasts were made.
    """
    actor.require(permissions.SET_UP, site_id)
    known = set(
        Forecast.objects.filter(site_id=site_id, clinic_day=day).values_list("ticket_id", flat=True)
    )
    made = [
        Forecasting.of(one.sheet, ticket, ahead, guess)
        for one in joined_on(site_id, day)
        if one.ticket.pk not in known
        for ahead, ticket, guess in one.sheet.guesses(one.ticket.queue_id)
        if ticket.pk == one.ticket.pk
    ]
    Forecast.objects.bulk_create(made, batch_size=1000)
    return len(made)
