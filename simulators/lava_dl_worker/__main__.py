"""`python3.10 path/to/lava_dl_worker FOLDER`: runs the job that lies in FOLDER."""

import runpy
import sys
from pathlib import Path

if __package__:
    from .job import main

    sys.exit(main(Path(sys.argv[1])))
# Started by path, a folder is not a package yet: start it again as one.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
runpy.run_module("lava_dl_worker", run_name="__main__", alter_sys=True)
