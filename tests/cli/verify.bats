#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern verify: damage is found, and what pip did is none.

bats_require_minimum_version 1.5.0

setup_file() {
	export PKG=$BATS_FILE_TMPDIR/pkg ROOT=$BATS_FILE_TMPDIR/root
	mkdir -p "$PKG" "$ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$PKG"
	} >"$ROOT/catalog/fake.tsv"
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS MAKE_OPTS MAKEOPTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	HOME=$BATS_FILE_TMPDIR PYVERN_ROOT=$ROOT PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin \
		pyvern install -q --tests 9.9.1 || echo "nothing could be built" >"$ROOT/failed"
}

setup() {
	[ ! -e "$ROOT/failed" ] || skip "nothing can be built here"
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION
	mkdir -p "$HOME"
	cp -a "$ROOT" "$PYVERN_ROOT"
	tree=$PYVERN_ROOT/versions/9.9.1
	site=$tree/lib/python9.9/site-packages
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	cd "$HOME" || return
}

# The number as four bytes, the lowest first.
bytes_of() {
	# shellcheck disable=SC2059 # the format has the bytes
	printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24 & 255)))"
}

# compile FOLDER [FLAGS [TIME [SIZE]]]: its __init__.py, as Python 3.7 and later do (PEP 552).
compile() {
	{
		printf 'mag\n'
		bytes_of "${2:-0}"
		bytes_of "${3:-$(stat -c %Y "$1/__init__.py")}"
		bytes_of "${4:-$(stat -c %s "$1/__init__.py")}"
		echo "code"
	} >"$1/__pycache__/__init__.cpython-99.pyc"
}

# A package as pip leaves it: NAME with a module, a script, and what it compiled.
package() {
	local record=$site/$1-1.0.dist-info/RECORD file
	mkdir -p "$site/$1/__pycache__" "$site/$1-1.0.dist-info"
	echo "# $1" >"$site/$1/__init__.py"
	compile "$site/$1"
	printf '#!/bin/sh\n' >"$tree/bin/$1"
	for file in "$1/__init__.py" "../../../bin/$1"; do
		printf '%s,sha256=%s,%s\n' "$file" \
			"$(openssl dgst -sha256 -binary "$site/$file" | base64 | tr '+/' '-_' | tr -d =)" \
			"$(stat -c %s "$site/$file")"
	done >"$record"
	printf '%s,,\n' "$1/__pycache__/__init__.cpython-99.pyc" "$1-1.0.dist-info/RECORD" >>"$record"
}

# verify ends with STATUS.
verify() {
	run "-$1" --separate-stderr pyvern verify "${@:2}"
	echo "$stderr$output"
}

@test "as it was installed, by any name, alone or with all" {
	verify 0 9.9.1
	[[ $stderr =~ "= 9.9.1    "[0-9]+" files, as they were installed"$ ]]
	verify 0 9.9
	verify 0
	[[ $stderr == *'= 9.9.1 '* ]]
	"$tree/bin/python9.9" --version
	pyvern rehash
	verify 0 -q 9.9.1
	[ -z "$stderr" ]
}

@test "a changed, a missing and a strange file, another mode, another link, another kind" {
	echo x >>"$tree/lib/python9.9/os.py"
	rm "$tree/include/python9.9/patchlevel.h"
	echo 'import os' >"$tree/lib/python9.9/sitecustomize.py"
	verify 5 9.9
	[[ $stderr == *'! 9.9.1    1 changed, 1 gone, 1 new, of '* ]]
	[[ $stderr == *$'\n  gone     include/python9.9/patchlevel.h\n  changed  lib/python9.9/os.py\n'* ]]
	[[ $stderr == *$'\n  new      lib/python9.9/sitecustomize.py\n  to fix   pyvern repair 9.9.1' ]]
	verify 5 -q
	for spoil in 'chmod 777 bin/python9.9' 'chmod o+w lib' 'ln -sfn /bin/sh bin/python' \
		'mkfifo lib/python9.9/pipe' 'rm -r lib/python9.9/test' 'touch -m lib/new' \
		'mkdir lib/empty' 'rm bin/python'; do
		rm -rf "${tree:?}"
		cp -a "$ROOT/versions/9.9.1" "$tree"
		(cd "$tree" && $spoil)
		verify 5 9.9.1
	done
}

