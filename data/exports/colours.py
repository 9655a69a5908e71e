"""Category → colour in the map files that we give away (Okabe & Ito 2008, told apart by everybody).

``layers.palette`` is the table of all signs; the rooms do not know each other, and a test holds the two
together.
"""

from collections.abc import Mapping
from typing import Final

from projects.codes import Category

CATEGORY_COLOURS: Final[Mapping[Category, str]] = {
    Category.HOSPITAL: "#D55E00",
    Category.VILLAGE_CLINIC: "#D55E00",
    Category.ELDERLY_CARE: "#E69F00",
    Category.TCM: "#009E73",
    Category.PHARMA_PARK: "#0072B2",
    Category.MEDICAL_DEVICE: "#0072B2",
    Category.HOT_SPRING_TOWN: "#56B4E9",
    Category.WELLNESS_TOURISM: "#009E73",
    Category.SPORTS: "#F0E442",
    Category.FOOD_HEALTH: "#009E73",
    Category.HEALTH_MANAGEMENT: "#E69F00",
    Category.EDUCATION: "#CC79A7",
    Category.INSURANCE: "#CC79A7",
    Category.DIGITAL_HEALTH: "#0072B2",
    Category.OTHER: "#4D4D4D",
}
