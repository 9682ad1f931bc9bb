#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Repairing a version on bad days: each call to the system fails once, or is the last one.
# Whatever happens, no file is worse than before, and the same command finishes it.
# shellcheck disable=SC2317 # sweep calls them

bats_require_minimum_version 1.5.0
load ../lib/faults
load ../lib/packages

setup_file() {
	packages 'standalone 9.8.1 noise=20'
}

setup() {
	own_root
	pyvern install -q 9.8.1
	cp -a "$PYVERN_ROOT/versions/9.8.1" "$T/good"
	export tree=$PYVERN_ROOT/versions/9.8.1
	echo damaged >"$tree/lib/python9.8/os.py"
	echo damaged >"$tree/bin/pydoc9.8"
	rm -r "$tree/lib/pkgconfig"
	ln -sfn /bin/sh "$tree/bin/python3"
	mkdir "$T/kept"
	cp -a "$PYVERN_ROOT" "$T/kept/root"
}

make_place() {
	rm -rf "${T:?}/root"
	cp -a "$T/kept/root" "$T/root"
}

# Each file is what it was before, or what was installed.
no_worse() {
	local file
	for file in lib/python9.8/os.py bin/pydoc9.8; do
		cmp -s "$tree/$file" "$T/good/$file" || [ "$(cat "$tree/$file")" = damaged ] || {
			echo "$file is neither the old nor the right one"
			return 1
		}
	done
	diff -r --no-dereference -x os.py -x pydoc9.8 -x python3 -x pkgconfig "$tree" "$T/good" || return
	[ ! -e "$tree/lib/pkgconfig/python-9.8.pc" ] ||
		cmp "$tree/lib/pkgconfig/python-9.8.pc" "$T/good/lib/pkgconfig/python-9.8.pc"
}

judge() {
	no_worse || return
	if [ "$1" -eq 0 ]; then
		diff -r --no-dereference "$tree" "$T/good" || return
	elif [ "$1" -lt 128 ] && ! grep -q -e '^pyvern: ' -e '^! ' "$T/said"; then
		echo "nothing is said"
		return 1
	fi
	pyvern repair -q 9.8.1 || { echo "the next one fails"; return 1; }
	diff -r --no-dereference "$tree" "$T/good" || return
	# What a dead one left is cleared up by the next that has something to do.
	echo damaged >"$tree/bin/pydoc9.8"
	pyvern repair -q 9.8.1 || return
	[ -z "$(ls -A "$T/root/.staging")" ] || { echo "a stage is left"; return 1; }
}

writes='openat|write|pwrite64|rename|renameat|renameat2|unlinkat|symlinkat|linkat|fsync|syncfs|mkdirat|fchmod|fchmodat|utimensat'

@test "killed at each call that changes something: the next one finishes it" {
	SWEEP_STEP=2 sweep signal=SIGKILL "$writes" repair-version 9.8.1
}

@test "each call that changes something fails" {
	SWEEP_STEP=2 sweep error=EIO "$writes" repair-version 9.8.1
}

@test "no room: as it was, and said" {
	sweep error=ENOSPC 'write|mkdirat|rename|renameat|renameat2' repair-version 9.8.1
}
