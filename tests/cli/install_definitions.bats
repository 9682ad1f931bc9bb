#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern install with definition files: pyenv's FILE[:ALIAS], and names of plugins' (facts/pyenv.md 6).

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.9.1' 'cpython 9.9.2'
}

setup() {
	local plugged
	own_root
	plugged=$PYVERN_ROOT/plugins/p/share/python-build
	mkdir -p defs "$plugged"
	sum=$(sha256sum "$PKG/Python-9.9.1.tar.gz" | cut -d' ' -f1)
	echo "install_package Python-9.9.1 file://$PKG/Python-9.9.1.tar.gz#$sum standard verify_py99" >defs/mine
	cp defs/mine "$plugged/plugged"
}

face() {
	echo "$1" >"$PYVERN_ROOT/face"
}

@test "a file by its path, and a name of a plugin's, are versions as any other" {
	run -0 pyvern install ./defs/mine plugged
	echo "$output"
	[[ $output == *'+ mine '*'built from source'* ]]
	[[ $output == *'checked  sha256, the one given'* ]]
	[[ $output == *'+ 2 versions'* ]]
	only_folders mine plugged
	for name in mine plugged; do
		for file in facts receipt.json manifest.mtree; do
			[ -s "$PYVERN_ROOT/versions/$name/.pyvern/$file" ]
		done
		[ "$(PYVERN_VERSION=$name "$PYVERN_ROOT/shims/python" --version)" = 'Python 9.9.1' ]
		run -1 grep -rq '\.staging' "$PYVERN_ROOT/versions/$name"
	done
	run -0 pyvern install plugged
	[[ $output == '= plugged '*' installed' ]]
	run -0 pyvern install --force "$HOME/defs/mine"
	[[ $output == *'~ mine '* ]]
	run -0 pyvern install --debug defs/mine
	[[ $output == *'+ mine-debug '* ]]
	run -0 pyvern uninstall --yes mine mine-debug plugged
	only_folders
}

@test "PYTHON_BUILD_DEFINITIONS; a definition comes before what the catalogue knows" {
	mkdir more
	sed 's/standard/standard mark/' defs/mine >more/9.9.2
	echo 'build_package_mark() { mkdir -p "$PREFIX_PATH/share"; echo "$PREFIX_PATH" >"$PREFIX_PATH/share/mark"; }' >more/head
	cat more/head more/9.9.2 >more/new && mv more/new more/9.9.2
	PYTHON_BUILD_DEFINITIONS=$HOME/more run -0 pyvern install 9.9.2
	[ "$(cat "$PYVERN_ROOT/versions/9.9.2/share/mark")" = "$PYVERN_ROOT/versions/9.9.2" ]
	[ "$("$PYVERN_ROOT/versions/9.9.2/bin/python" --version)" = 'Python 9.9.1' ]
	# A file that happens to be called so in the working folder is not meant.
	echo false >9.9.1
	run -0 pyvern install 9.9.1
	only_folders 9.9.1 9.9.2
}

@test "failures: the definition is named, nothing is installed, the others are" {
	echo 'install_package x-1 file:///nowhere frobnicate' >defs/bad
	echo 'install_package data-1 file:///nowhere copy' >defs/none
	echo 'exit 4' >defs/ends
	run -1 pyvern install defs/bad defs/none defs/ends defs/mine
	echo "$output"
	[[ $output == *"the definition ~/defs/bad: its step frobnicate of x-1 is none that we have"* ]]
	[[ $output == *"the definition ~/defs/none makes no Python"* ]]
	[[ $output == *"the definition ~/defs/ends: it ended with status 4"* ]]
	[[ $output == *'1 installed, 3 failed: bad, none, ends'* ]]
	only_folders mine
	run -2 pyvern install ./defs/nothing
	FAKE_FAIL="make" run -1 pyvern install --force defs/mine
	[[ $output == *'make failed with status 2'*'log '*'/logs/mine-'* ]]
	only_folders mine
}

@test "hooks see the definition, and the version's name" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/install"
	cat >"$PYVERN_ROOT/pyenv.d/install/tell.bash" <<-'END'
		before_install 'echo "before $DEFINITION $VERSION_NAME $PREFIX"'
		after_install 'echo "after $VERSION_NAME $STATUS"'
	END
	run -0 pyvern install defs/mine
	echo "$output"
	[[ $output == *"before $HOME/defs/mine mine $PYVERN_ROOT/versions/mine"*'after mine 0'* ]]
	only_folders mine
}

@test "pyenv.md 6: FILE, FILE:ALIAS and names, in pyenv's words" {
	face pyenv
	run --separate-stderr -0 pyvern install defs/mine
	[ "$stderr" = "$(printf '%s\n' 'Installing Python-9.9.1...' 'WARNING: this version brings no pip' \
		"Installed Python-9.9.1 to $PYVERN_ROOT/versions/mine")" ]
	run -0 pyvern install defs/mine:other plugged
	only_folders mine other plugged
	run -1 pyvern install defs/mine <<<n
	[[ $output == *"pyenv: $PYVERN_ROOT/versions/mine already exists"* ]]
	# There, any file is one.
	cp defs/mine here
	run -0 pyvern install -g here
	only_folders here-debug mine other plugged
	echo 'fix_it' >bad
	run --separate-stderr -1 pyvern install bad
	[[ $stderr == *"it calls fix_it, which we do not have"*'BUILD FAILED'* ]]
	only_folders here-debug mine other plugged
	run -0 pyvern install --list
	grep -qx '  plugged' <<<"$output"
}
