"""What some tests need from Debian beside Python: a font with Kazakh letters, and Tesseract.

Where it is missing those tests are skipped and the reason stands at the end; in continuous
integration (`CI` is set) it must be there.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf")
"""Has the Kazakh letters; of the Debian package fonts-dejavu-core."""


def _reads_kazakh() -> bool:
    """Whether Tesseract is installed with its Kazakh data."""
    if shutil.which("tesseract") is None:
        return False
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, check=False)
    return b"kaz" in listed.stdout.split()


NO_FONT = "not installed: fonts-dejavu-core; make test installs it as root on Debian"
NO_OCR = "not installed: tesseract-ocr tesseract-ocr-kaz; make test installs them as root on Debian"
NEEDS_OCR = pytest.mark.skipif(not _reads_kazakh(), reason=NO_OCR)
if "CI" in os.environ:
    assert FONT.exists(), NO_FONT
    assert _reads_kazakh(), NO_OCR
