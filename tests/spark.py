"""Whether Spark can run here; where it cannot, its tests are skipped, but fail where CI is set."""

import os
import shutil
from importlib.util import find_spec

import pytest

MISSING = [
    name
    for name, found in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java")))
    if not found
]
REASON = f"not installed: {' '.join(MISSING)}; make test installs them as root on Debian"
NEEDS_SPARK = pytest.mark.skipif(bool(MISSING), reason=REASON)
if "CI" in os.environ:
    assert not MISSING, REASON
