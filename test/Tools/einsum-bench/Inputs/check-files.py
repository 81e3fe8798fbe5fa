"""What einsum-bench wrote is JSON and XML, and tells of every row."""
import json
import sys
import xml.etree.ElementTree

with open(sys.argv[1]) as file:
    document = json.load(file)
assert document["machine"]["cpu"]
assert [level["name"] for level in document["machine"]["levels"]][-1] == "memory"
rows = document["rows"]
assert [row["name"] for row in rows] == ["product", "product", "sums", "big"], rows
for row in rows:
    assert "error" not in row, row
    assert row["own"]["seconds"] > 0
    assert row["own"]["taken"] >= row["own"]["clean"]
    assert row["checkedElements"] > 0 and row["checkedAll"]
    assert row["bytes"] > 0
assert rows[0]["operations"] == 2 * 16 * 24 * 8
assert rows[2]["operations"] == 0

namespace = "{http://www.w3.org/2000/svg}"
plot = xml.etree.ElementTree.parse(sys.argv[2]).getroot()
assert plot.tag == namespace + "svg"
titles = [title.text for title in plot.iter(namespace + "title")]
assert len(titles) == 3 and "product ik,kj->ij i8:i32" in titles[1], titles
assert len(list(plot.iter(namespace + "circle"))) == 3
