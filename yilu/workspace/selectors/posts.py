"""At which sites, and in which posts, somebody works today."""

from dataclasses import dataclass

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.platform.actors import Actor
from yilu.workforce.selectors.staff import HeldPost, posts_of


@dataclass(frozen=True, slots=True)
class Duty:
    """A post that somebody holds at a site today."""

    site: SiteInfo
    post: HeldPost

    @property
    def key(self) -> str:
        """What a page sends to choose it."""
        return f"{self.site.key}:{self.post.key}"


def duties_of(actor: Actor) -> list[Duty]:
    """The posts that somebody holds today, site by site in the group's order. Two queries."""
    if actor.user_id is None or not actor.is_staff:
        return []
    sites = {site.id: site for site in visible_sites(actor)}
    held = [post for post in posts_of(actor.user_id) if post.site_id in sites]
    found = [Duty(sites[post.site_id], post) for post in held]
    return sorted(found, key=lambda one: one.site.position)


def duty_chosen(duties: list[Duty], key: str, site: str = "") -> Duty | None:
    """The one that was chosen, else the first at the site that was, else the first. No query."""
    by_key = next((one for one in duties if one.key == key), None)
    by_site = next((one for one in duties if site in {one.site.key, str(one.site.id)}), None)
    if by_key and site and site not in {by_key.site.key, str(by_key.site.id)}:
        return by_site or by_key
    return by_key or by_site or next(iter(duties), None)
