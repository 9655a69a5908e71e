"""The modelled spread of unassigned slots: which townships of it belong to a filter."""

from projects.filters import ProjectFilter
from projects.ports import ScenarioShare


def covers(chosen: ProjectFilter, share: ScenarioShare) -> bool:
    """Tell whether the areas of a filter hold a township; its codes nest by their digits.

    The filter's other fields say nothing about a model.
    """
    county = share.county_code
    wanted = (
        (chosen.township, share.township_code),
        (chosen.county, county),
        (chosen.prefecture, f"{county[:4]}00"),
        (chosen.province, f"{county[:2]}0000"),
    )
    return all(not codes or code in codes for codes, code in wanted)
