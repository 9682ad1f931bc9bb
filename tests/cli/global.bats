#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern global

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "system by default; set, shown, unset" {
	run pyvern global
	is_output system
	pyvern global 3.12 3.13.5
	run pyvern global
	is_output 3.12 3.13.5
	[ "$(cat "$PYVERN_ROOT/version")" = "$(printf '3.12\n3.13.5')" ]
	[ "$(python)" = 3.12.1 ]
	pyvern global --unset
	run pyvern global
	is_output system
}

@test "files of pyenv's early days are shown" {
	echo 3.12 >"$PYVERN_ROOT/default"
	run pyvern global
	is_output 3.12
}

@test "what is not installed is not written, unless forced" {
	run pyvern global 3.11
	[ "$status" -eq 3 ]
	[ ! -e "$PYVERN_ROOT/version" ]
	pyvern global --force 3.11
	[ "$(cat "$PYVERN_ROOT/version")" = 3.11 ]
}

@test "a root that may not be written" {
	with_read_only_root pyvern global 3.12
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "pyvern: cannot change the global version: $PYVERN_ROOT"*" is not writable for user "* ]]
}
