"""Export buttons (filled when the exports land)."""

from projects.filters import ProjectFilter
from views.shell import Shell


def draw(shell: Shell, chosen: ProjectFilter, scenario: bool) -> None:
    """Draw nothing yet."""
    del shell, chosen, scenario
