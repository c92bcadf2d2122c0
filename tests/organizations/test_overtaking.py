"""Two hands at one record: nothing that either wrote is lost, and a clash is shown."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from oralhistory.organizations.descriptions import Description, NameForm
from oralhistory.organizations.overtaking import brought_together

BASE = Description(
    id="a", names=(NameForm("Uno", "authorized"), NameForm("U", "acronym")), history="Antes.", kind="party"
)


def test_what_only_the_other_changed_is_taken_over_without_a_question():
    theirs = replace(BASE, history="Suya.", names=(*BASE.names, NameForm("UN", "acronym")))
    mine = replace(BASE, kind="armed", names=(BASE.names[0],))

    together, clashes = brought_together(BASE, theirs, mine)

    assert (together.history, together.kind, clashes) == ("Suya.", "armed", ())
    assert together.of_kind("acronym") == ("UN",)  # I took U away, they added UN


def test_where_both_changed_the_same_mine_stands_and_theirs_is_shown():
    theirs = replace(BASE, history="Suya.", names=(NameForm("Uno", "authorized", "pt"), BASE.names[1]))
    mine = replace(BASE, history="Mía.", names=(NameForm("Uno", "authorized", "es"), BASE.names[1]))

    together, clashes = brought_together(BASE, theirs, mine)

    assert together == mine
    assert [(each.field, each.theirs) for each in clashes] == [
        ("names", NameForm("Uno", "authorized", "pt")), ("history", "Suya."),
    ]  # fmt: skip


def test_what_they_took_away_is_gone_unless_i_changed_it():
    theirs = replace(BASE, names=BASE.names[:1])
    together, clashes = brought_together(BASE, theirs, replace(BASE, history="Mía."))
    assert (together.names, clashes) == (BASE.names[:1], ())

    changed = replace(BASE, names=(BASE.names[0], NameForm("U", "acronym", source="acta")))
    together, clashes = brought_together(BASE, theirs, changed)
    assert together == changed
    assert clashes[0].theirs is None


TEXTS = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4)


@given(TEXTS, TEXTS, TEXTS)
def test_every_name_that_either_added_is_there(base, theirs, mine):
    records = [replace(BASE, names=tuple(NameForm(each) for each in rows)) for rows in (base, theirs, mine)]
    together, _clashes = brought_together(*records)
    texts = [each.text for each in together.names]
    assert len(texts) == len(set(texts))
    assert set(texts) == ((set(theirs) | set(mine)) - (set(base) - set(theirs)) - (set(base) - set(mine)))
