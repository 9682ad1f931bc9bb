#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern config
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	unset PYVERN_JOBS PYENV_JOBS PYVERN_AUTO_INSTALL PYVERN_MIRROR
}

@test "set, get, list, unset" {
	run --separate-stderr pyvern config get jobs
	[ "$status" -eq 1 ]
	[ "$output$stderr" = "" ]
	run --separate-stderr pyvern config set jobs 3
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$stderr" = "~ jobs     3" ]
	[ "$(pyvern config get jobs)" = 3 ]
	grep -qx 'jobs = 3' "$PYVERN_ROOT/config"
	for list in "config" "config list"; do
		# shellcheck disable=SC2086 # words
		run pyvern $list
		[ "$status" -eq 0 ]
		[[ $output == *"jobs "*" 3 "*"$PYVERN_ROOT/config"* ]]
		[[ $output == *"auto_install "*" 0 "*"(built in)"* ]]
	done
	run pyvern config unset jobs
	is_output "- jobs     not set in this root any more"
	run pyvern config get jobs
	[ "$status" -eq 1 ]
}

@test "as JSON: the list, and one" {
	pyvern config set jobs 3
	run --separate-stderr pyvern config --json
	is_json '{s["key"]: s["value"] for s in d["settings"]}["jobs"] == "3"'
	run --separate-stderr pyvern config list --json
	is_json 'all(s["help"] for s in d["settings"])'
	# `get` printed plain text.
	run --separate-stderr pyvern config get jobs --json
	is_json 'd["key"] == "jobs" and d["value"] == "3" and d["origin"].endswith("/root/config")'
	run --separate-stderr pyvern config get mirror --json
	[ "$status" -eq 1 ]
	is_json 'd["value"] is None and d["origin"] is None'
	refuses 2 "--json is for what config shows" pyvern config set jobs 2 --json
	refuses 2 "--json is for what config shows" pyvern config unset jobs --json
	[ "$(pyvern config get jobs)" = 3 ]
}

@test "a variable wins over all files, and is said to when a file is changed" {
	mkdir -p "$XDG_CONFIG_HOME/pyvern"
	echo 'jobs = 5' >"$XDG_CONFIG_HOME/pyvern/config"
	[ "$(pyvern config get jobs)" = 5 ]
	pyvern config set jobs 3
	[ "$(pyvern config get jobs)" = 3 ]
	[ "$(PYENV_JOBS=8 pyvern config get jobs)" = 8 ]
	[ "$(PYENV_JOBS=8 PYVERN_JOBS=9 pyvern config get jobs)" = 9 ]
	PYVERN_JOBS=9 run pyvern config set jobs 4
	[ "${lines[1]}" = "! jobs     PYVERN_JOBS is set, and wins over files" ]
	[ "$(pyvern config get jobs)" = 4 ]
}

@test "other lines and comments of the file stay" {
	printf '# mine\njobs = 1\n\nmirror = /m\njobs = 2\n' >"$PYVERN_ROOT/config"
	pyvern config set jobs 7
	[ "$(cat "$PYVERN_ROOT/config")" = "$(printf '# mine\njobs = 7\n\nmirror = /m')" ]
	[ "$(pyvern config get mirror)" = /m ]
}

@test "what is no setting, no value of it, no sentence" {
	refuses 2 "there is no setting nope" pyvern config get nope
	refuses 2 "there is no setting nope" pyvern config set nope 1
	refuses 2 "there is no setting nope" pyvern config unset nope
	refuses 2 "there is no face nice: it is pyvern or pyenv" pyvern config set face nice
	refuses 2 "a setting cannot hold control characters" pyvern config set mirror "$(printf 'a\nb')"
	for words in get set "set jobs" "set jobs 1 2" "get jobs mirror" "frob" "list jobs"; do
		# shellcheck disable=SC2086 # words
		refuses 2 "config: these words mean nothing together" pyvern config $words
	done
	[ ! -e "$PYVERN_ROOT/config" ]
}

