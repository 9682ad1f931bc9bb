#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Bundles: each call to the system fails once, and is the last one once, while one is
# written and while one is installed from. There is a whole file or the old one, a whole
# version or none, and nothing in the cache that is not what its name says.
# shellcheck disable=SC2317 # sweep calls the functions

load ../lib/faults
load ../lib/packages

setup_file() {
	packages 'standalone 9.9.2'
}

setup() {
	own_root
	# All of them take minutes; they are run by hand (SWEEP_STEP=1).
	export SWEEP_STEP=${SWEEP_STEP:-5}
	PYVERN_ROOT=$T/outside make_place
	PYVERN_ROOT=$T/outside pyvern bundle create -q 9.9.2 -o "$T/b.tar"
}

# A root; and a folder with a file that a bundle is to replace.
make_place() {
	rm -rf "${T:?}/root" "${T:?}/place"
	mkdir -p "$PYVERN_ROOT/catalog" "$T/place"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
	echo mine >"$T/place/b.tar"
}

judge() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	if [ -n "$CREATES" ]; then
		judge_file "$1"
	else
		judge_version "$1"
	fi
}

judge_file() {
	[ "$1" -eq 137 ] || is "something beside it" [ "$(ls -A "$T/place")" = b.tar ] || return
	if [ "$(wc -c <"$T/place/b.tar")" -eq 5 ]; then
		is "succeeds without a bundle" [ "$1" -ne 0 ]
	else
		is "another bundle" cmp "$T/b.tar" "$T/place/b.tar"
	fi
}

judge_version() {
	[ ! -e "$PYVERN_ROOT/versions/9.9.2" ] || version_is_whole 9.9.2 || return
	[ "$1" -ne 0 ] || is "succeeds without a version" [ -d "$PYVERN_ROOT/versions/9.9.2" ] || return
	is "the cache" pyvern cache verify || return
	is "the next install" pyvern install --force --from "$T/b.tar" || return
	version_is_whole 9.9.2 || return
	is "the staging folder" [ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "each call fails: a bundle is written" {
	export CREATES=1
	sweep error=EIO "$looks" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "no room at each call: a bundle is written" {
	export CREATES=1
	sweep error=ENOSPC "$makes" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "killed at each call: a bundle is written" {
	export CREATES=1
	sweep signal=SIGKILL "$makes" bundle create --force 9.9.2 -o "$T/place/b.tar"
}

@test "each call fails: install from a bundle" {
	export CREATES=
	sweep error=EIO "$looks" install --from "$T/b.tar"
}

@test "no room at each call: install from a bundle" {
	export CREATES=
	sweep error=ENOSPC "$makes" install --from "$T/b.tar"
}

@test "killed at each call: install from a bundle" {
	export CREATES=
	sweep signal=SIGKILL "$makes" install --from "$T/b.tar"
}
