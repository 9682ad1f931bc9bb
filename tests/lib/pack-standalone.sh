#!/bin/sh
# SPDX-License-Identifier: MIT
# pack-standalone.sh TREE DIR MOVE_TREE VERSION...: pack the Python that was installed
# from source in TREE as standalone builds are packed (`install_only`): made for
# /install, by a compiler that is not here, below one folder `python`, as .tar.gz,
# .tar.xz and .tar.zst in DIR; other VERSIONs than the first only as .tar.zst, and they
# are the same Python, whose headers say that it is another. Prints no more than errors.
set -eu

python=$(command -v python3)
tree=$1
dir=$2
move_tree=$3
shift 3
work=$dir/pack
rm -rf "${work:?}"
mkdir -p "$work"
cp -a "$tree" "$work/python"
# Ours, and environments that others made in it.
rm -rf "$work/python/.pyvern" "$work/python/envs"
# Their programs find the library beside themselves; they have no debug information and
# no test suite.
# shellcheck disable=SC2016 # $ORIGIN is for the linker
find "$work/python/bin" "$work/python/lib" -type f | while read -r file; do
	if [ "$(head -c 4 "$file" | tr -d '\000')" = "$(printf '\177ELF')" ]; then
		chmod u+w "$file"
		strip --strip-debug "$file"
		echo "$file"
	fi
done | "$python" -I -c 'import sys
old = sys.argv[1].encode() + b"/lib"
new = b"$ORIGIN/../lib"
for name in sys.stdin.read().splitlines():
    with open(name, "rb+") as file:
        data = file.read()
        file.seek(0)
        file.write(data.replace(old + b"\0", new.ljust(len(old) + 1, b"\0")))' "$tree"
rm -rf "$work"/python/lib/python3.*/test "$work"/python/lib/python3.*/config-*/libpython*.a
"$move_tree" "$work/python" /install
lib=$(echo "$work"/python/lib/python3.*)
for file in "$lib"/_sysconfigdata_*.py "$lib"/config-*/Makefile; do
	# clang, and headers that were only there where it was built.
	sed -i -e "s/gcc -pthread/clang -pthread/g; s/g++ -pthread/clang++ -pthread/g" \
		-e "s/-fstack-protector-strong/&/; s|-DNDEBUG|-I/tools/deps/include -DNDEBUG|" "$file"
done
# The packer changed it after it was compiled.
"$tree"/bin/python3 -I -m compileall -q "$lib"/_sysconfigdata_*.py
types='gz xz zst'
for version; do
	name=cpython-$version+20260814-$(uname -m)-unknown-linux-gnu-install_only
	for file in "$work"/python/include/python3.*/patchlevel.h; do
		sed -i "s/^\(#define PY_VERSION  *\)\".*\"/\1\"$version\"/" "$file"
	done
	for type in $types; do
		case $type in
		gz) filter=--gzip ;;
		xz) filter=--xz ;;
		zst) filter=--zstd ;;
		esac
		bsdtar --format pax --uid 0 --gid 0 -C "$work" -cf "$dir/$name.tar.$type" \
			"$filter" python
	done
	types=zst
done
rm -rf "${work:?}"
