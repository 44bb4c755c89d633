"""What an upgrade brings to a clinic that is there already."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models.signals import post_migrate

from yilu.pathways.models import Definition
from yilu.pathways.operations.definitions import publish_definitions
from yilu.pathways.tests.test_cases import JOB
from yilu.workforce.operations.posts import load_posts
from yilu.workforce.tests.factories import HIRER

pytestmark = pytest.mark.django_db


def upgrade() -> None:
    """What Django says at the end of `migrate`."""
    own = apps.get_app_config("pathways")
    about: dict[str, Any] = {"verbosity": 0, "interactive": False, "using": "default", "plan": []}
    post_migrate.send(sender=own, app_config=own, apps=apps, **about)


def test_after_an_upgrade_a_clinic_is_given_the_pathways_that_are_new():
    upgrade()
    assert not Definition.objects.exists()  # An empty database waits for its clinic.
    load_posts(actor=HIRER)
    publish_definitions(actor=JOB)
    known = set(Definition.objects.values_list("key", flat=True))
    Definition.objects.filter(key="follow_up").update(key="of_our_own")

    upgrade()

    assert set(Definition.objects.values_list("key", flat=True)) == known | {"of_our_own"}
    upgrade()
    assert Definition.objects.count() == len(known) + 1
