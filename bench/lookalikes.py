"""The duplicate search over 50,000 names: read into the index, and each of 10,000 names looked up in it.

Two libraries: spread over the counties of a country, and crowded into the ten counties of one prefecture,
where most names share their words with thousands of others.
"""

import random
from functools import partial
from typing import Final

from bench.calibration import calibrate, report, timed
from data.store.lookalikes import Index, Named

NAMES: Final = 50_000
ASKED: Final = 10_000
SYLLABLES: Final = "云门山桥梅花坑水塘石龙溪江河湖泉林松竹兰桂玉金银丰和安宁康福寿乐平阳月星明清秀"
THINGS: Final = (
    "村卫生室", "敬老院", "康养中心", "温泉度假区", "中医馆", "人民医院", "健康产业园", "森林康养基地",
    "体育公园", "中药材种植基地", "养老公寓", "体检中心", "健康小镇", "药业有限公司", "智慧健康平台",
)  # fmt: skip
TWIN: Final = 25
"""Every 25th record is the one before it under another name."""
TAILS: Final = ("", "", "", "项目", "建设项目", "（一期）", "（二期）", "A区", "新建工程")


def names_of_counties(count: int, counties: int = 2800) -> tuple[list[Named], dict[str, tuple[str, ...]]]:
    """Return so many made-up records (always the same) and the area names of their counties."""
    chance = random.Random(20)
    areas: dict[str, tuple[str, ...]] = {
        f"{100000 + n}": (f"{_word(chance, 2)}县", f"{_word(chance, 2)}市") for n in range(counties)
    }
    codes = list(areas)
    records: list[Named] = []
    code, place, thing = codes[0], "", THINGS[0]
    for number in range(count):
        if number and number % TWIN == 0:
            name = f"{place}国际{thing}"
        else:
            code = chance.choice(codes)
            town = _word(chance, 2) + chance.choice(("镇", "乡", ""))
            place = f"{chance.choice((*areas[code], ''))}{town}{_word(chance, 2)}"
            thing = chance.choice(THINGS) + chance.choice(TAILS)
            name = place + thing
        records.append(Named(f"B-{number:05d}", name, code, name))
    return records, areas


def _word(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(length))


def _search(records: list[Named], areas: dict[str, tuple[str, ...]]) -> int:
    """Build the index and ask for every fifth name; return how many have a lookalike."""
    index = Index(records, areas)
    asked = records[:: len(records) // ASKED]
    return sum(bool(index.similar(one.name, one.county_code, one.project_id)) for one in asked)


def main() -> None:
    """Measure and print."""
    unit = calibrate()
    rows: list[dict[str, object]] = []
    for label, counties in (("a country", 2800), ("one prefecture", 10)):
        records, areas = names_of_counties(NAMES, counties)
        taken = timed(partial(_search, records, areas))
        rows.append(
            {
                "library": label,
                "names": NAMES,
                "asked": ASKED,
                "cpu_s": taken.cpu_s,
                "times_calibration": taken.cpu_s / unit.cpu_s,
            }
        )
    report("lookalikes: index and search", rows)


if __name__ == "__main__":
    main()
