"""The passes that TableGen knows, for the tests beside this file."""
import json
import subprocess


def load(tblgen, includes, files):
    """Flag and description of every pass of the .td files."""
    flags = [flag for folder in includes for flag in ("-I", folder)]
    passes = []
    for file in files:
        records = json.loads(subprocess.run([tblgen, "--dump-json", *flags, file],
                                            capture_output=True, text=True, check=True).stdout)
        for name in records["!instanceof"].get("PassBase", []):
            passes.append((records[name]["argument"], records[name]["description"] or ""))
    return sorted(passes)
