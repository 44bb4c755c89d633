"""What migrations add is known to the models that they work with, and no model is built anew."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models
from django.db.migrations.state import ModelState, ProjectState


def test_a_constraint_and_an_index_are_noted_on_the_model_that_is_there():
    state = ProjectState()
    state.add_model(ModelState("tea", "cup", [("id", models.BigAutoField(primary_key=True))]))
    cup = state.apps.get_model("tea", "cup")
    small = models.CheckConstraint(condition=models.Q(id__lt=9), name="tea_cup_small")
    by_id = models.Index(fields=["id"], name="tea_cup_by_id")

    state.add_constraint("tea", "cup", small)
    state.add_index("tea", "cup", by_id)

    assert state.apps.get_model("tea", "cup") is cup
    assert (cup._meta.constraints, cup._meta.indexes) == ([small], [by_id])
    assert state.models["tea", "cup"].options["constraints"] == [small]


def test_a_model_that_is_built_anew_still_has_them():
    state = ProjectState()
    state.add_model(ModelState("tea", "cup", [("id", models.BigAutoField(primary_key=True))]))
    assert state.apps.get_model("tea", "cup")
    small = models.CheckConstraint(condition=models.Q(id__lt=9), name="tea_cup_small")
    state.add_constraint("tea", "cup", small)

    state.add_field("tea", "cup", "name", models.TextField(), preserve_default=True)

    found = state.apps.get_model("tea", "cup")._meta
    assert [one.name for one in found.constraints] == ["tea_cup_small"]
    assert "name" in {field.name for field in found.fields}


def tea() -> ProjectState:
    """Cups are of a pot, spoons of a cup; their classes are built."""
    state = ProjectState()
    for name, of in (("pot", None), ("cup", "pot"), ("spoon", "cup")):
        fields = [("id", models.BigAutoField(primary_key=True))]
        if of:
            fields.append((of, models.ForeignKey(f"tea.{of}", models.PROTECT)))
        state.add_model(ModelState("tea", name, fields))
    assert state.apps.get_model("tea", "spoon")
    return state


def classes(state: ProjectState) -> list[type[models.Model]]:
    return [state.apps.get_model("tea", name) for name in ("pot", "cup", "spoon")]


def test_a_new_model_has_nothing_built_anew_that_it_refers_to():
    state = tea()
    before = classes(state)

    to_spoon = models.ForeignKey("tea.spoon", models.PROTECT)
    fields = [("id", models.BigAutoField(primary_key=True)), ("spoon", to_spoon)]
    state.add_model(ModelState("tea", "drawer", fields))

    drawer = state.apps.get_model("tea", "drawer")
    assert classes(state) == before
    assert drawer._meta.get_field("spoon").remote_field.model is before[2]


def test_what_refers_to_a_changed_model_however_far_is_built_anew_with_it():
    state = tea()
    old_pot, old_cup, _ = classes(state)

    of = models.ForeignKey("tea.pot", models.PROTECT, null=True, related_name="+")
    state.add_field("tea", "cup", "other_pot", of, preserve_default=True)

    pot, cup, spoon = classes(state)
    assert pot is old_pot
    assert cup is not old_cup
    assert spoon._meta.get_field("cup").remote_field.model is cup
    assert cup._meta.get_field("other_pot").remote_field.model is pot


def test_python_of_a_migration_is_given_models_that_know_all_of_each_other():
    state = tea()
    to_pot = models.ForeignKey("tea.pot", models.PROTECT)
    fields = [("id", models.BigAutoField(primary_key=True)), ("pot", to_pot)]
    state.add_model(ModelState("tea", "lid", fields))

    state.clear_delayed_apps_cache()  # As Django does before it runs a function.

    pot, *_ = classes(state)
    assert {one.name for one in pot._meta.related_objects} == {"cup", "lid"}


@pytest.mark.django_db
def test_nothing_is_written_for_permissions_that_nobody_here_is_granted():
    call_command("migrate", verbosity=0)

    assert not Permission.objects.exists()
    assert not ContentType.objects.exists()
