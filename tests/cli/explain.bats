#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern explain
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "every place in order, the chosen one marked, people's paths" {
	cd "$HOME"
	echo 3.12 >.python-version
	pyvern global 3.13
	run pyvern explain
	[ "$status" -eq 0 ]
	is_output "python  ->  $PYVERN_ROOT/versions/3.12.1/bin/python   3.12.1" \
		"  PYENV_VERSION      not set" \
		"  ~/.python-version  3.12 -> 3.12.1                   <- this one" \
		"  global             3.13 -> 3.13.5, not reached" \
		"  system             PATH without shims, not reached"
}

@test "nothing asks" {
	run pyvern explain
	is_output "python  ->  $T/system/python   system" \
		"  PYENV_VERSION    not set" \
		"  .python-version  none here or above" \
		"  global           not set" \
		"  system           PATH without shims  <- this one"
}

@test "a variable over a file" {
	pin 3.13
	PYVERN_VERSION=3.12 PYENV_VERSION=3.13 run pyvern explain black
	[ "${lines[0]}" = "black  ->  $PYVERN_ROOT/versions/3.12.1/bin/black   3.12.1" ]
	[[ ${lines[1]} == "  PYVERN_VERSION "*" 3.12 -> 3.12.1 "*"<- this one" ]]
	[[ ${lines[2]} == "  PYENV_VERSION "*" 3.13 -> 3.13.5, not reached" ]]
}

@test "what is missing, and what to type; the answer is no" {
	pin 3.11
	run --separate-stderr pyvern explain
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "python  ->  nothing" ]
	[[ ${lines[2]} == *"/.python-version  3.11 (not installed) "*"<- this one" ]]
	[[ $stderr == *"to fix    pyvern install" ]]
}

@test "a command whose name has a version" {
	pin 3.13
	run pyvern explain python3.12
	[ "${lines[0]}" = "python3.12  ->  $PYVERN_ROOT/versions/3.12.1/bin/python3.12   3.12.1" ]
	[ "${lines[5]}" = "  python3.12 is not among them: its name chose 3.12.1" ]
}

@test "what is passed over is told with the reason" {
	mkdir .python-version
	run pyvern explain
	[[ $output == *"/.python-version  passed over: not a regular file"* ]]
}

# With --json, only people were told why.
@test "a command that nothing has: why, also as JSON" {
	pin 3.13
	run --separate-stderr pyvern explain nope
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "nope  ->  nothing" ]
	[[ $stderr == "pyvern: nope is not in 3.13.5"*"  to fix    pip install PACKAGE"* ]]
	run --separate-stderr pyvern explain --json nope
	[ "$status" -eq 1 ]
	is_json 'd["path"] is None and d["why"] == "nope is not in 3.13.5"'
	run --separate-stderr pyvern explain --json
	is_json 'd["why"] is None'
}

@test "as JSON, which a parser reads" {
	pin 3.13 ../x
	run --separate-stderr pyvern explain --json
	[ "$status" -eq 0 ]
	printf '%s' "$output" | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1 and d["command"] == "python" and d["version"] == "3.13.5", d
look = [l for l in d["looks"] if l["state"] == "chosen"][0]
assert look["source"] == "file" and look["requests"][0]["name"] == "3.13.5", look
assert look["requests"][1]["request"] is None and look["requests"][1]["line"] == 2, look
'
}
