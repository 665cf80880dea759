"""Word, Excel and PDF files in the shape of real ones."""

from tests.unit.importers.zips import zipped

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-'
    'properties" xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:created>2023-02-03T04:05:06Z'
    "</dcterms:created></cp:coreProperties>"
)


def paragraph(text: str, style: str = "", *, listed: bool = False) -> str:
    """One paragraph; each word in a run of its own, as Word splits them."""
    mark = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = '<w:numPr><w:ilvl w:val="0"/></w:numPr>' if listed else ""
    runs = "".join(
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{piece}</w:t></w:r>'
        for piece in text.replace(" ", " \0").split("\0")
    )
    return f"<w:p><w:pPr>{mark}{numbered}</w:pPr>{runs}</w:p>"


def docx(*paragraphs: str) -> bytes:
    body = "".join(paragraphs)
    document = f'<?xml version="1.0"?><w:document {_W}><w:body>{body}</w:body></w:document>'
    return zipped(
        {"[Content_Types].xml": _TYPES, "word/document.xml": document, "docProps/core.xml": _CORE}
    ).getvalue()


def xlsx(*rows: list[str | float]) -> bytes:
    strings = [cell for row in rows for cell in row if isinstance(cell, str)]
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for place, cell in enumerate(row):
            name = f"{chr(65 + place)}{number}"
            if isinstance(cell, str) and cell:
                cells.append(f'<c r="{name}" t="s"><v>{strings.index(cell)}</v></c>')
            elif not isinstance(cell, str):
                cells.append(f'<c r="{name}" s="1"><v>{cell}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    shared = "".join(f"<si><r><t>{s}</t></r></si>" for s in strings)
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    book = (
        f'<workbook {_S} {_R}><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": links,
            "xl/sharedStrings.xml": f"<sst {_S}>{shared}</sst>",
            "xl/worksheets/sheet1.xml": (
                f"<worksheet {_S}><sheetData>{''.join(lines)}</sheetData></worksheet>"
            ),
        }
    ).getvalue()


def pdf(*pages: list[str]) -> bytes:
    """A small PDF with these lines of text on its pages."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    for lines in pages:
        shown = "".join(f"({line}) Tj T* " for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 72 720 Td {shown}ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> "
            ">> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    start = len(out)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out + trailer.encode()
