"""The table of what a package carries: no model and no column of the project is forgotten."""

from django.apps import apps
from django.db import models

from oralhistory.intake.bags import values
from oralhistory.intake.bags.records import EVENTS, KINDS, LEFT_OUT, columns, target


def of_the_project():
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if model.__module__.startswith("oralhistory.")
    }


def forgotten(kinds):
    """A new model must be carried, or be left out for a reason: put it into intake/bags/records.py."""
    return set(of_the_project()) - {kind.label for kind in (*kinds, EVENTS)} - set(LEFT_OUT)


def test_every_model_is_carried_or_left_out_for_a_reason():
    assert forgotten(KINDS) == set()
    assert all(len(reason) > 10 for reason in LEFT_OUT.values())
    assert set(LEFT_OUT) <= set(of_the_project())
    assert not set(LEFT_OUT) & {kind.label for kind in (*KINDS, EVENTS)}


def test_a_model_that_is_in_neither_list_is_noticed():
    assert forgotten(KINDS[:-1]) == {KINDS[-1].label}


def test_every_column_can_be_written():
    for kind in (*KINDS, EVENTS):
        for column in columns(kind):
            if target(kind, column) is None:
                values.known(column)


def test_what_stays_behind_is_a_column():
    for kind in KINDS:
        names = {each.name for each in kind.model._meta.get_fields()}
        assert set(kind.without) | set(kind.plain) | set(kind.key) | set(kind.on) <= names


def test_every_row_that_is_named_comes_along_and_comes_first_or_can_wait():
    order = [kind.model for kind in KINDS]
    for place, kind in enumerate(KINDS):
        for column in columns(kind):
            named = target(kind, column)
            if named is not None:
                assert named in order, f"{kind.label}.{column.name}"
                assert order.index(named) < place or column.null, f"{kind.label}.{column.name}"


def test_a_key_names_one_row():
    for kind in KINDS:
        if kind.key:
            assert kind.key in unique(kind.model), kind.label


def unique(model):
    alone = [(each.name,) for each in model._meta.concrete_fields if each.unique]
    together = [
        tuple(each.fields)
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and each.condition is None
    ]
    return alone + together
