#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# python-build: what the catalogue knows, for any folder (facts/pyenv.md 7). Definition
# files are in tests/cli/python_build_definitions.bats, bad days in
# tests/faults/python_build.bats.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.9.1' 'cpython 9.9.2' 'standalone 9.9.2' 'standalone 9.9.3' \
		'conda miniforge3-99.1.0-0'
}

setup() {
	own_root
	PATH=$PATH:/usr/sbin
}

# build STATUS ARG...: what python-build says in $output and $stderr.
build() {
	run --separate-stderr "-$1" python-build "${@:2}"
	printf '%s\n' "$output" "$stderr"
}

usage='Usage: python-build [-kpvg46] <definition> <prefix>'

@test "a source is built for PREFIX, told as pyenv tells it" {
	build 0 9.9.1 "$T/opt/py"
	[ -z "$output" ]
	says 'Downloading Python-9.9.1.tar.gz...' "-> file://$PKG/Python-9.9.1.tar.gz" \
		'Installing Python-9.9.1...' 'WARNING: this version brings no pip' \
		"Installed Python-9.9.1 to $T/opt/py"
	[ "$("$T/opt/py/bin/python" --version)" = 'Python 9.9.1' ]
	# Nothing else beside it, no version in the root, no path of the stage in the tree.
	[ "$(ls -A "$T/opt")" = py ]
	[ -z "$(ls -A "$PYVERN_ROOT/versions")" ]
	[ ! -e "$PYVERN_ROOT/version" ]
	run -1 grep -rq 'python-build-' "$T/opt/py"
	for file in facts receipt.json manifest.mtree; do
		[ -s "$T/opt/py/.pyvern/$file" ]
	done
	grep -q "prefix=$T/opt/py" "$T/opt/py/.pyvern/receipt.json"
}

@test "pyvern python-build, and the names for hooks and plugins, are the same" {
	run -0 pyvern python-build 9.9.1 a
	[[ $output == *"Installed Python-9.9.1 to $HOME/a" ]]
	run -0 "$PYVERN_TEST_STAGE/libexec/pyvern/python-build" --version
	version=$output
	[[ $version == 'python-build '[0-9]* ]]
	run -0 "$PYVERN_TEST_STAGE/libexec/pyvern/pyenv-python-build" --version
	[ "$output" = "$version" ]
}

@test "wrong use is status 1 and the usage, in any root" {
	for face in pyvern pyenv; do
		echo $face >"$PYVERN_ROOT/face"
		for words in '' '9.9.1' '9.9.1 a b' '-Z 9.9.1 a' '--frob'; do
			# shellcheck disable=SC2086 # several words
			build 1 $words
			[ -z "$output" ]
			[ "${stderr_lines[0]}" = "$usage" ]
			[ ! -e a ]
		done
		build 1 9.9.1 ''
		[ "${stderr_lines[0]}" = "$usage" ]
	done
}

@test "a definition that is not known is status 2: names are whole" {
	for face in pyvern pyenv; do
		echo $face >"$PYVERN_ROOT/face"
		for name in 9.9 9.9.7 latest '>=9.9' ../x '' 'no such'; do
			[ -n "$name" ] || continue
			build 2 "$name" a
			says "python-build: definition not found: $name"
			[ ! -e a ]
		done
	done
}

@test "--definitions: names that --list of install has, in pyenv's order" {
	build 0 --definitions
	[ "${lines[0]}" = 2.0.1 ]
	for name in 2.7.18 3.13.5 3.13.5t 9.9.1 9.9.3 miniforge3-99.1.0-0; do
		grep -qx -e "$name" <<<"$output"
	done
	[ -z "$(sort <<<"$output" | uniq -d)" ]
	all=$output
	build 0 --list
	[ "$output" = "$all" ]
	echo pyenv >"$PYVERN_ROOT/face"
	run -0 pyvern install --list
	[ "$(sed -n 's/^  //p' <<<"$output")" = "$all" ]
}

@test "--lib is a function of bash that takes command lines apart" {
	build 0 --lib
	run -0 bash -c 'eval "$1"; parse_options -kv --keep 3.13.5 -p "a b"
		printf "%s\n" "${OPTIONS[@]}" -- "${ARGUMENTS[@]}"' bash "$output"
	[ "$output" = "$(printf '%s\n' k v keep p -- 3.13.5 'a b')" ]
}

@test "what only somebody else has built is installed; what has a source is built" {
	build 0 9.9.3 a
	[ "$("a/bin/python3" --version 2>/dev/null || a/bin/python --version)" = 'Python 9.9.3' ]
	run -1 grep -rq 'python-build-' a
	build 0 9.9.2 b
	grep -q '"kind": "source"' b/.pyvern/receipt.json
	build 0 miniforge3-99.1.0-0 c
	[ "$(head -n 1 c/bin/conda)" = "#!$HOME/c/bin/python" ]
	[[ $stderr == *"Installed miniforge3-99.1.0-0 to $HOME/c" ]]
}

