"""Holds XARF reports, a line of JSON each, against the specification's own library (PyPI xarf). Prints one JSON object."""

import json
import sys
import warnings

import xarf

warnings.simplefilter("ignore")
checked = 0
faults = []
with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines, 1):
        checked += 1
        try:
            result = xarf.parse(json.loads(line))
            problems = [str(error) for error in result.errors]
        except Exception as error:  # whatever it raises is a fault of the report
            problems = [f"{type(error).__name__}: {error}"]
        if problems and len(faults) < 20:
            faults.append({"line": number, "problems": problems[:5]})
print(json.dumps({"checked": checked, "faults": faults}))
