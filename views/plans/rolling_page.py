"""「滚动计划」: editions by area, the yearly roll-over, proposals to decide on, comparison, export."""

from projects.plans.editions import EditionKind
from views.plans import frame
from views.shell import Shell


def draw(shell: Shell) -> None:
    """Draw the page."""
    _ = shell.translate
    frame.draw(
        shell,
        EditionKind.ROLLING_PLAN,
        _("滚动计划"),
        _(
            "三年滚动计划：每版冻结三个年度（T、T+1、T+2）的项目和计划投资；每年滚动一次，整版审定，公布后不再改动。"
        ),
    )
