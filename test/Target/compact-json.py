"""Prints each key of the JSON object on stdin, with its value, in one line."""
import json
import sys

for key, value in sorted(json.load(sys.stdin).items()):
    print(f"{key}: {json.dumps(value, sort_keys=True, separators=(',', ':'))}")
