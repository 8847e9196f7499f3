"""A workbook of one sheet in which every cell is text or a number: nothing in it can be taken for a formula.

Source: ECMA-376, Office Open XML, part 1, section 18 (inline strings).
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from xml.sax.saxutils import escape

CELL_MAX = 32_767
MADE = (1980, 1, 1, 0, 0, 0)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/styles.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
)
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2">'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf fontId="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="1" width="16" customWidth="1"/><col min="2" max="{}" width="38" customWidth="1"/></cols>'
    '<sheetData>{}</sheetData><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def workbook(name: str, heads: Sequence[str], rows: Iterable[Sequence[str | Decimal]]) -> bytes:
    """The bytes of an XLSX file with a bold first row; lines of a cell are broken where its text is."""
    body = [_row(1, heads, 1), *(_row(number, row, 0) for number, row in enumerate(rows, 2))]
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(_RELATION.format("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": _BOOK.format(escape(name[:31], {'"': "&quot;"})),
        "xl/_rels/workbook.xml.rels": _RELATIONS.format(
            _RELATION.format("rId1", "worksheet", "worksheets/sheet1.xml")
            + _RELATION.format("rId2", "styles", "styles.xml")
        ),
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _SHEET.format(len(heads), "".join(body)),
    }
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in parts.items():
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            file.writestr(zipfile.ZipInfo(path, MADE), head + text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _row(number: int, cells: Sequence[str | Decimal], style: int) -> str:
    inside = "".join(_cell(f"{_column(place)}{number}", cell, style) for place, cell in enumerate(cells))
    return f'<row r="{number}">{inside}</row>'


def _cell(at: str, cell: str | Decimal, style: int) -> str:
    if isinstance(cell, Decimal):
        return f'<c r="{at}" s="{style}"><v>{cell:f}</v></c>'
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'


def _text(cell: str) -> str:
    return escape(_FORBIDDEN.sub("", cell)[:CELL_MAX])


def _column(place: int) -> str:
    """A for the first, Z for the 26th, AA for the next."""
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters
