#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output, stderr and status
# pyvern probe: what an installed Python can do.

bats_require_minimum_version 1.5.0

load ../lib/versions

setup() {
	versions_setup
	versions=$PYVERN_ROOT/versions
	python 3.13.5 'ok ssl' 'ok sqlite3' 'no _tkinter libtk8.6.so: no such file' \
		'fact openssl OpenSSL 3.0.19' 'fact tls_roots /etc/ssl/certs' 'fact unknown x' \
		'fact gil yes'
	python 3.12.1 'ok ssl' 'no sqlite3 gone' 'ok _tkinter' 'fact openssl OpenSSL 1.1.1' \
		'fact gil yes'
}

python() { # VERSION ANSWER...: a version whose interpreter answers so
	local bin=$versions/$1/bin
	mkdir -p "$bin"
	{
		echo '#!/bin/sh'
		echo 'echo "$PYTHONHOME$PYTHONPATH" >"$HOME/saw"'
		printf 'echo "%s"\n' "python $1" "${@:2}"
	} >"$bin/python"
	chmod 755 "$bin/python"
}

@test "modules, why some are missing, and facts; only those that are known" {
	PYTHONPATH=/evil PYTHONHOME=/evil run -0 pyvern probe 3.13.5
	[[ ${lines[0]} =~ ^python\ +3.13.5$ ]]
	[[ ${lines[1]} =~ ^prefix\ +$versions/3.13.5$ ]]
	[[ $output =~ modules\ +ssl\ sqlite3 ]]
	[[ $output =~ missing\ +tkinter:\ libtk8.6.so:\ no\ such\ file ]]
	[[ $output =~ openssl\ +OpenSSL\ 3.0.19 ]]
	[[ $output == *"tls_roots "*"/etc/ssl/certs"* ]]
	[[ $output != *unknown* ]]
	[ -z "$(cat "$HOME/saw")" ]
}

@test "without a version: the one that is chosen here" {
	echo 3.12.1 >.python-version
	run -0 pyvern probe
	[[ $output =~ python\ +3.12.1 ]]
	[[ $output =~ missing\ +sqlite3:\ gone ]]
	echo system >.python-version
	run -2 pyvern probe
	echo 3.11 >.python-version
	run pyvern probe
	[ "$status" -ne 0 ]
	[[ $output == *'3.11'*'not installed'* ]]
}

@test "--diff: only what differs" {
	run -0 pyvern probe 3.13.5 --diff 3.12.1
	echo "$output"
	[[ ${lines[0]} =~ ^\ *3.13.5\ +3.12.1$ ]]
	[[ $output =~ sqlite3\ +works\ +missing ]]
	[[ $output =~ tkinter\ +missing\ +works ]]
	[[ $output =~ openssl\ +OpenSSL\ 3.0.19\ +OpenSSL\ 1.1.1 ]]
	[[ $output =~ tls_roots\ +/etc/ssl/certs\ +- ]]
	[[ $output != *gil* ]]
	[[ $output != *$'\n'ssl* ]]
	run -0 pyvern probe 3.13.5 --diff 3.13.5
	[[ $output == *same* ]]
}

@test "--json has all of it, with null for what was not told" {
	run -0 pyvern probe 3.13.5 --json
	python3 -c '
import json, sys
d = json.loads(sys.argv[1])
v, = d["versions"]
assert v["python"] == "3.13.5" and v["works"] == ["ssl", "sqlite3"], v
assert v["missing"] == {"tkinter": "libtk8.6.so: no such file"}, v
assert v["facts"]["openssl"] == "OpenSSL 3.0.19" and v["facts"]["tk"] is None, v
' "$output"
	run -0 pyvern probe 3.13.5 --json --diff 3.12.1
	python3 -c '
import json, sys
assert [v["name"] for v in json.loads(sys.argv[1])["versions"]] == ["3.13.5", "3.12.1"]' "$output"
}

@test "one that does not start, is not there, or too many" {
	printf '#!/bin/sh\necho "no libc" >&2\nexit 127\n' >"$versions/3.12.1/bin/python"
	run -1 pyvern probe 3.12.1
	[[ $output == *'3.12.1: its python does not work: it ended with status 127'* ]]
	[[ $output == *'no libc'* ]]
	run -3 pyvern probe 3.9
	[[ $output == *'3.9 is not installed'* ]]
	[[ $output == *'to fix'* ]]
	run -2 pyvern probe 3.13.5 3.12.1
}
