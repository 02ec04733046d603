"""
Imports of real mail, calendars and CRM files, held to figures worked out from the raw files.

The files are in ``../shared/data`` and not in this repository; without them these tests are skipped.
"""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")
