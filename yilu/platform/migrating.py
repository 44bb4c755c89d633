"""Migrations without needless work, so that a start and every test come sooner.

For each constraint or index that a migration adds, Django builds the model and all that are
related to it anew: some forty classes each, of which PostgreSQL's statements need none. For each
model and field it builds as many: here only those that hold the model's class. Together that
was nine tenths of the time of a first start.

After each migration Django compares all its own permissions and kinds of content with what is
stored: half a second at every start, and after every test with real commits. Nobody here is
granted anything by them (see `platform.access`), so no row of theirs is kept.
"""

from collections import defaultdict
from typing import Any

from django.contrib.contenttypes.management import create_contenttypes
from django.db.migrations.state import ProjectState
from django.db.migrations.utils import resolve_relation
from django.db.models.signals import post_migrate

Key = tuple[str, str]
"""A model of a migration: its app and its name."""


def add_quickly() -> None:
    """Have constraints and indexes noted on the model that is there already, and no model built
    anew that does not refer to what has changed.
    """
    # Nothing public does this.
    setattr(ProjectState, "_append_option", _append_option)  # noqa: B010
    setattr(ProjectState, "_find_reload_model", _to_build_anew)  # noqa: B010


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


def _to_build_anew(
    self: ProjectState,
    app_label: str,
    model_name: str,
    delay: bool = False,  # noqa: FBT001, FBT002 (Django calls it so)
) -> set[Key]:
    """A model that has changed, and those that refer to it: they hold its class. With `delay`,
    for a field that is no relation, only those that do so directly, as in Django.

    Those that it refers to do not learn that it is there. Only Python of a migration could ask
    them: for that, a state that is "delayed" builds everything.
    """
    self.is_delayed = True
    referring = _referring(self)
    found, new = {(app_label, model_name)}, [(app_label, model_name)]
    while new:
        more = referring[new.pop()] - found
        found |= more
        if not delay:
            new.extend(more)
    return found


def _referring(state: ProjectState) -> dict[Key, set[Key]]:
    """For each model those that refer to it: by a field, or as what they are based on."""
    found = defaultdict(set)
    for key, model in state.models.items():
        ends = [one for one in model.bases if isinstance(one, str)]
        for field in model.fields.values():
            if field.remote_field is not None:
                through = getattr(field.remote_field, "through", None)
                ends += [field.remote_field.model, *([through] if through else [])]
        for end in ends:
            found[resolve_relation(end, *key)].add(key)
    return found
