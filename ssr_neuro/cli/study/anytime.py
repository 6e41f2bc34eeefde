"""`ssr study anytime`: an SSR that is stopped after 1 to T time steps."""

from pathlib import Path
from typing import Unpack

from ssr_neuro.cli.options import Data, Models, takes_options
from ssr_neuro.cli.study import options as shared


@takes_options(shared.RANKING)
def anytime(
    models: Models,
    data: Data,
    out: shared.Out,
    **options: Unpack[shared.StudyArguments],
) -> None:
    """Accuracy and energy of SSRs whose integers stop after 1, 2 ... T time steps.

    --set every_step=true trains a network for that.
    """
    place = shared.place_of(out, options, *models, Path(data))
    if options["dry_run"]:
        return shared.show_dry_run(place, "anytime", False, options["json"])
    from ssr_neuro.library.study_anytime import study_anytime

    found = study_anytime(models, data, **shared.how_to_run(options))
    shared.save_and_show(found, place, options["json"])
