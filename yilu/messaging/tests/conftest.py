"""The desk of patients' tests, with the right to see and send messages."""

import pytest

from yilu.messaging import permissions
from yilu.patients.tests.conftest import Desk, sign_in  # noqa: F401 (a fixture)
from yilu.patients.tests.factories import ALL, make_actor, make_site

GRANTS = (*ALL, permissions.SEE, permissions.SEND, permissions.EDIT)


@pytest.fixture
def desk(sign_in) -> Desk:  # noqa: F811 (the fixture above)
    site = make_site()
    actor = make_actor(site, grants=GRANTS)
    return Desk(sign_in(actor), site, actor)
