import json, sys
NODE = {"role": "master", "replid2": None, "secondReplOffset": None, "offset": 0, "window": None, "backlogSize": 16384,
        "master": None, "linkUp": False, "replicas": [], "counters": {"syncFull": 0, "syncPartialOk": 0, "syncPartialErr": 0}}
for question in map(json.loads, sys.stdin):
    what, words = question["do"], (question.get("operation") or "").split()
    if what == "reset":
        nodes = [{**NODE, "replid": str(i) * 40, "data": ["", ""]} for i in range(3)]
    if words[:1] == ["write"]:
        nodes[int(words[1])]["data"][int(words[3])] += question["words"][0]
    answer = {"hello": {"name": "lone masters", "nodes": 3, "abilities": ["write", "settle"]}, "reset": {}}.get(
        what, {"outcome": "done", "at": 0, "quiet": True})
    print(json.dumps({"id": question["id"], **({} if what == "hello" else {"nodes": nodes}), **answer}), flush=True)