@test "what pip brings, changes and takes away is no damage" {
	package black
	verify 0 9.9.1
	[[ $stderr == *'= 9.9.1 '*'as they were installed'*'by pip'*' files: black 1.0' ]]
	run -0 --separate-stderr pyvern verify --json 9.9.1
	[[ $output == *'"holds": true'*'"packages": ['*'"black 1.0"'*'"kind": "package"'* ]]
	[[ $output != *damage* ]]
	rm -r "$site/black" "$site/black-1.0.dist-info" "$tree/bin/black"
	verify 0 9.9.1
	[[ $stderr != *'by pip'* ]]
	# What its own record does not account for is.
	package black
	echo 'evil' >>"$site/black/__init__.py"
	verify 5 9.9.1
	[[ $stderr == *'lib/python9.9/site-packages/black/__init__.py'* ]]
	package black
	echo 'import evil' >"$site/evil.pth"
	verify 5 9.9.1
	[[ $stderr == *'new      lib/python9.9/site-packages/evil.pth'* ]]
	rm "$site/evil.pth"
	echo x >>"$tree/bin/black"
	verify 5 9.9.1
	[[ $stderr == *'bin/black'* ]]
	package black
	verify 0 9.9.1
	# A record accounts for nothing that is not its package's: it could be written by whoever
	# has changed the standard library, or the interpreter.
	echo 'import evil' >>"$tree/lib/python9.9/os.py"
	echo 'import evil' >"$tree/lib/python9.9/sitecustomize.py"
	echo '# evil' >>"$tree/bin/python9.9"
	for file in ../os.py ../sitecustomize.py ../../../bin/python9.9; do
		printf '%s,sha256=%s,1\n' "$file" \
			"$(openssl dgst -sha256 -binary "$site/$file" | base64 | tr '+/' '-_' | tr -d =)"
	done >>"$site/black-1.0.dist-info/RECORD"
	verify 5 9.9.1
	[[ $stderr == *'2 changed, 1 new, of '*'lib/python9.9/os.py'*'lib/python9.9/sitecustomize.py'* ]]
	cp -a "$ROOT/versions/9.9.1/lib/python9.9/os.py" "$tree/lib/python9.9/"
	cp -a "$ROOT/versions/9.9.1/bin/python9.9" "$tree/bin/"
	rm "$tree/lib/python9.9/sitecustomize.py"
	# Odd lines are no trouble.
	package black
	printf '%s,sha256=%s,1\n' ../os.py "$(openssl dgst -sha256 -binary "$tree/lib/python9.9/os.py" | base64 | tr '+/' '-_' | tr -d =)" \
		'"quoted, name.py"' x ../../../../../../etc/passwd x /etc/passwd x >>"$site/black-1.0.dist-info/RECORD"
	verify 0 9.9.1
}

@test "a compiled file of a package is of the source beside it" {
	package black
	verify 0 9.9.1
	compiled=lib/python9.9/site-packages/black/__pycache__/__init__.cpython-99.pyc
	# Of another time, of another size, of a source that Python would not look at; cut short, a link.
	for header in '0 1' "0 $(stat -c %Y "$site/black/__init__.py") 1" 1; do
		# shellcheck disable=SC2086 # words
		compile "$site/black" $header
		verify 5 9.9.1
		[[ $stderr == *"$compiled"* ]]
	done
	echo short >"$tree/$compiled"
	verify 5 9.9.1
	cp "$ROOT/versions/9.9.1/lib/python9.9/os.py" "$T/elsewhere.pyc"
	ln -sf "$T/elsewhere.pyc" "$tree/$compiled"
	verify 5 9.9.1
	rm "$tree/$compiled"
	# One that Python holds against a hash of the source by itself.
	compile "$site/black" 3
	verify 0 9.9.1
	# Nobody's record has it: Python compiles again what does not agree, but not this one.
	mkdir -p "$tree/lib/python9.9/__pycache__" "$T/__pycache__"
	echo '# os' >"$T/__init__.py"
	compile "$T" 0 1
	cp "$T/__pycache__/__init__.cpython-99.pyc" "$tree/lib/python9.9/__pycache__/os.cpython-99.pyc"
	verify 0 9.9.1
	compile "$T" 1
	cp "$T/__pycache__/__init__.cpython-99.pyc" "$tree/lib/python9.9/__pycache__/os.cpython-99.pyc"
	verify 5 9.9.1
	[[ $stderr == *'new      lib/python9.9/__pycache__/os.cpython-99.pyc'* ]]
}

@test "what Python compiles for itself is no damage; environments in it are not looked at" {
	mkdir -p "$tree/lib/python9.9/__pycache__" "$tree/envs/mine/bin"
	printf 'mag\n%012d' 0 >"$tree/lib/python9.9/__pycache__/os.cpython-99.pyc"
	echo x >"$tree/envs/mine/bin/python"
	verify 0 9.9.1
	[[ $stderr != *'by pip'* ]]
	run -0 --separate-stderr pyvern verify --json
	[[ $output == *'"kind": "compiled"'* && $output != *envs* ]]
}

@test "a folder that is gone is one line, and does not hide what is changed" {
	mkdir "$tree/lib/python9.9/aaa"
	rm -r "${tree:?}/include"
	echo x >>"$tree/lib/python9.9/os.py"
	verify 5 9.9
	[[ $stderr == *'1 changed, 3 gone, 1 new, of '* ]]
	[[ $stderr == *$'\n  gone     include, with 2 in it\n  new      lib/python9.9/aaa\n  changed  lib/python9.9/os.py\n  to fix '* ]]
	run -0 --separate-stderr pyvern repair --dry-run 9.9.1
	[[ $stderr == *$'\n  gone     include, with 2 in it\n  changed  lib/python9.9/os.py\n'* ]]
}

@test "many are counted; what is not ours, or not there" {
	for i in {1..30}; do echo x >"$tree/lib/extra$i"; done
	verify 5 9.9.1
	[[ $stderr == *'30 new'*'and      10 more (--json has all)'* ]]
	verify 3 9.8
	[[ $stderr == *'9.8 is not installed'* ]]
	mkdir -p "$PYVERN_ROOT/versions/theirs/bin"
	verify 3 theirs
	[[ $stderr == *'theirs has no manifest: it was not installed by pyvern'* ]]
	rm -rf "${PYVERN_ROOT:?}/versions/9.9.1"
	verify 0
	[[ $stderr == *'nothing here was installed by pyvern'* ]]
}
