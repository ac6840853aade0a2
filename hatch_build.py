"""Compiles the message catalogues when a wheel or an editable install is built.

``python hatch_build.py`` does the same in a working tree.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # run by hand, outside a build
    BuildHookInterface = object

ROOT = Path(__file__).parent


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Write ``airseal.mo`` beside every ``airseal.po``; the files written."""
    written = []
    for source in sorted((root / "airseal" / "locale").glob("*/LC_MESSAGES/airseal.po")):
        with source.open("rb") as file:
            catalogue = read_po(file)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc, valid-type]  # untyped
    """The build hook that pyproject.toml names."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and let the compiled files into the wheel although git ignores them."""
        del version
        written = compile_catalogues(Path(self.root))
        build_data["artifacts"] += [str(path.relative_to(self.root)) for path in written]


if __name__ == "__main__":
    compile_catalogues()
