#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern rehash

load ../lib/versions

setup() {
	versions_setup
}

@test "the first rehash makes the folder, the shims and the root's marks" {
	fake_version 3.9.1 pip black
	fake_env 3.9.1 shop flask
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "~ shims    4 made, 0 removed, 0 as they were" ]
	for command in python pip black flask; do
		[ "$PYVERN_ROOT/shims/$command" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
	done
	[ "$(cat "$PYVERN_ROOT/face")" = pyvern ]
	[ "$(readlink "$PYVERN_ROOT/.pyvern")" = "$T/prefix/bin/pyvern" ]
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
}

@test "--quiet says nothing when all is well" {
	fake_version 3.12.1 black
	run pyvern rehash --quiet
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ -e "$PYVERN_ROOT/shims/black" ]
}

@test "what went loses its shim" {
	fake_version 3.9.1 black
	pyvern rehash
	rm "$PYVERN_ROOT/versions/3.9.1/bin/black"
	run pyvern rehash
	[ "$output" = "~ shims    0 made, 1 removed, 1 as they were" ]
	[ ! -e "$PYVERN_ROOT/shims/black" ]
}

@test "a root without versions gets an empty folder" {
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ "$(ls "$PYVERN_ROOT/shims")" = "" ]
}

@test "a new shim program reaches all shims" {
	fake_version 3.9.1 black
	pyvern rehash
	shim_program "a newer shim"
	pyvern rehash
	[ "$("$PYVERN_ROOT/shims/black")" = "a newer shim" ]
	[ "$PYVERN_ROOT/shims/black" -ef "$PYVERN_ROOT/shims/.pyvern-shim" ]
}

@test "a file of somebody else stays, and is named" {
	fake_version 3.9.1
	mkdir -p "$PYVERN_ROOT/shims"
	echo mine >"$PYVERN_ROOT/shims/python"
	run pyvern rehash
	[ "$status" -eq 0 ]
	[[ $output == *"was not made by pyvern: left as it is"* ]]
	[ "$(cat "$PYVERN_ROOT/shims/python")" = mine ]
}

@test "a missing shim program is named" {
	fake_version 3.9.1
	rm "$T/prefix/libexec/pyvern/pyvern-shim"
	run pyvern rehash
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "pyvern: cannot rehash: the program pyvern-shim is missing in "* ]]
}

@test "on a read-only root it is content when all is well, and says so when not" {
	fake_version 3.9.1
	pyvern rehash
	with_read_only_root pyvern rehash
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	fake_version 3.10.1 black
	with_read_only_root pyvern rehash
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "pyvern: cannot rehash: $PYVERN_ROOT/shims is not writable" ]
}

@test "folders that all may write are refused" {
	fake_version 3.9.1
	mkdir -p "$PYVERN_ROOT/shims"
	chmod 777 "$PYVERN_ROOT/shims"
	run pyvern rehash
	[ "$status" -eq 6 ]
	[[ ${lines[0]} == *"can be written by everybody" ]]
}

@test "twenty at once agree" {
	fake_version 3.9.1 black flask
	for _ in $(seq 20); do
		pyvern rehash 3>&- &
	done
	wait
	run pyvern rehash
	[ "$output" = "" ]
	[ "$(ls "$PYVERN_ROOT/shims")" = "black
flask
python" ]
	[ "$(find "$PYVERN_ROOT/shims" -name '.tmp-*')" = "" ]
}

# Anybody could have put another program where shims hand over to.
@test "a root that all may write is refused" {
	fake_version 3.12.1
	chmod 777 "$PYVERN_ROOT"
	run pyvern rehash
	[ "$status" -eq 6 ]
	has_line "pyvern: cannot rehash: $PYVERN_ROOT can be written by everybody"
	[ ! -e "$PYVERN_ROOT/.pyvern" ]
	chmod 1777 "$PYVERN_ROOT"
	pyvern rehash
}

@test "with a umask of 0, our folders are still not for all to write" {
	fake_version 3.12.1
	(umask 0 && pyvern rehash)
	[ -z "$(find "$PYVERN_ROOT" -type d -perm -0002)" ]
	pyvern rehash
}
