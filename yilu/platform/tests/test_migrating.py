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


@pytest.mark.django_db
def test_nothing_is_written_for_permissions_that_nobody_here_is_granted():
    call_command("migrate", verbosity=0)

    assert not Permission.objects.exists()
    assert not ContentType.objects.exists()
