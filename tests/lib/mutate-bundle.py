# SPDX-License-Identifier: MIT
"""mutate-bundle.py BUNDLE FOLDER: write wrong forms of BUNDLE into FOLDER, each by its name."""

import hashlib
import io
import os
import sys
import tarfile

source, folder = sys.argv[1:3]
os.makedirs(folder, exist_ok=True)
with tarfile.open(source) as tar:
    GOOD = [(m.name.partition('/')[2], tar.extractfile(m).read()) for m in tar]
with open(source, 'rb') as file:
    BYTES = file.read()


def write(name, members, **more):
    with tarfile.open(os.path.join(folder, name), 'w', format=tarfile.USTAR_FORMAT) as tar:
        for path, content in members:
            info = tarfile.TarInfo(path if path.startswith('!') else 'pyvern-bundle/' + path)
            info.name = info.name.lstrip('!')
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))


def raw(name, data):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(data)


def line(path, content):
    return b'%s\t%d\t%s\n' % (hashlib.sha256(content).hexdigest().encode(), len(content), path.encode())


def remade(members):
    """With a manifest that is right for them."""
    rest = sorted((p, c) for p, c in members if p != 'manifest')
    text = b'# pyvern bundle 1\n' + b''.join(line(p, c) for p, c in rest if isinstance(c, bytes))
    return [('manifest', text)] + rest


def with_text(path, change):
    return [(p, change(c) if p == path else c) for p, c in GOOD]


ARTIFACT = next(p for p, c in GOOD if p.startswith('artifacts/'))
CATALOG = dict(GOOD)['catalog.tsv']
MANIFEST = dict(GOOD)['manifest']

