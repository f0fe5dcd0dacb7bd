"""Where the labels of a drawing stand, and how much of a name they show. Pure: the same nodes, the same labels."""

LATIN, LINE = 7.1, 17  # width of a letter and height of a line, at 14 px
BOLD = 1.3  # how much wider the label of the centre is
HIDDEN = 0.12  # of a label that covers more than this share of itself, nothing could be read


def letters(text):
    """How wide `text` is, in Latin letters; a Chinese character is as wide as two."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def shortened(text, longest):
    """`text` with at most `longest` letters, cut behind a word where there is one."""
    if letters(text) <= longest:
        return text
    kept = ""
    for letter in text:
        if letters(kept + letter) > longest - 1:
            break
        kept += letter
    word = kept.rpartition(" ")[0]
    return f"{(word if len(word) > longest / 2 else kept).rstrip()}…"


def label(nodes, width, height):
    """Give each of `nodes` (the most important first) the side on which its label meets least of what is there already.

    Where there is no room on any side it is `quiet`: its label shows only while somebody points at the node.
    """
    taken = [(one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius) for one in nodes]
    for one in nodes:
        wide = letters(one.text) * LATIN * (BOLD if "core" in one.classes else 1)
        sides = list(_sides(one, wide))
        near = _meeting(_around([box for box, _point, _anchor in sides]), taken)
        box, one.label, one.anchor = min(sides, key=lambda side: _met(side[0], near, width, height))
        one.quiet = "core" not in one.classes and _covered(box, near) > HIDDEN * wide * LINE
        if not one.quiet:
            taken.append(box)


def _around(boxes):
    """The smallest box around `boxes`."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _meeting(box, taken):
    """Those of `taken` that meet `box`: of hundreds, the few that are worth measuring."""
    left, top, right, bottom = box
    return [one for one in taken if one[0] < right and one[2] > left and one[1] < bottom and one[3] > top]


def _sides(one, wide):
    """(box, point, anchor) of the label to the right, left, below and above; then a little higher or lower at either side."""
    gap, half = one.radius + 5, LINE / 2
    yield (one.x + gap, one.y - half, one.x + gap + wide, one.y + half), _at(one.x + gap, one.y + 5), "start"
    yield (one.x - gap - wide, one.y - half, one.x - gap, one.y + half), _at(one.x - gap, one.y + 5), "end"
    below, above = one.y + one.radius + 15, one.y - one.radius - 6
    yield (one.x - wide / 2, below - 13, one.x + wide / 2, below + 4), _at(one.x, below), "middle"
    yield (one.x - wide / 2, above - 13, one.x + wide / 2, above + 4), _at(one.x, above), "middle"
    for shift in (-half, half):
        y, aside = one.y + shift, gap - 2
        yield (one.x + aside, y - half, one.x + aside + wide, y + half), _at(one.x + aside, y + 5), "start"
        yield (one.x - aside - wide, y - half, one.x - aside, y + half), _at(one.x - aside, y + 5), "end"


def _at(x, y):
    return round(x, 1), round(y, 1)


def _met(box, taken, width, height):
    """How much of what is taken `box` covers; what leaves the drawing counts most."""
    left, top, right, bottom = box
    outside = max(0, -left) + max(0, right - width) + max(0, -top) + max(0, bottom - height)
    return _covered(box, taken) + outside * 40


def _covered(box, taken):
    """The area of what is taken below `box`."""
    left, top, right, bottom = box
    return sum(
        max(0, min(right, other[2]) - max(left, other[0])) * max(0, min(bottom, other[3]) - max(top, other[1]))
        for other in taken
    )