@test "a relative PREFIX is below the working folder" {
	mkdir sub
	cd sub
	build 0 9.9.1 ../up/./py
	[[ $stderr == *"Installed Python-9.9.1 to $HOME/up/py" ]]
	[ -x "$HOME/up/py/bin/python" ]
}

@test "an empty PREFIX is taken, also one that is a link" {
	mkdir a real
	ln -s real b
	build 0 9.9.1 a
	[ -x a/bin/python ]
	build 0 9.9.1 b
	[ -h b ]
	[ -x real/bin/python ]
	[ "$(ls -A)" = "$(printf '%s\n' a b real)" ]
}

@test "what is in PREFIX stays, what has the same name is replaced, nothing is left over" {
	mkdir -p a/bin a/share/man a/lib
	ln -s share/man a/man
	echo mine >a/bin/tool
	echo old >a/bin/python9.9
	build 0 9.9.1 a
	[ "$(cat a/bin/tool)" = mine ]
	[ "$(a/bin/python --version)" = 'Python 9.9.1' ]
	[ -h a/man ]
	[ "$(ls -A a)" = "$(printf '%s\n' bin include lib man share)" ]
	build 0 9.9.2 a
	[ "$(a/bin/python --version)" = 'Python 9.9.2' ]
	# A folder of our own is not ours alone any more: what was said of it is not true.
	build 0 9.9.1 b
	[ -e b/.pyvern ]
	build 0 9.9.2 b
	[ ! -e b/.pyvern ]
}

@test "what is of another kind is in the way, and nothing is touched" {
	mkdir -p a/bin/python9.9
	echo file >a/include
	build 1 9.9.1 a
	[[ $stderr == *"$HOME/a/include is in the way of a folder"* ]]
	rm a/include
	build 1 9.9.1 a
	[[ $stderr == *"$HOME/a/bin/python9.9 is in the way of a file"* ]]
	[ "$(find a | sort)" = "$(printf '%s\n' a a/bin a/bin/python9.9)" ]
	echo file >b
	build 1 9.9.1 b
	[[ $stderr == *"$HOME/b is no folder"* ]]
	[ "$(cat b)" = file ]
}

@test "-g: a debug build" {
	build 0 -g 9.9.1 a
	grep -q -e --with-pydebug a/.pyvern/receipt.json
	build 0 --debug 9.9.1 b
	grep -q -e --with-pydebug b/.pyvern/receipt.json
}

@test "-v shows the children's lines on standard output" {
	build 0 -v 9.9.1 a
	[[ $output == *'checking for thing 1... yes'* ]]
	build 0 --verbose 9.9.1 b
	[[ $output == *'checking for thing 1... yes'* ]]
	build 0 9.9.1 c
	[ -z "$output" ]
}

@test "-k keeps the build folder, where PYTHON_BUILD_BUILD_PATH says" {
	build 0 -k 9.9.1 a
	[ -e "$PYVERN_ROOT/sources/9.9.1/Python-9.9.1/Makefile" ]
	[ -n "$(ls "$PYVERN_ROOT/logs")" ]
	PYTHON_BUILD_BUILD_PATH=kept build 0 --keep 9.9.1 b
	[ -e kept/9.9.1/Python-9.9.1/Makefile ]
}

@test "-p: a patch on standard input" {
	patch='--- Include/patchlevel.h
+++ Include/patchlevel.h
@@ -1 +1,2 @@
 #define PY_VERSION "9.9.1"
+/* patched */'
	for option in -p --patch; do
		build 0 $option 9.9.1 a <<<"$patch"
		grep -q patched a/include/python9.9/patchlevel.h
		rm -r a
	done
	build 1 -p 9.9.1 a <<<'no patch'
	[[ $stderr == *'the patch does not apply'*'BUILD FAILED'* ]]
	[ ! -e a ]
}

@test "-4, -6: hosts by such addresses only" {
	command -v nginx >/dev/null || skip "no nginx"
	load ../lib/nginx
	nginx_start "$T/server"
	cp "$PKG/Python-9.9.1.tar.gz" "$T/server/www/"
	sed "s|file://$PKG|https://localhost:$NGINX_PORT|" "$PKG/fake.tsv" >"$PYVERN_ROOT/catalog/fake.tsv"
	unset https_proxy http_proxy
	export PYVERN_CA_FILE=$NGINX_CA
	# It listens at 127.0.0.1 alone.
	for option in -6 --ipv6; do
		build 1 $option 9.9.1 a || { nginx_stop "$T/server" && false; }
		[ ! -e a ]
	done
	for option in -4 --ipv4; do
		rm -rf "$PYVERN_ROOT/cache" a
		build 0 $option 9.9.1 a || { nginx_stop "$T/server" && false; }
		[ -x a/bin/python ]
	done
	nginx_stop "$T/server"
}

@test "a version's folder can be the PREFIX, as scripts do it" {
	build 0 9.9.1 "$PYVERN_ROOT/versions/mine"
	run -0 pyvern versions --bare
	[ "$output" = mine ]
	[ "$(PYVERN_VERSION=mine pyvern exec python --version)" = 'Python 9.9.1' ]
	run -0 pyvern uninstall --yes mine
	[ ! -e "$PYVERN_ROOT/versions/mine" ]
}
