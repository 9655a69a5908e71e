"""「招商目录」: frozen editions of what is open to capital, each with its differences from the last."""

from projects.plans.editions import EditionKind
from views.plans import frame
from views.shell import Shell


def draw(shell: Shell) -> None:
    """Draw the page."""
    _ = shell.translate
    frame.draw(
        shell,
        EditionKind.CATALOGUE,
        _("招商目录"),
        _("把本地区标明“对外招商：是”的项目冻结成一版目录，整版审定，公布后不再改动；联系人不进目录。"),
    )
