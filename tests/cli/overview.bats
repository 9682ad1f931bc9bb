#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern alone: what is chosen here and why, what is installed, what needs doing
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

# It said "here" twice.
@test "nothing asks" {
	run --separate-stderr pyvern
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	is_output "  here       system, because nothing asks for another" \
		"  python     $T/system/python" \
		"  installed  3.13.5  3.12.1" \
		"  root       $PYVERN_ROOT" \
		"  more       pyvern explain, pyvern help"
}

@test "who asks, for what, and what it is" {
	cd "$HOME"
	pin 3.13 3.12.1 system
	run pyvern
	[ "${lines[0]}" = "  here       3.13.5, asked by ~/.python-version:1 as 3.13" ]
	[ "${lines[1]}" = "             3.12.1, asked by ~/.python-version:2" ]
	[ "${lines[2]}" = "             system, asked by ~/.python-version:3" ]
	PYVERN_VERSION=3.12 run pyvern
	[ "${lines[0]}" = "  here       3.12.1, asked by PYVERN_VERSION as 3.12" ]
}

@test "a version that is missing, and the command that mends it" {
	pin 3.11 3.13
	run --separate-stderr pyvern
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "  here       3.11 is not installed, asked by $T/project/.python-version:1" ]
	[ "${lines[1]}" = "             3.13.5, asked by $T/project/.python-version:2 as 3.13" ]
	[ "$stderr" = "! pin      3.11 is not installed
  to fix   pyvern install" ]
}

# A line of the file was shown, and `pyvern install` was to mend it.
@test "a pin that says nothing: no line of it is shown, and what to type is right" {
	echo 'hunter2 x' >"$T/secret"
	ln -s "$T/secret" .python-version
	run pyvern
	[[ $output != *hunter2* ]]
	[[ $output == *"here       nothing that can be used, asked by $T/project/.python-version"* ]]
	[[ $output == *"to fix   pyvern local VERSION"* ]]
	rm .python-version
	: >.python-version
	run pyvern
	[[ $output == *"! pin      $T/project/.python-version cannot be used: names no version"* ]]
	printf '../../etc\n3.13\n' >.python-version
	run pyvern
	[ "${lines[0]}" = "  here       3.13.5, asked by $T/project/.python-version:2 as 3.13" ]
	[[ $output == *"$T/project/.python-version:1 is passed over: it is no safe name"* ]]
}

@test "shims that are not on PATH, or not first" {
	PATH=$T/prefix/bin:/usr/bin:/bin run --separate-stderr pyvern
	[[ $stderr == *"the shims are not on PATH"*"to fix   pyvern init --install, then open a new shell"* ]]
	run --separate-stderr env PATH="$T/prefix/bin:$T/system:$PYVERN_ROOT/shims" \
		"$T/prefix/bin/pyvern"
	[[ $stderr == *"$T/system/python comes before the shims on PATH"* ]]
}

@test "an empty machine" {
	rm -r "$PYVERN_ROOT"
	run --separate-stderr env PATH="$T/prefix/bin" "$T/prefix/bin/pyvern"
	[ "$status" -eq 0 ]
	[[ $output == *"python     not found"* ]]
	[[ $output == *"installed  none yet"* ]]
	[[ $stderr == *"! nothing  no Python is installed yet"*"to fix   pyvern install"* ]]
	[ ! -e "$PYVERN_ROOT" ]
}

@test "facts and needs stand in order when both go to one file" {
	pin 3.11
	pyvern >all 2>&1
	[ "$(head -c 6 all)" = "  here" ]
	[ "$(tail -n 1 all)" = "  to fix   pyvern install" ]
}

@test "many versions: the newest, and how many more" {
	for minor in $(seq 10 30); do fake_version "3.$minor.0"; done
	run pyvern
	[[ $output == *"installed  3.30.0  3.29.0  "*"and 11 more (pyvern versions)"* ]]
	for line in "${lines[@]}"; do [ "${#line}" -le 160 ]; done
}
