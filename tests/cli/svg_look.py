"""Reads a picture as XML and says what is wrong with it: what is drawn beyond
its frame, parts without words, names used twice, numbers that are none."""
import re
import sys
import xml.etree.ElementTree as ET

NS = "{http://www.w3.org/2000/svg}"
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def points(path):
    """The places a path goes to: M, L, V, H and A with absolute numbers."""
    x = y = 0.0
    for letter, rest in re.findall(r"([MLVHAZ])([^MLVHAZ]*)", path):
        n = [float(v) for v in NUMBER.findall(rest)]
        if letter in "ML":
            x, y = n
        elif letter == "V":
            (y,) = n
        elif letter == "H":
            (x,) = n
        elif letter == "A":
            # half an ellipse: as far to the right as its first radius
            yield x + n[0], (y + n[6]) / 2
            x, y = n[5:7]
        yield x, y


def corners(e):
    def num(name):
        return float(e.get(name, "0"))

    tag = e.tag.replace(NS, "")
    if tag == "rect":
        assert num("width") >= 0 and num("height") >= 0, e.attrib
        yield num("x"), num("y")
        yield num("x") + num("width"), num("y") + num("height")
    elif tag == "line":
        yield num("x1"), num("y1")
        yield num("x2"), num("y2")
    elif tag == "circle":
        yield num("cx") - num("r"), num("cy") - num("r")
        yield num("cx") + num("r"), num("cy") + num("r")
    elif tag == "path":
        yield from points(e.get("d"))
    elif tag == "text":
        yield num("x"), num("y")


def look(svg, ids, words):
    left, top, width, height = map(float, svg.get("viewBox").split())
    assert left == top == 0 and width == 420 and height > 0
    first = [c.tag.replace(NS, "") for c in svg[:2]]
    assert first[0] == "title" and svg[0].text, "no title"
    if svg.get("role") == "img":
        assert first[1] == "desc" and svg[1].text, "no description"
    for name in svg.get("aria-labelledby").split():
        assert any(c.get("id") == name for c in svg), name
    for e in svg:
        if e.get("id"):
            assert e.get("id") not in ids, e.get("id")
            ids.add(e.get("id"))
        if e.tag == NS + "svg":
            y = float(e.get("y"))
            assert 0 <= y <= y + float(e.get("height")) <= height
            look(e, ids, words)
            continue
        assert e.tag.replace(NS, "") in (
            "title desc style rect line circle path text".split()
        ), e.tag
        for x, y in corners(e):
            assert -1 <= x <= width + 1 and -1 <= y <= height + 1, (
                e.tag, e.attrib, x, y)
        if e.tag == NS + "text":
            words.append(e.text or "")


def main(name):
    text = open(name, encoding="utf-8").read()
    assert not re.search(r"\b(nan|inf)\b", re.sub(r">[^<]*<", "><", text))
    root = ET.fromstring(text)
    assert root.tag == NS + "svg"
    words = []
    look(root, set(), words)
    print(root[0].text)
    for e in root.iter(NS + "svg"):
        print(e[0].text)
    print("\n".join(words))


main(sys.argv[1])
