#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# Repairing a real Python: what was installed comes back to the byte, and Python and pip's
# seed take it for what they know.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/real

setup_file() {
	packed_python 3.13.5
}

setup() {
	packed_root
	tree=$PYVERN_ROOT/versions/3.13.5
	lib=$tree/lib/python3.13
	cp -a "$tree" "$BATS_TEST_TMPDIR/good"
}

@test "a library, a module, compiled files, the seed: all as it was, and nothing is compiled anew" {
	printf '\0' >>"$tree/bin/python3.13"
	echo '#' >>"$lib/os.py"
	rm "$lib/json/__init__.py"
	rm "$lib/__pycache__/ast.cpython-313.pyc"
	for file in "$lib"/lib-dynload/_json.*.so "$lib"/_sysconfigdata_*.py; do echo '#' >>"$file"; done
	config=$(echo "$lib"/__pycache__/_sysconfigdata_*-313.pyc)
	# Its source is as it was: compiled again with the time that it had then.
	cp -p "$BATS_TEST_TMPDIR"/good/lib/python3.13/_sysconfigdata_*.py "$lib/"
	echo x >>"$config"
	seed=$tree/.pyvern/seed/files
	rm "$seed/pip/__main__.py"
	# Another file in its place: pip itself is linked to it.
	rm "$seed/pip/__pycache__/__init__.cpython-313.pyc"
	echo x >"$seed/pip/__pycache__/__init__.cpython-313.pyc"
	run -5 pyvern verify -q 3.13.5
	run -0 --separate-stderr pyvern repair 3.13.5
	echo "$stderr"
	[[ $stderr == *'put back, from the cache'* && $stderr != *'! '* ]]
	pyvern verify -q 3.13.5
	diff -r --no-dereference "$BATS_TEST_TMPDIR/good" "$tree"
	# Python takes the compiled files for those of their sources.
	"$tree/bin/python3.13" -I -c 'import os, json, ast, sysconfig, _json; sysconfig.get_config_vars()'
	diff -r --no-dereference "$BATS_TEST_TMPDIR/good" "$tree"
	# pip's seed is taken for the one that was made.
	before=$(stat -c %i "$tree/.pyvern/seed/index")
	pyvern venv -q -p 3.13.5 env
	[ "$(stat -c %i "$tree/.pyvern/seed/index")" = "$before" ]
	env/bin/python -m pip --version
	pyvern verify -q 3.13.5
}
