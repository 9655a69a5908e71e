"""Why a whole file is refused: one sentence in Chinese, one in English."""

from types import MappingProxyType
from typing import Final

REFUSALS: Final = MappingProxyType(
    {
        "empty": ("文件是空的，请重新选择文件。", "The file is empty: choose another."),
        "too_large": (
            "文件有 {0} MB，最多 {1} MB；请删去图片或分成几个文件。",
            "The file has {0} MB, at most {1} MB: remove pictures or split it.",
        ),
        "not_supported": (
            "文件的内容是{0}，不是表格；请上传 xlsx、xls、csv、GeoJSON、GeoPackage 或压缩的 Shapefile。",
            "The file holds {0}, no table: upload xlsx, xls, csv, GeoJSON, GeoPackage or a zipped Shapefile.",
        ),
        "save_as_xlsx": (
            "文件的内容是{0}；请用 Excel 或 WPS 打开，另存为 .xlsx 后上传。",
            "The file holds {0}: open it in Excel or WPS, save it as .xlsx and upload that.",
        ),
        "encrypted": (
            "文件有打开密码；请去掉密码后再上传。",
            "The file is protected by a password: remove it and upload again.",
        ),
        "truncated": (
            "文件不完整或已损坏（可能上传中断）；请重新上传，或打开后另存一份。",
            "The file is incomplete or damaged (the upload may have broken off): upload it again.",
        ),
        "unpacks_too_large": (
            "文件解压后超过 {0} MB，不能读取；请删去多余的空白行、列和图片后另存。",
            "The file unpacks to over {0} MB: delete superfluous rows, columns and pictures and save it.",
        ),
        "too_many_parts": (
            "压缩文件里有 {0} 个文件，最多 {1} 个；请只放需要的文件。",
            "The archive holds {0} files, at most {1}: pack only what is needed.",
        ),
        "area_too_large": (
            "工作表“{0}”从 A1 到 {1} 太大；请删去 {1} 附近多余的内容、行和列后另存。",
            "Sheet “{0}” reaches from A1 to {1}: delete stray content, rows and columns there and save it.",
        ),
        "cell_too_large": (
            "{0} 的内容超过 {1} 个字符，不能读取；请检查该单元格（或缺少的引号）。",
            "The content of {0} exceeds {1} characters: check that cell (or a missing quotation mark).",
        ),
        "too_many_records": (
            "文件有 {0} 个图形，最多 {1} 个；请分成几个文件。",
            "The file holds {0} features, at most {1}: split it.",
        ),
        "no_layer": (
            "压缩文件里没有找到 xlsx、Shapefile（.shp、.dbf、.shx）、GeoJSON 或 GeoPackage。",
            "The archive holds no xlsx, Shapefile (.shp, .dbf, .shx), GeoJSON or GeoPackage.",
        ),
        "no_encoding": (
            "文字编码无法识别；请另存为 UTF-8 编码的 csv，或存为 .xlsx。",
            "The text encoding is not known: save as csv in UTF-8, or as .xlsx.",
        ),
        "map_unreadable": (
            "图形文件不能读取（{0}）；请在制图软件中重新导出。",
            "The map file cannot be read ({0}): export it again from your GIS.",
        ),
    }
)

WHAT_EN: Final = MappingProxyType(
    {
        "内容与文件名的后缀不符": "the content is not what the ending of the name says",
        "文件指向其他数据源": "the file points to other sources",
        "图层是视图，或有计算出来的列": "a layer is a view or has computed columns",
        "PDF 文件": "a PDF",
        "图片": "a picture",
        "RAR 压缩包": "a RAR archive",
        "7z 压缩包": "a 7z archive",
        "gzip 压缩包": "a gzip archive",
        "程序": "a program",
        "Word 文档": "a Word document",
        "演示文稿": "a presentation",
        "其他 Office 文件": "another kind of Office file",
        "其他 JSON 数据": "another kind of JSON",
        "未知格式的数据": "data of an unknown kind",
        "xlsb 表格": "an xlsb workbook",
        "ODS 表格": "an ODS workbook",
        "XML 表格": "an XML spreadsheet",
        "网页表格": "a web page",
        "Shapefile 的一部分（请把 .shp、.dbf、.shx、.prj 一起压缩）": (
            "one part of a Shapefile (zip .shp, .dbf, .shx and .prj together)"
        ),
    }
)
"""What a file turned out to be, in English, by its Chinese name."""
