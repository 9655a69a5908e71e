"""What is said of values: amounts, dates, lists, texts and areas."""

from types import MappingProxyType
from typing import Final

from projects.intake.import_words.words import Words, left, rejected, taken

VALUE_WORDS: Final = MappingProxyType(
    {
        "unknown_word": Words(
            "按未知处理（不是零），原有内容不变",
            "“{0}”不是数值；知道后再填。要清空原有内容请填“清除”",
            "taken as unknown (not zero); what is there stays",
            "“{0}” is no value; fill it in once known. Write 清除 to empty what is there",
        ),
        "formula": Words(
            "采用公式已保存的结果",
            "公式 {0} 没有重新计算，请核对结果“{1}”",
            "the saved result of the formula is taken",
            "Formula {0} was not recalculated: check the result “{1}”",
        ),
        "formula_empty": left(
            "公式 {0} 没有保存结果；请打开文件保存一次，或改填数值",
            "Formula {0} has no saved result: open and save the file, or type the value",
        ),
        "cell_error": rejected(
            "单元格显示错误“{0}”；请改成正确的内容或清空",
            "The cell shows the error “{0}”: correct or empty it",
        ),
        "about": Words(
            "按 {1} 采用",
            "“{0}”是约数，定下来后请改成准确数",
            "taken as {1}",
            "“{0}” is a rough figure; replace it once it is settled",
        ),
        "unit_in_cell": Words(
            "按单元格里的单位换算为 {1}",
            "请核对“{0}”",
            "converted by the unit in the cell to {1}",
            "Check “{0}”",
        ),
        "unit_unstated": Words(
            "列“{0}”没有写单位，按{1}采用",
            "若不是{1}，请在列名里写明单位，如“{0}（亿元）”",
            "column “{0}” states no unit and is taken as {1}",
            "If it is not {1}, write the unit into the heading, such as “{0}（亿元）”",
        ),
        "unit_converted": Words(
            "列“{0}”已由{1}换算为{2}",
            "请抽查一两个数",
            "column “{0}” was converted from {1} to {2}",
            "Check one or two figures",
        ),
        "zero_amount": Words(
            "按 0 采用",
            "0 表示确实没有；不知道请留空",
            "taken as 0",
            "0 means none; leave it blank if unknown",
        ),
        "rounded": Words("保留六位小数：{1}", "请核对“{0}”", "kept to six decimals: {1}", "Check “{0}”"),
        "not_a_number": rejected(
            "“{0}”不是一个数；请只填数字（如 3000），说明写到备注",
            "“{0}” is no number: give digits only (3000), put remarks into the note",
        ),
        "number_is_date": rejected(
            "这里要填数，单元格却是日期“{0}”；请把单元格格式改成常规后重填",
            "A number is wanted, the cell is the date “{0}”: set the cell format to General and retype",
        ),
        "number_range": rejected(
            "“{0}”是一个范围；请填一个数，范围写到备注",
            "“{0}” is a range: give one number and put the range into the note",
        ),
        "number_bound": rejected(
            "“{0}”只是上限或下限；请填一个数，或留空并写到备注",
            "“{0}” is only a limit: give one number, or leave it blank and use the note",
        ),
        "foreign_currency": rejected(
            "“{0}”不是人民币；请换算成万元，汇率写到备注",
            "“{0}” is not in yuan: convert it to 10,000 CNY and note the rate",
        ),
        "unknown_unit": rejected(
            "“{0}”里的单位“{1}”不认识；请换算成{2}后只填数字",
            "The unit “{1}” in “{0}” is not known: convert to {2} and give digits only",
        ),
        "not_whole": rejected("“{0}”要填整数", "“{0}” must be a whole number"),
        "negative": rejected("“{0}”是负数；请核对", "“{0}” is negative: check it"),
        "out_of_range": rejected(
            "“{0}”超出允许的范围（{1} 至 {2}）；请核对", "“{0}” is outside {1} to {2}: check it"
        ),
        "out_of_range_unit": rejected(
            "“{0}”按{3}读，超出允许的范围（{1} 至 {2} {3}）；请核对数值和单位",
            "“{0}” was read in {3} and is outside {1} to {2} {3}: check the figure and its unit",
        ),
        "unit_too_large": taken(
            "{1}太大，可能把{2}当成了{3}；若是请改正",
            "{1} is too large, perhaps it is in {2}, not {3}: correct it if so",
        ),
        "unit_too_small": taken(
            "{1}太小，可能把{2}当成了{3}；若是请改正",
            "{1} is too small, perhaps it is in {2}, not {3}: correct it if so",
        ),
        "implausible": taken(
            "{1}不合常理；请核对数值和单位", "{1} is implausible: check the figure and its unit"
        ),
        "money_per_size": taken(
            "折合{0}，不合常理；请核对总投资的单位（应为万元）与{1}",
            "That is {0}, which is implausible: check the unit of the total (10,000 CNY) and {1}",
        ),
        "money_sum": taken(
            "总投资 {0} 万元与资金明细合计 {1} 万元相差约一万倍，可能混用了元、万元、亿元",
            "The total {0} and the lines' sum {1} differ about ten-thousandfold: units may be mixed",
        ),
        "money_over": taken(
            "资金明细合计 {1} 万元超过总投资 {0} 万元；请核对",
            "The finance lines sum to {1}, more than the total {0}: check them",
        ),
        "not_a_date": rejected(
            "“{0}”不是日期；请填 2026-03-05 这样的日期", "“{0}” is no date: write it like 2026-03-05"
        ),
        "partial_date": rejected(
            "“{0}”没有写到日；请填完整日期如 {1}，不知道请留空并写到说明",
            "“{0}” lacks the day: write a whole date such as {1}, or leave it blank and use the note",
        ),
        "ambiguous_date": rejected(
            "“{0}”看不出年月日的先后；请填 2026-03-05 这样的日期",
            "The order of year, month and day in “{0}” is unclear: write it like 2026-03-05",
        ),
        "date_is_number": rejected(
            "“{0}”是数字，不是日期；请把单元格设成日期格式，或填 2026-03-05",
            "“{0}” is a number: format the cell as a date, or write 2026-03-05",
        ),
        "date_range": rejected("“{0}”的年份不合理；请核对", "The year of “{0}” is implausible: check it"),
        "date_order": taken(
            "“{0}”（{1}）早于“{2}”（{3}）；请核对", "“{0}” ({1}) comes before “{2}” ({3}): check them"
        ),
        "future_actual": taken(
            "实际日期“{0}”在将来；计划的日期请填计划一栏",
            "The actual date “{0}” lies in the future: planned dates have a column of their own",
        ),
        "not_in_list": rejected("“{0}”不在选项里；可填：{1}", "“{0}” is not in the list; choose from: {1}"),
        "not_in_list_near": rejected(
            "“{0}”不在选项里，是不是“{1}”？", "“{0}” is not in the list: is it “{1}”?"
        ),
        "key_lists_unread": left(
            "“{0}”读不懂；请写成年份加名单，如 2026省重点；2027市重点",
            "“{0}” cannot be read: write year and list, such as 2026省重点；2027市重点",
        ),
        "cut_text": Words(
            "未采用，原有内容不变",
            "这段文字在导出时因格式限制被截断；要修改请在 xlsx、GeoPackage 或 GeoJSON 中改",
            "left out; what is there stays",
            "The text was cut when it was exported: change it in xlsx, GeoPackage or GeoJSON",
        ),
        "too_long": rejected(
            "有 {0} 个字，最多 {1} 个；请缩短，其余写到备注",
            "It has {0} characters, at most {1}: shorten it and use the note",
        ),
        "bad_id": rejected(
            "“{0}”不是本库编号（如 SG-0001）；新项目请留空",
            "“{0}” is no id of this library (such as SG-0001); leave it blank for a new project",
        ),
        "bad_code": rejected(
            "“{0}”不是项目代码（如 2020-440203-83-01-012345）；请核对或留空",
            "“{0}” is no project code (such as 2020-440203-83-01-012345): check it or leave it blank",
        ),
        "code_region": taken(
            "项目代码里的区划 {0} 不是所填的县 {1}；请核对",
            "The region {0} in the project code is not the county {1}: check them",
        ),
        "unknown_county": rejected(
            "没有叫“{0}”的县（市、区）；请填全称或六位区划代码",
            "There is no county “{0}”: give its full name or six-digit code",
        ),
        "county_near": rejected(
            "没有叫“{0}”的县（市、区），是不是“{1}”？", "There is no county “{0}”: is it “{1}”?"
        ),
        "county_many": rejected(
            "叫“{0}”的县不止一个：{1}；请连同地市一起写，或填六位区划代码",
            "Several counties are called “{0}”: {1}. Add the prefecture or give the six-digit code",
        ),
        "county_read": Words("按“{1}”采用", "请核对“{0}”", "taken as “{1}”", "Check “{0}”"),
        "is_prefecture": left(
            "“{0}”是地市或省，不是县；知道是哪个县后再填",
            "“{0}” is a prefecture or province, not a county: fill it in once the county is known",
        ),
        "unknown_township": left(
            "“{1}”没有叫“{0}”的乡镇（街道）；请核对",
            "There is no township “{0}” in {1}: check it",
        ),
        "township_unlisted": left(
            "库中还没有“{1}”的乡镇名录，“{0}”无法核对；需要保留的，请写进地址",
            "The library has no list of the townships of {1}, so “{0}” cannot be checked:"
            " write it into the address to keep it",
        ),
        "township_read": taken(
            "“{0}”按“{1}”采用；若不是同一个乡镇（街道）请改正",
            "“{0}” was taken as “{1}”: correct it if that is another township",
        ),
        "township_no_county": left(
            "没有县，无法确定乡镇“{0}”；请填县（市、区）",
            "Without a county the township “{0}” cannot be told: fill in the county",
        ),
        "unknown_zone": rejected("没有叫“{0}”的功能区；请核对或留空", "There is no zone “{0}”: check it"),
        "unknown_unit_name": rejected(
            "没有叫“{0}”的归属单位；请核对或留空", "There is no owner unit “{0}”: check it or leave it blank"
        ),
    }
)
