"""What the land-use plans that somebody may see say of one place: in which class it lies, or outside."""

from dataclasses import dataclass

from projects.analysis.inputs import LayerInfo


@dataclass(frozen=True, slots=True)
class LandClass:
    """A class of a plan (用地类别, "" where its file names none) with its remark."""

    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanOver:
    """One plan and one place: the classes it lies in, none when it lies outside of all polygons."""

    info: LayerInfo
    classes: tuple[LandClass, ...] = ()
    share: float = 1.0
    """Share of the place that the plan covers: of a point 0 or 1, of an area what lies in its polygons."""
    problem: str = ""
    """Why the plan could not be read; then nothing is said of the place."""

    @property
    def inside(self) -> bool:
        """Whether any of the place lies in a polygon of the plan."""
        return bool(self.classes)
