"""Reads acceptance.json and holds an implementation of the acceptance rule to it.

Usage: python3 acceptance.py acceptance.json
Replace judge() by a call into what you test.
"""

import json
import sys


def judge(request, ids, window):
    """Whether a replica is continued: 'partial' or 'full', and why not."""
    if request is None:
        return "full", "sync"
    asked = request["replid"].lower()
    position = request["nextByte"]
    if asked.startswith("?"):
        return "full", "requested"
    if asked != ids["replid"].lower():
        if ids["replid2"] is None or asked != ids["replid2"].lower():
            return "full", "unknown-history"
        if position > ids["secondReplOffset"]:
            return "full", "past-second-offset"
    if window is None:
        return "full", "no-backlog"
    if position < window["firstByte"]:
        return "full", "before-window"
    if position > window["firstByte"] + window["histlen"]:
        return "full", "after-window"
    return "partial", None


def main(path):
    with open(path, encoding="ascii") as file:
        content = json.load(file)
    if content["format"] != "psyncspec-vectors-1" or content["family"] != "acceptance":
        sys.exit(f"{path}: no acceptance vectors of a format known here")
    failed = 0
    for vector in content["vectors"]:
        question, expected = vector["question"], vector["expected"]
        got = judge(question["request"], question["ids"], question["window"])
        if got != (expected["resync"], expected["because"]):
            failed += 1
            print(f"{vector['id']}: expected {expected['resync']}, got {got[0]}")
    print(f"{len(content['vectors'])} vectors, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1])
