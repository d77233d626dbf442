"""A disk of a machine's own, small enough to be filled: an ext4 in a file, which only root can mount."""

import contextlib
import os
import shutil
import subprocess

from tests.waiting import until

_MIB = 1024**2
_SIZE_MIB = 2_048


class Disk:
    """A disk below a folder, or, where none can be mounted, the folder itself, which can't be filled.

    Args:
        folder: where it is kept; what stands on it is there again when it is mounted again.

    Attributes:
        place: where files go.
        mounted: whether it is a disk of its own.
    """

    def __init__(self, folder):
        self.place = folder / "disk"
        self.place.mkdir(parents=True, exist_ok=True)
        self.mounted = os.geteuid() == 0 and self._mount(folder / "disk.img")
        self._ballast = self.place / "ballast"
        self.free()

    def _mount(self, image):
        if os.path.ismount(self.place):  # whoever mounted it had no time to end in good order
            return True
        if not image.exists():
            with image.open("wb") as file:
                file.truncate(_SIZE_MIB * _MIB)
            if not _done("mkfs.ext4", "-q", "-m", "0", image):
                return False
        return _done("mount", "-o", "loop", image, self.place)

    def fill(self, left):
        """Leave so many bytes, on a disk of its own."""
        if not self.mounted:
            return
        with self._ballast.open("wb") as file:
            free = os.statvfs(self.place).f_bavail * os.statvfs(self.place).f_frsize
            size = 0
            for step in (max(0, free - left), *(_MIB >> shift for shift in range(9) if left == 0)):
                # What the disk needs for itself grows on the way: the last bytes are taken in ever smaller steps.
                with contextlib.suppress(OSError):
                    if step:
                        os.posix_fallocate(file.fileno(), size, step)
                        size += step

    def free(self):
        """Have room again."""
        self._ballast.unlink(missing_ok=True)

    def close(self):
        """Unmount it, as soon as the children of who was killed have ended."""
        self.free()
        if self.mounted:
            until(lambda: _done("umount", self.place))


def _done(*command):
    """Run a command; tell whether it did what it should."""
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0
