import doctest
import pkgutil
from importlib import import_module

import pytest

import kpi

MODULES = [module.name for module in pkgutil.iter_modules(kpi.__path__, "kpi.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
