from pathlib import Path

import pytest

from tests.kpi.catalogue import KPIS

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"


@pytest.mark.parametrize("name", KPIS)
def test_every_kpi_is_explained_under_the_name_of_its_field(name: str) -> None:
    first, *others = name.split("_")
    headings = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert any(f"`{first}{''.join(map(str.capitalize, others))}`" in heading for heading in headings)
