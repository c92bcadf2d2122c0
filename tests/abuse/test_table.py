"""The table of outcomes is complete, and names tests that there are."""

import ast
import functools

import pytest

from tests.abuse.table import CASES, lines
from tests.settings import PROJECT


def test_every_case_of_the_list_is_in_the_table():
    assert [f"U{number:02}" for number in range(1, 36)] == [name for name in CASES if name.startswith("U")]


@pytest.mark.parametrize("name", CASES)
def test_a_case_names_tests_that_are_run(name):
    """Read, not imported: some of their modules load an engine."""
    case = CASES[name]
    assert case.tests or case.note.endswith(".")
    for test in case.tests:
        module, _, function = test.partition("::")
        assert module.rpartition(".")[2].startswith("test_")
        assert function.startswith("test_")
        assert function in functions(PROJECT / (module.replace(".", "/") + ".py"))


@functools.cache
def functions(path):
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_the_table_can_be_printed():
    assert len(lines()) > 3 * len(CASES)
