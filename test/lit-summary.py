"""Sums lit's JSON results into the line "N passed, N failed, N skipped"."""
import collections
import json
import sys

with open(sys.argv[1]) as file:
    codes = collections.Counter(test["code"] for test in json.load(file)["tests"])
passed = codes.pop("PASS", 0) + codes.pop("XFAIL", 0) + codes.pop("FLAKYPASS", 0)
skipped = codes.pop("UNSUPPORTED", 0) + codes.pop("SKIPPED", 0) + codes.pop("EXCLUDED", 0)
failed = sum(codes.values())  # FAIL, XPASS, UNRESOLVED, TIMEOUT and what else there is
print(f"{passed} passed, {failed} failed, {skipped} skipped")
