"""Migrations without needless work, so that a start and every test come sooner.

For each constraint or index that a migration adds, Django builds the model and all that are
related to it anew: some forty classes each, of which PostgreSQL's statements need none. That
was two thirds of the time of a first start.

After each migration Django compares all its own permissions and kinds of content with what is
stored: half a second at every start, and after every test with real commits. Nobody here is
granted anything by them (see `platform.access`), so no row of theirs is kept.
"""

from typing import Any

from django.contrib.contenttypes.management import create_contenttypes
from django.db.migrations.state import ProjectState
from django.db.models.signals import post_migrate


def add_quickly() -> None:
    """Have constraints and indexes noted on the model that is there already."""
    # Nothing public does this.
    setattr(ProjectState, "_append_option", _append_option)  # noqa: B010


def without_permissions_of_django() -> None:
    """Have no rows written for what Django alone would grant by; its apps must be ready."""
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, added: Any
) -> None:
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], added]
    if "apps" in self.__dict__:
        facts = self.apps.get_model(app_label, model_name)._meta  # noqa: SLF001 (documented)
        setattr(facts, option_name, [*getattr(facts, option_name), added])
