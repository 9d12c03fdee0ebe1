"""Files into a zip, the same bytes for the same content: fixed order, fixed times, fixed rights."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.files.whole import written_whole

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX, _RIGHTS = 3, 0o644
_CHUNK = 1024 * 1024


def write_zip(path: Path, files: Mapping[str, Path]) -> None:
    """Write the file, whole or not at all.

    Args:
        path: the zip.
        files: by their names in it.
    """
    with written_whole(path) as beside, ZipFile(beside, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = ZipInfo(name, _EPOCH)
            info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, _UNIX, _RIGHTS << 16
            with files[name].open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
