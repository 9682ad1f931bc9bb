#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Installing somebody's build: each call to the system fails once, and is the last one
# once. A version is whole or not there, and the next install puts all in order.
# shellcheck disable=SC2317 # sweep calls the functions

load ../lib/faults
load ../lib/packages

setup_file() {
	packages 'standalone 9.9.2'
}

setup() {
	own_root
	# All of them take three minutes; they are run by hand (SWEEP_STEP=1).
	export SWEEP_STEP=${SWEEP_STEP:-5}
}

make_place() {
	rm -rf "${T:?}/root"
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
}

judge() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	[ ! -e "$PYVERN_ROOT/versions/9.9.2" ] || version_is_whole 9.9.2 || return
	[ "$1" -ne 0 ] || is "succeeds without a version" [ -d "$PYVERN_ROOT/versions/9.9.2" ] || return
	is "the next install" pyvern install --skip-existing 9.9.2 || return
	version_is_whole 9.9.2 || return
	is "the next rehash" pyvern rehash || return
	is "its shim" [ -e "$PYVERN_ROOT/shims/python9.9" ] || return
	is "the staging folder" [ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "each call fails: install of a standalone build" {
	sweep error=EIO "$looks" install 9.9.2
}

@test "no room at each call: install of a standalone build" {
	sweep error=ENOSPC "$makes" install 9.9.2
}

@test "killed at each call: install of a standalone build" {
	sweep signal=SIGKILL "$makes" install 9.9.2
}