# Bytes.
for part in (1, 3, 5, 9):
    raw('cut-%d' % part, BYTES[:len(BYTES) * part // 10])
raw('cut-before-the-end', BYTES[:-1024])
raw('more-behind', BYTES + b'more')
raw('twice', BYTES + BYTES)
for i, at in enumerate((700, 1600, len(BYTES) // 2, len(BYTES) - 3000)):
    raw('bit-%d' % i, BYTES[:at] + bytes([BYTES[at] ^ 4]) + BYTES[at + 1:])


def with_header(change):
    """BYTES, whose first header is changed, with a checksum that is right for it."""
    head = bytearray(BYTES[:512])
    change(head)
    head[148:156] = b' ' * 8
    head[148:156] = b'%06o\0 ' % sum(head)
    return bytes(head)


def is_kind(kind, target=b''):
    def change(head):
        head[124:136] = b'%011o\0' % 0
        head[156:157] = kind
        head[157:157 + len(target)] = target
    return change


AFTER_MANIFEST = BYTES[512 + (len(GOOD[0][1]) + 511) // 512 * 512:]
raw('manifest-is-a-folder', with_header(is_kind(b'5')) + AFTER_MANIFEST)
raw('manifest-is-a-link', with_header(is_kind(b'2', b'catalog.tsv')) + AFTER_MANIFEST)
raw('manifest-is-a-hard-link', with_header(is_kind(b'1', b'pyvern-bundle/catalog.tsv')) + AFTER_MANIFEST)
raw('manifest-is-a-device', with_header(is_kind(b'3')) + AFTER_MANIFEST)
raw('no-magic', BYTES[:257] + b'USTAR' + BYTES[262:])
raw('header-alone', BYTES[:512])

# The manifest.
for name, change in {
        'header': lambda c: c.replace(b'bundle 1', b'bundle 2'),
        'no-newline': lambda c: c[:-1],
        'empty': lambda c: b'',
        'lines-reversed': lambda c: b'\n'.join([c.split(b'\n')[0]] + c.split(b'\n')[1:-1][::-1]) + b'\n',
        'line-twice': lambda c: c + c.split(b'\n')[-2] + b'\n',
        'climbing': lambda c: c + b'0' * 64 + b'\t1\tsignatures/../../x\n',
        'absolute': lambda c: c + b'0' * 64 + b'\t1\t/etc/passwd\n',
        'hidden': lambda c: c + b'0' * 64 + b'\t1\tsignatures/.x\n',
        'other-folder': lambda c: c + b'0' * 64 + b'\t1\tzzz/x\n',
        'missing-file': lambda c: c + b'0' * 64 + b'\t1\twheels/x-1-py3-none-any.whl\n',
        'size': lambda c: c.replace(b'\t', b'\t1', 1),
        'huge-size': lambda c: c.replace(b'\t', b'\t99999999999999999999', 1),
        'digest': lambda c: c.replace(c.split(b'\n')[1][:64], b'0' * 64),
        'upper-case': lambda c: c.replace(c.split(b'\n')[1][:64], c.split(b'\n')[1][:64].upper()),
        'nul': lambda c: c + b'\0\n',
        'too-large': lambda c: c + b'x' * (8 * 1024 * 1024),
        'many': lambda c: c + b''.join(b'0' * 64 + b'\t1\tsignatures/z%06d\n' % i for i in range(20001)),
}.items():
    write('manifest-' + name, with_text('manifest', change))

# Members.
write('member-missing', [m for m in GOOD if m[0] != ARTIFACT])
write('member-more', GOOD + [('artifacts/' + '0' * 64, b'x')])
write('member-at-the-top', GOOD + [('extra', b'x')])
write('member-elsewhere', GOOD + [('!elsewhere/x', b'x')])
write('member-climbing', GOOD + [('signatures/../../../x', b'x')])
write('member-link', [(p, '/etc/passwd' if p == ARTIFACT else c) for p, c in GOOD])
write('member-link-inside', [(p, '../manifest' if p == ARTIFACT else c) for p, c in GOOD])
write('member-link-folder', GOOD + [('wheels', 'artifacts')])
write('member-link-folder-named', remade(
    [('signatures' + p[9:] if p == ARTIFACT else p, c) for p, c in GOOD]) + [('elsewhere', 'signatures')])
write('member-artifacts-by-link', [(p if p == 'manifest' else p.replace('artifacts/', 'signatures/'), c)
                                   for p, c in GOOD] + [('artifacts', 'signatures')])
write('member-more-link', GOOD + [('wheels/x-1-py3-none-any.whl', '../manifest')])
write('member-twice', GOOD + [GOOD[-1]])
write('member-changed', with_text(ARTIFACT, lambda c: c[:-1] + b'x'))

write('member-no-wheel', remade(GOOD + [('wheels/x.sh', b'x')]))
write('member-manifest-last', GOOD[1:] + GOOD[:1])
write('member-manifest-twice', GOOD[:1] + GOOD)

# What is right in itself, and contradicts the catalogue.
write('catalog-missing', remade([m for m in GOOD if m[0] != 'catalog.tsv']))
write('catalog-too-large', remade(with_text('catalog.tsv', lambda c: c + b'#' * (16 * 1024 * 1024))))
write('catalog-link', [m for m in GOOD if m[0] != 'catalog.tsv'] + [('catalog.tsv', 'manifest')])
write('catalog-header', remade(with_text('catalog.tsv', lambda c: c.replace(b'# ', b'## ', 1))))
write('catalog-lacks-one', remade(with_text('catalog.tsv', lambda c: b'\n'.join(c.split(b'\n')[:-2]) + b'\n')))
write('catalog-other-digest', remade(with_text('catalog.tsv', lambda c: c.replace(ARTIFACT[10:].encode(), b'0' * 64))))
write('catalog-no-digest', remade(with_text('catalog.tsv', lambda c: c.replace(ARTIFACT[10:].encode(), b''))))
write('catalog-version', remade(with_text('catalog.tsv', lambda c: c.replace(b'\t9.8.7\t', b'\t../x\t'))))
write('artifact-by-another-name', remade([('artifacts/' + '0' * 64 if p == ARTIFACT else p, c) for p, c in GOOD]))
write('artifact-other-content', remade(with_text(ARTIFACT, lambda c: c + b'x')))
