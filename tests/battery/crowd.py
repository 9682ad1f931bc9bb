#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many at once on one root.

    crowd.py rounds PROCESSES ROUNDS FOLDER   install, uninstall, rehash, exec, venv, gc
    crowd.py storm REHASHES READERS FOLDER    rehash all at once, while shims are run

Prints what is wrong, and at the end how many operations ran. PYVERN_ROOT has 9.9.1 and
9.9.2 to install; what an operation says goes below FOLDER.
"""
import os
import random
import subprocess
import sys
import threading

ROOT = os.environ["PYVERN_ROOT"]
# Far above what any of them takes, also with all others beside it.
LIMIT_S = 600
VERSIONS = ["9.9.1", "9.9.2"]
# What each may end with: done; refused, because somebody needs it; not installed (any more).
# A shim says 127 of what is not there, and 126 of what went while it was started.
ALLOWED = {
    "install": {0},
    "uninstall": {0, 3, 6},
    "remove": {0, 3},
    "rehash": {0},
    "exec": {0, 126, 127},
    "venv": {0, 3},
    "gc": {0},
}
lock = threading.Lock()
counts = {}
wrong = []


def run(name, argv, extra, log):
    env = dict(os.environ, **extra)
    with open(log, "wb") as said:
        try:
            status = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=said,
                                    stderr=subprocess.STDOUT, env=env, timeout=LIMIT_S).returncode
        except subprocess.TimeoutExpired:
            status = 124
    with lock:
        counts[(name, status)] = counts.get((name, status), 0) + 1
        with open(log, errors="replace") as said:
            text = said.read()
        # The Pythons here are scripts: one can go before its shell has opened it.
        gone = name == "exec" and status == 2 and "cannot open" in text
        if status not in ALLOWED[name] and not gone:
            wrong.append("%s %s: status %d: %s" % (name, argv[1:], status, text[:600]))


def operation(name, version, folder, who):
    shim = os.path.join(ROOT, "shims", "python")
    env = os.path.join(folder, "env-%d" % who)
    argv = {
        "install": ["pyvern", "install", version],
        "uninstall": ["pyvern", "uninstall", "--yes", version],
        "remove": ["pyvern", "uninstall", "--yes", "--force", version],
        "rehash": ["pyvern", "rehash"],
        "exec": [shim, "-V"],
        "venv": ["pyvern", "venv", "--clear", "--without-pip", "-p", version, env],
        "gc": ["pyvern", "gc", "--yes"],
    }[name]
    extra = {"PYVERN_VERSION": version} if name == "exec" else {}
    # No shim at all is right while nothing is installed.
    if name == "exec" and not os.path.exists(shim):
        argv = ["pyvern", "exec", "python", "-V"]
    return argv, extra


def rounds(processes, times, folder):
    def work(who):
        dice = random.Random(who)
        for number in range(times):
            name = dice.choice(["install", "install", "uninstall", "remove", "rehash", "exec", "exec",
                                "venv", "gc"])
            argv, extra = operation(name, dice.choice(VERSIONS), folder, who)
            try:
                run(name, argv, extra, os.path.join(folder, "said-%d" % who))
            except FileNotFoundError:  # the shim went between the look and the start
                with lock:
                    counts[(name, 127)] = counts.get((name, 127), 0) + 1

    together([threading.Thread(target=work, args=(who,)) for who in range(processes)])


def storm(rehashes, readers, folder):
    over = threading.Event()
    folder_of_shims = os.path.join(ROOT, "shims")
    shims = [os.path.join(folder_of_shims, "python")]
    # All that are there now belong to a Python that stays.
    shims += [os.path.join(folder_of_shims, name) for name in sorted(os.listdir(folder_of_shims))
              if name[0] != "." and name != "python"]
    ALLOWED["read"] = {0}

    def read(who):
        while not over.is_set():
            missing = [s for s in shims if not os.path.exists(s)]
            if missing:
                with lock:
                    wrong.append("a shim is missing: %s" % missing)
            run("read", [shims[0], "-V"], {}, os.path.join(folder, "read-%d" % who))

    def rehash(who):
        run("rehash", ["pyvern", "rehash"], {}, os.path.join(folder, "said-%d" % who))

    reading = [threading.Thread(target=read, args=(who,)) for who in range(readers)]
    for thread in reading:
        thread.start()
    together([threading.Thread(target=rehash, args=(who,)) for who in range(rehashes)])
    over.set()
    for thread in reading:
        thread.join()


def together(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    what, many, times, folder = sys.argv[1:]
    (rounds if what == "rounds" else storm)(int(many), int(times), folder)
    for text in wrong[:5]:
        print(text)
    for (name, status), count in sorted(counts.items()):
        print("%s: status %d: %d" % (name, status, count))
    print(sum(counts.values()))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
