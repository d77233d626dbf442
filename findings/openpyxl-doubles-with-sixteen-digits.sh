#!/usr/bin/env bash
# openpyxl and XlsxWriter write doubles with 16 digits, one too few: more than a fifth come back from the file as another number.
#
# 0.1 + 0.2 is 0.3 in the workbook, and 2^64, which a double holds exactly, is 18446744073709549568 when it is read again. pandas
# writes workbooks with them. The format takes the 17 digits that tell every double from the next one, and openpyxl reads them:
# exceljs writes as many as it needs.
#
# Seen with the wheels openpyxl 3.1.5 and xlsxwriter 3.3.1, and exceljs 4.4.0 from npm. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch/python" \
    openpyxl==3.1.5 et_xmlfile==2.0.0 xlsxwriter==3.3.1
npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch" exceljs@4.4.0 >/dev/null

cd "$scratch"
PYTHONPATH="$scratch/python" python3 - <<'END'
import json
import random
import subprocess

import openpyxl
import xlsxwriter

random.seed(1)
doubles = [0.1 + 0.2, float(2**64), 1e22, 0.5] + [random.random() for _ in range(1000)]


def by_openpyxl(name):
    workbook = openpyxl.Workbook()
    for double in doubles:
        workbook.active.append([double])
    workbook.save(name)


def by_xlsxwriter(name):
    with xlsxwriter.Workbook(name) as workbook:
        workbook.add_worksheet().write_column(0, 0, doubles)


def by_exceljs(name):
    program = """
    const { Workbook } = require("exceljs");
    const workbook = new Workbook();
    workbook.addWorksheet("doubles").addRows(JSON.parse(require("fs").readFileSync(0)).map((double) => [double]));
    workbook.xlsx.writeFile(process.argv[1]);
    """
    subprocess.run(["node", "-e", program, name], input=json.dumps(doubles), text=True, check=True)


for write in (by_openpyxl, by_xlsxwriter, by_exceljs):
    name = f"{write.__name__}.xlsx"
    write(name)
    back = [cell.value for (cell,) in openpyxl.load_workbook(name).active.iter_rows()]
    changed = sum(double != float(again) for double, again in zip(doubles, back, strict=True))
    print(f"{write.__name__}: {changed} of {len(doubles)} are others, 2^64 is {back[1]:.0f}")
    if write is by_exceljs:
        # The control.
        assert changed == 0, "It writes fewer digits now."
    else:
        assert back[0] == 0.3 and back[1] == 18446744073709549568, "They are others now."
        assert changed > 200, "Fewer are others now."
        assert back[2:4] == [1e22, 0.5]
END
echo "As described: a fifth of all doubles are others."
