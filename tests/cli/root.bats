#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern root, and what may be one
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "the variables in their order, then ~/.pyenv; it need not be there" {
	run pyvern root
	is_output "$PYVERN_ROOT"
	PYENV_ROOT=/elsewhere run pyvern root
	is_output "$PYVERN_ROOT"
	unset PYVERN_ROOT
	PYENV_ROOT=/somewhere//else/../else/ run pyvern root
	is_output /somewhere/else
	PYENV_ROOT='' run pyvern root
	is_output "$HOME/.pyenv"
	run pyvern root
	is_output "$HOME/.pyenv"
	[ ! -e "$HOME/.pyenv" ]
}

@test "a relative root would be another one in each folder" {
	PYVERN_ROOT=relative refuses 1 "PYVERN_ROOT is not an absolute path: relative" pyvern root
	[[ $stderr == *'to fix   PYVERN_ROOT="$PWD"/relative' ]]
}

@test "folders with any name, and data as it is" {
	for name in "a b" "it's" '"quoted"' '$(touch X)' '`touch X`' "$(printf 'two\nlines')" \
		"$(printf 'esc\033[31m')" 'grün'; do
		PYVERN_ROOT=$T/$name run pyvern root
		[ "$status" -eq 0 ]
		[ "$output" = "$T/$name" ]
	done
	[ ! -e X ]
}

@test "it takes no words and no options" {
	refuses 2 "root takes no words" pyvern root x
	refuses 2 "root: there is no option --json" pyvern root --json
}
