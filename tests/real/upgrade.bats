#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Upgrading a real Python: environments with packages go over to it and back, and one whose
# packages cannot start there holds it up. What stands for 3.13.99 is 3.13.5 under that name.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/real

setup_file() {
	packed_python 3.13.5 3.13.99
}

setup() {
	packed_root
	pyvern venv -q -p 3.13 env
	known 3.13.5 3.13.99
}

@test "an environment with packages and a .pth goes over, and back" {
	mkdir hello
	printf 'def main():\n    print("hello")\n' >hello/hello.py
	cp hello/hello.py env/lib/python3.13/site-packages/
	echo 'import hello' >env/lib/python3.13/site-packages/hello.pth
	pyvern virtualenv 3.13 named 2>/dev/null
	run -0 --separate-stderr pyvern upgrade 3.13
	echo "$stderr"
	[[ $stderr == *'tested   ssl '*'; 2 environments start'*'~ 3.13     3.13.5 -> 3.13.99'* ]]
	[[ $stderr == *'follow   named, ~/env'* ]]
	[ "$(env/bin/python -c 'import sys, hello; hello.main(); print(sys.base_prefix)')" = "hello
$PYVERN_ROOT/versions/3.13" ]
	[ "$(readlink -f env/bin/python)" = "$PYVERN_ROOT/versions/3.13.99/bin/python3.13" ]
	env/bin/python -m pip check
	[ "$("$PYVERN_ROOT/versions/named/bin/python" -c 'import sys; print(sys.prefix)')" = "$PYVERN_ROOT/versions/named" ]
	grep -qx 'version = 3.13.99' env/pyvenv.cfg
	run -0 --separate-stderr pyvern rollback 3.13
	echo "$stderr"
	[[ $stderr == '~ 3.13     3.13.99 -> 3.13.5       2 environments start'* ]]
	[ "$(readlink -f env/bin/python)" = "$PYVERN_ROOT/versions/3.13.5/bin/python3.13" ]
	env/bin/python -m pip check
	pyvern verify -q
}

@test "one whose packages end Python at its start holds it up" {
	echo 'import os; os._exit(9)' >env/lib/python3.13/site-packages/ends.pth
	run -1 --separate-stderr pyvern upgrade 3.13
	[[ $stderr == *'3.13 stays at 3.13.5: ~/env does not start on 3.13.99: its python ends with 9'* ]]
	[ "$(readlink "$PYVERN_ROOT/versions/3.13")" = 3.13.5 ]
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}
