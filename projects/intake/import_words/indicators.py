"""What is said of reported figures: the same words on the form and in the preview of a file."""

from types import MappingProxyType
from typing import Final

from projects.intake.import_words.words import rejected, taken

INDICATOR_WORDS: Final = MappingProxyType(
    {
        "ind_unknown": rejected(
            "没有编号或名称为“{0}”的指标；请用工作簿里给出的编号",
            "There is no indicator “{0}”: use the code that the workbook gives",
        ),
        "ind_computed": rejected(
            "“{0}”由系统按项目库计算，不用填报；请在相应的页面登记",
            "“{0}” is computed from the library and is not reported: enter the records instead",
        ),
        "ind_missing": rejected("“{0}”没有填", "“{0}” is not filled in"),
        "ind_area": rejected(
            "“{0}”不在您可以填报的地区内；可填：{1}",
            "“{0}” is not an area you report for; choose from: {1}",
        ),
        "ind_number": rejected(
            "“{0}”不是一个数；请只填数字，单位固定为{1}",
            "“{0}” is no number: give digits only, the unit is {1}",
        ),
        "ind_unit": rejected(
            "“{0}”写了别的单位；这个指标的单位固定为{1}，请换算后只填数字",
            "“{0}” names another unit: this indicator is in {1}, convert it and give digits only",
        ),
        "ind_negative": rejected("“{0}”是负数；请核对", "“{0}” is negative: check it"),
        "ind_over_100": rejected(
            "“{0}”超过 100 %；比例最多 100，请核对", "“{0}” is more than 100 %: check the share"
        ),
        "ind_range": rejected(
            "“{0}”超出允许的范围（{1} 至 {2} {3}）；请核对数值和单位",
            "“{0}” is outside {1} to {2} {3}: check the figure and its unit",
        ),
        "ind_part_over_whole": rejected(
            "分子 {0} 大于分母 {1}；请核对", "The numerator {0} is more than the denominator {1}: check them"
        ),
        "ind_half": rejected(
            "分子和分母要同时填写，分母要大于 0",
            "Give numerator and denominator together, the latter above 0",
        ),
        "ind_mismatch": rejected(
            "{0} ÷ {1} 是 {2} %，与所填的 {3} 不符；请核对",
            "{0} ÷ {1} is {2} %, not {3}: check them",
        ),
        "ind_magnitude": taken(
            "{0} {2}与承诺的 {1} {2}相差 {3} 倍以上，可能混用了亿元、万元或百分数；请核对",
            "{0} {2} and the promised {1} {2} differ more than {3}-fold: units may be mixed, check them",
        ),
        "ind_fraction": taken(
            "“{0}”按 {0} % 采用；若是 {1} %，请填 {1}",
            "“{0}” is taken as {0} %: if {1} % is meant, write {1}",
        ),
        "ind_year": rejected(
            "“{0}”不是年份；请填四位年份，如 2020", "“{0}” is no year: write four digits such as 2020"
        ),
        "ind_date": rejected(
            "“{0}”不是日期；请填 2020-12-31 这样的日期，或四位年份",
            "“{0}” is no date: write it like 2020-12-31, or give the year",
        ),
        "ind_period_order": rejected(
            "期间开始 {0} 晚于结束 {1}；请核对", "The period starts on {0}, after its end on {1}: check them"
        ),
        "ind_start": rejected(
            "“{0}”是一段时间内的增量，必须填期间开始（基期）",
            "“{0}” is gained over a period: its start (the base) is needed",
        ),
        "ind_future": rejected(
            "期间结束 {0} 还没有到；这里只填已经发生的实际数",
            "The period ends on {0}, which is still to come: only what has happened is reported here",
        ),
        "ind_source": rejected(
            "没有写数据来源；请写明出自哪份统计、报表或文件",
            "The source is missing: name the statistics, return or document",
        ),
        "ind_source_long": rejected(
            "来源有 {0} 个字，最多 {1} 个；请缩短", "The source has {0} characters, at most {1}: shorten it"
        ),
        "ind_twice": rejected(
            "同一指标、地区和期间在第 {0} 行已经填过；请只留一行",
            "The same indicator, area and period stands in row {0}: leave one of them",
        ),
    }
)
