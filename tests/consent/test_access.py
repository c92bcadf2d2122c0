"""The pure part of the access decision, and its special rules."""

import pytest
import yaml

from oralhistory.consent import access, table
from oralhistory.interviews.models import State

RAW = yaml.safe_load(table.SOURCE.read_text())


def facts(state, *relations, own_work=(), signed_in=True):
    return access.Facts(State(state), frozenset(relations), signed_in, frozenset(own_work))


def test_every_actor_and_action_of_the_table_is_known():
    known = table.load()
    assert list(known.actors) == RAW["actors"]
    assert set(known.actions) == set(RAW["actions"])
    assert all(set(cells) <= set(known.actions) for cells in known.allow.values())


def test_nothing_is_allowed_that_the_table_does_not_say():
    for actor in table.load().actors:
        for action in table.load().actions:
            for state in State:
                decision = access.judge(facts(state, actor), action)
                said = table.load().allow[actor].get(action, table.Cell())
                assert decision.allowed == (state in said.states), (actor, action, state)


def test_an_unrelated_account_learns_nothing():
    assert access.judge(facts("draft", "interviewer_other"), "read_meta").status == 404


def test_who_may_know_but_never_do_it_is_told_so():
    assert access.judge(facts("draft", "interviewer_own"), "publish").status == 403


def test_who_may_do_it_in_another_state_is_told_so():
    assert access.judge(facts("draft", "interviewer_own"), "submit").status == 409


def test_a_visitor_is_asked_to_sign_in_except_on_public_paths():
    visitor = facts("draft", "public", signed_in=False)
    assert access.judge(visitor, "read_meta").status == 401
    assert access.judge(visitor, "pub_record").status == 404


def test_an_action_that_does_not_exist_is_a_programming_error():
    with pytest.raises(KeyError):
        access.judge(facts("draft", "public"), "fly")


@pytest.mark.parametrize("work", ["made", "uploaded", "edited"])
def test_nobody_signs_or_publishes_their_own_work(work):
    signing = facts("in_review", "moderator_assigned", own_work=[work])
    publishing = facts("approved", "archivist", own_work=[work])

    assert access.judge(signing, "approve").status == 403
    assert access.judge(publishing, "publish").status == 403


def test_who_approved_does_not_publish_whatever_the_roles():
    both = facts("approved", "moderator_assigned", "archivist", own_work=["approved"])

    assert access.judge(both, "publish").status == 403


def test_a_free_relation_is_not_burdened_by_another_ones_mark():
    both = facts("transcribed", "interviewer_own", "archivist")

    assert access.judge(both, "read_raw_text").needs == frozenset()
    assert access.judge(facts("transcribed", "archivist"), "read_raw_text").needs == {"J"}


@pytest.mark.parametrize(
    ("action", "live", "tombstone", "uses", "status"),
    [
        ("pub_record", True, True, [], 200),
        ("play_access", True, True, ["audio"], 200),
        ("play_access", True, True, ["text"], 404),
        ("read_pub_text", True, True, ["audio"], 404),
        ("read_pub_text", True, True, ["text"], 200),
        ("pub_record", False, True, ["text", "audio"], 410),
        ("pub_record", False, False, ["text", "audio"], 404),
    ],
)
def test_the_public_gets_what_the_edition_grants(action, live, tombstone, uses, status):
    decision = access.judge_public(action, live=live, tombstone=tombstone, uses=uses)

    assert decision.status == status
    assert decision.allowed == (status == 200)
