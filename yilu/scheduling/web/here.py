"""At which site somebody works who sits before a page."""

from yilu.facility.selectors.sites import SiteInfo, visible_sites
from yilu.platform.errors import NotAllowed
from yilu.platform.web.http import ActorRequest

SITE = "site"


def sites_here(request: ActorRequest, permission: str) -> list[SiteInfo]:
    """The sites where the actor holds the permission. One query. Raises: NotAllowed."""
    sites = visible_sites(request.actor)
    possible = [site for site in sites if request.actor.may(permission, site.id)]
    if not possible:
        raise NotAllowed(permission=permission)
    return possible


def site_here(request: ActorRequest, permission: str) -> SiteInfo:
    """The site asked for, else that of the session, else the first. One query.

    Raises: NotAllowed.
    """
    possible = sites_here(request, permission)
    typed = request.POST.get(SITE) or request.GET.get(SITE)
    wanted = typed or str(request.session.get(SITE, ""))
    return next((site for site in possible if str(site.id) == wanted), possible[0])