# They were taken, and the mistake showed at the next install.
@test "values that cannot be are refused, and in files and variables passed over" {
	refuses 2 "jobs is a number, 1 to 1024, not many" pyvern config set jobs many
	refuses 2 "jobs is a number" pyvern config set jobs 0
	refuses 2 'auto_install is 1 or 0, not ""' pyvern config set auto_install ""
	refuses 2 "auto_install is 1 or 0, not perhaps" pyvern config set auto_install perhaps
	for value in 1 yes on true 0 no off false; do
		pyvern config set auto_install "$value"
		[ "$(pyvern config get auto_install)" = "$value" ]
	done
	echo 'jobs = -1' >"$PYVERN_ROOT/config"
	run --separate-stderr pyvern config get jobs
	[ "$status" -eq 1 ]
	[[ $stderr == *"$PYVERN_ROOT/config:1: jobs is a number, 1 to 1024, not -1" ]]
	PYVERN_AUTO_INSTALL=maybe run --separate-stderr pyvern config get auto_install
	[ "$output" = 0 ]
	[[ $stderr == *"PYVERN_AUTO_INSTALL is 1 or 0, not maybe" ]]
}

@test "a broken file is told with file and line, and stops nothing" {
	printf 'what\ncolour = red\nface = pyenv\njobs = 2\n\033[31m = 1\n' >"$PYVERN_ROOT/config"
	run --separate-stderr pyvern config get jobs
	[ "$status" -eq 0 ]
	[ "$output" = 2 ]
	[[ $stderr == *"config:1: not \`key = value\`"* ]]
	[[ $stderr == *"config:2: there is no setting colour"* ]]
	[[ $stderr == *"config:3: face is set by \`pyvern config set face pyenv\`"* ]]
	[[ $stderr != *$'\033'* ]]
	head -c 100000 /dev/zero >"$PYVERN_ROOT/config"
	run --separate-stderr pyvern config get auto_install
	[ "$status" -eq 0 ]
	[[ $stderr == *"larger than 65536 bytes"* ]]
	rm "$PYVERN_ROOT/config"
	mkfifo "$PYVERN_ROOT/config"
	run --separate-stderr timeout 10 "$T/prefix/bin/pyvern" config get auto_install
	[ "$output" = 0 ]
}

@test "the face is the root's own file" {
	run pyvern config get face
	is_output pyvern
	pyvern config set face pyenv
	[ "$(cat "$PYVERN_ROOT/face")" = pyenv ]
	[ "$(PYVERN_FACE=pyvern pyvern config get face)" = pyenv ]
	pyvern config unset face
	[ "$(pyvern config get face)" = pyvern ]
}

@test "a root that may not be written, and one that all may" {
	with_read_only_root pyvern config set jobs 2
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "pyvern: cannot change a setting: "*" is not writable for user "* ]]
	[[ $output == *"to fix"* ]]
	chmod 777 "$PYVERN_ROOT"
	refuses 6 "$PYVERN_ROOT can be written by everybody" pyvern config set jobs 2
}

# The file was made readable by all at every change.
@test "set keeps the file's mode, and a password makes it private" {
	pyvern config set jobs 2
	[ "$(stat -c %a "$PYVERN_ROOT/config")" = 644 ]
	pyvern config set mirror https://me:secret@example.org/pythons
	[ "$(stat -c %a "$PYVERN_ROOT/config")" = 600 ]
	pyvern config set jobs 3
	[ "$(stat -c %a "$PYVERN_ROOT/config")" = 600 ]
	chmod 640 "$PYVERN_ROOT/config"
	pyvern config unset mirror
	[ "$(stat -c %a "$PYVERN_ROOT/config")" = 640 ]
}

# Each read the file, and the last one to write it won.
@test "settings that are made at the same time are all there" {
	for _ in 1 2 3 4; do
		for setting in jobs=3 mirror=/m ca_file=/c auto_install=1; do
			pyvern config set "${setting%=*}" "${setting#*=}" 3>&- &
		done
		wait
		[ "$(sort "$PYVERN_ROOT/config")" = "auto_install = 1
ca_file = /c
jobs = 3
mirror = /m" ]
		rm "$PYVERN_ROOT/config"
	done
}
