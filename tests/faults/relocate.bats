#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Making a moved root right on bad days: each call to the system fails once, or is the
# last one. Whatever happens, the same command finishes it.
# shellcheck disable=SC2016,SC2317 # the other shells expand it; sweep calls them

bats_require_minimum_version 1.5.0
load ../lib/faults
load ../lib/versions
load ../lib/real
load ../lib/relocate

setup() {
	versions_setup
	relocate_setup
	make_root
	move_root "$T/new place"
	mkdir "$T/kept"
	cp -a "$PYVERN_ROOT" "$T/kept/root"
	export T old
}

make_place() {
	rm -rf "${T:?}/new place"
	cp -a "$T/kept/root" "$T/new place"
}

# Done, or said so; and done after the next one.
judge() {
	if [ "$1" -eq 0 ]; then
		is_right || return
	elif [ "$1" -lt 128 ] && ! grep -q '^pyvern: ' "$T/said"; then
		echo "nothing is said"
		return 1
	fi
	pyvern relocate -q || { echo "the next one fails"; return 1; }
	is_right || return
	pyvern relocate 2>&1 | grep -q 'nothing to do' || { echo "it is never done"; return 1; }
}

writes='openat|write|pwrite64|rename|renameat|renameat2|unlinkat|symlinkat|linkat|fsync|syncfs|mkdirat'

@test "killed at each call that changes something: the next one finishes it" {
	sweep signal=SIGKILL "$writes" relocate
}

@test "each call that changes something fails" {
	sweep error=EIO "$writes" relocate
}
