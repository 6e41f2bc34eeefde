"""What an installation puts on the path, and what lies in it."""

import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_the_four_packages_and_their_data(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert top == {"ssr_neuro", "converters", "simulators", "hw_targets"}
    assert {
        "hw_targets/generic-45nm.toml",
        "simulators/lava_worker/requirements.txt",
        "ssr_neuro/report/page/templates/page.html.jinja",
    } <= set(names)
