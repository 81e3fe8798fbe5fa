"""Checks that relative links in the documentation lead to files, and to
headings of theirs where they name one."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


failures = checked = 0
for document in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
    for target in re.findall(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        checked += 1
        name, _, anchor = target.partition("#")
        path = document.parent / name if name else document
        if not path.exists() or (anchor and anchor not in anchors(path)):
            failures += 1
            print(f"{document.relative_to(root)}: no {target}")
print(f"{checked} links checked, {failures} broken")
sys.exit(1 if failures or not checked else 0)
