"""Migrations without needless work, so that a first start and every test database come sooner.

For each constraint or index that a migration adds, Django builds the model and all that are
related to it anew: some forty classes each, of which PostgreSQL's statements need none. That
was two thirds of the time of a first start.
"""

from typing import Any

from django.db.migrations.state import ProjectState


def add_quickly() -> None:
    """Have constraints and indexes noted on the model that is there already."""
    # Nothing public does this.
    setattr(ProjectState, "_append_option", _append_option)  # noqa: B010


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, added: Any
) -> None:
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], added]
    if "apps" in self.__dict__:
        facts = self.apps.get_model(app_label, model_name)._meta  # noqa: SLF001 (documented)
        setattr(facts, option_name, [*getattr(facts, option_name), added])
