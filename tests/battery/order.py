#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""order.py TRACE FOLDER: what a command would have left behind in FOLDER if the power had gone.

TRACE is what `strace -f -y` wrote. A name is published by a rename from a temporary name, or
out of a folder for work. For each: was what gets the name on the disk before (fsync of the
file, or syncfs of its file system, after the last change to it), and was the folder that has
the name brought to the disk afterwards? Prints "BEFORE AFTER NAME" with the words "synced" or
"open", in the order of the trace. A name that is published twice is told twice."""

import os
import re
import sys

CALL = re.compile(r'^(\d+) +([a-z0-9_]+)\((.*)$')
RESUMED = re.compile(r'^(\d+) +<\.\.\. [a-z0-9_]+ resumed>(.*)$')
DESCRIPTOR = re.compile(r'^(?:-?\d+|AT_FDCWD)<(.*)>$')
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
CHANGES = {'write', 'pwrite64', 'writev', 'sendfile', 'copy_file_range', 'ftruncate', 'fchmod',
           'utimensat', 'mkdirat', 'mkdir', 'symlinkat', 'symlink', 'linkat', 'link', 'openat',
           'open', 'unlinkat', 'fchmodat', 'renameat', 'renameat2', 'rename'}
WORK = ('.staging', '.tmp-', '.pyvern-new-')
PART = '.part'


def lines(path):
    """The calls of a trace that succeeded: name and words, in the order in which they ended."""
    begun = {}
    with open(path, errors='replace') as trace:
        for line in trace:
            line = line.rstrip('\n')
            resumed = RESUMED.match(line)
            if resumed:
                pid, rest = resumed.groups()
                if pid not in begun:
                    continue
                line = begun.pop(pid) + rest
            elif line.endswith('<unfinished ...>'):
                begun[line.split(' ', 1)[0]] = line[:-len('<unfinished ...>')]
                continue
            call = CALL.match(line)
            if not call or re.search(r'\) += -1 ', line):
                continue
            words = call.group(3).rsplit(') ', 1)[0]
            yield call.group(2), split(words)


def split(words):
    """Arguments of a call: by commas that are not in texts, structures or paths."""
    parts, depth, text, current = [], 0, False, ''
    previous = ''
    for char in words:
        if char == '"' and previous != '\\':
            text = not text
        if not text and char in '{[(<':
            depth += 1
        if not text and char in '}])>':
            depth -= 1
        if char == ',' and depth == 0 and not text:
            parts.append(current.strip())
            current = ''
        else:
            current += char
        previous = char
    parts.append(current.strip())
    return parts


def descriptor(word):
    found = DESCRIPTOR.match(word)
    return found.group(1) if found else None


def joined(folder, name):
    text = TEXT.match(name)
    return os.path.normpath(os.path.join(descriptor(folder) or '/', text.group(1) if text else ''))


def touched(call, words):
    """Paths that a call changes."""
    if call in ('renameat', 'renameat2'):
        return [joined(words[0], words[1]), joined(words[2], words[3])]
    if call == 'linkat':
        return [joined(words[2], words[3])]
    if call == 'symlinkat':
        return [joined(words[1], words[2])]
    if call in ('openat', 'mkdirat', 'unlinkat', 'fchmodat') or (
            call == 'utimensat' and words[1].startswith('"')):
        if call == 'openat' and 'O_CREAT' not in words[2]:
            return []
        return [joined(words[0], words[1])]
    if call == 'copy_file_range':
        return [descriptor(words[2])]
    return [descriptor(words[0])]


def is_work(path, folder):
    return path.endswith(PART) or any(
        part.startswith(WORK) for part in os.path.relpath(path, folder).split('/'))


def below(path, folder):
    return path == folder or path.startswith(folder + '/')


def main():
    trace, folder = sys.argv[1], os.path.realpath(sys.argv[2])
    changed, synced, everything, published = {}, {}, 0, []
    for at, (call, words) in enumerate(lines(trace), 1):
        if call in ('fsync', 'fdatasync'):
            path = descriptor(words[0])
            synced[path] = at
            for one in published:
                if one['parent'] == path:
                    one['after'] = True
            continue
        if call == 'syncfs':
            everything = at
            continue
        if call in ('renameat', 'renameat2'):
            old, new = touched(call, words)
            if below(new, folder) and is_work(old, folder) and not is_work(new, folder):
                last = max([when for path, when in changed.items() if below(path, old)] or [0])
                published.append({'name': os.path.relpath(new, folder), 'after': False,
                                  'parent': os.path.dirname(new),
                                  'before': max(synced.get(old, 0), everything) > last})
            for path in [path for path in changed if below(path, old)]:
                changed[new + path[len(old):]] = changed.pop(path)
        elif call in CHANGES:
            for path in touched(call, words):
                if path:
                    changed[path] = at
    for one in published:
        print(*('synced' if one[when] else 'open' for when in ('before', 'after')), one['name'])


main()
