#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output, stderr and status
# pyvern install --bin: links like python3.13 in a folder of the user's.

bats_require_minimum_version 1.5.0
load ../lib/packages
load ../lib/versions

setup_file() {
	packages 'standalone 9.9.1 noise=1' 'standalone 9.9.2 noise=1' \
		'standalone 9.9.2 noise=1 variant=freethreaded' 'standalone 9.8.1 noise=1' \
		'standalone 9.7.1 noise=1 broken=1' 'cpython 9.6.1'
}

setup() {
	versions_setup
	cp -p "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-shim" "$T/prefix/libexec/pyvern/pyvern-shim"
	own_root
	cd "$T/project" || return
	unset XDG_BIN_HOME XDG_DATA_HOME
	PATH=$T/prefix/bin:/usr/bin:/bin
	bin=$HOME/.local/bin
}

# The link NAME in $bin leads to the version's program of that name.
leads_to() {
	[ "$(readlink "$bin/$1")" = "$PYVERN_ROOT/versions/$2/bin/$1" ]
}

@test "a link to the version's own program, and a word about PATH" {
	run_pyvern 0 install --bin 9.9.1
	has '+ python9.9   ~/.local/bin/python9.9 -> 9.9.1'
	has '! PATH     ~/.local/bin is not on it'
	has "to fix   PATH=~/.local/bin:\$PATH in your shell's start-up file"
	leads_to python9.9 9.9.1
	[ "$("$bin/python9.9" --version)" = 'Python 9.9.1' ]
	PATH=$bin:$PATH run_pyvern 0 install --bin 9.8
	has '+ python9.8   ~/.local/bin/python9.8 -> 9.8.1'
	has_not '! PATH'
}

@test "without --bin there is none" {
	run_pyvern 0 install 9.9.1
	has_not .local
	[ ! -e "$HOME/.local" ] && [ ! -e "$PYVERN_ROOT/.bin-links" ]
}

@test "the folder: --bin-dir, XDG_BIN_HOME, beside XDG_DATA_HOME, ~/.local/bin" {
	pyvern install -q 9.9.1
	XDG_DATA_HOME=$T/data/share run_pyvern 0 install --bin 9.9.1
	bin=$T/data/bin
	leads_to python9.9 9.9.1
	XDG_DATA_HOME=$T/data/share XDG_BIN_HOME=$T/xdg run_pyvern 0 install --bin 9.9.1
	bin=$T/xdg
	leads_to python9.9 9.9.1
	# A relative one is none (the XDG specification).
	XDG_BIN_HOME=xdg run_pyvern 0 install --bin 9.9.1
	bin=$HOME/.local/bin
	leads_to python9.9 9.9.1
	run_pyvern 0 install --bin-dir "some where" 9.9.1
	bin="$T/project/some where"
	leads_to python9.9 9.9.1
	has "+ python9.9   $bin/python9.9 -> 9.9.1"
	has "PATH='$bin':\$PATH"
	run_pyvern 0 install --bin-dir="$T/other" 9.9.1
	bin=$T/other
	leads_to python9.9 9.9.1
	# All of them are known, and go.
	pyvern uninstall -qy 9.9.1
	[ -z "$(find "$T" -name python9.9 -type l -not -path '*/pkg/*')" ]
}

@test "a version that is installed gets its link, too, and once" {
	pyvern install -q 9.9.1
	run_pyvern 0 install --bin 9.9.1
	has '= 9.9.1    installed'
	has '+ python9.9   ~/.local/bin/python9.9 -> 9.9.1'
	run_pyvern 0 install --bin 9.9.1
	has '= python9.9   ~/.local/bin/python9.9 leads to 9.9.1'
	[ "$(cat "$PYVERN_ROOT/.bin-links")" = "$bin/python9.9" ]
}

@test "the newest patch release has the link" {
	pyvern install -q --bin 9.9.1
	run_pyvern 0 install --bin 9.9.2
	has '~ python9.9   ~/.local/bin/python9.9 -> 9.9.2'
	leads_to python9.9 9.9.2
	run_pyvern 0 install --bin --force 9.9.1
	has '= python9.9   ~/.local/bin/python9.9 leads to 9.9.2, which is newer'
	leads_to python9.9 9.9.2
}

@test "several at once, free-threaded ones by their own names" {
	run_pyvern 0 install --bin 9.9.1 9.9.2 9.9.2t 9.8.1
	leads_to python9.9 9.9.2
	leads_to python9.8 9.8.1
	leads_to python9.9t 9.9.2t
}

@test "one that cannot be installed does not keep the others from their links" {
	run_pyvern 1 install --bin 9.8.1 9.7.1
	leads_to python9.8 9.8.1
	[ ! -e "$bin/python9.7" ]
}

@test "what is not ours stays, unless --force" {
	mkdir -p "$bin"
	echo mine >"$bin/python9.9"
	run_pyvern 6 install --bin 9.9.1 9.8.1
	has '+ 9.9.1 '
	has 'pyvern: ~/.local/bin/python9.9 is not ours: it stays as it is'
	has 'to fix   --force replaces it'
	has '+ python9.8 '
	[ "$(cat "$bin/python9.9")" = mine ]
	ln -sf /usr/bin/python3 "$bin/python9.9"
	run_pyvern 6 install --bin 9.9.1
	has 'is       a link to /usr/bin/python3'
	[ "$(readlink "$bin/python9.9")" = /usr/bin/python3 ]
	run_pyvern 0 install --bin --force 9.9.1
	has '~ python9.9   ~/.local/bin/python9.9 -> 9.9.1'
	leads_to python9.9 9.9.1
	rm "$bin/python9.9"
	mkdir "$bin/python9.9"
	run_pyvern 6 install --bin --force 9.9.1
	[ -d "$bin/python9.9" ] && [ ! -h "$bin/python9.9" ]
}

@test "a link of ours that leads to nothing is led to what there is" {
	pyvern install -q --bin 9.9.2
	rm -r "$PYVERN_ROOT/versions/9.9.2"
	run_pyvern 0 install --bin 9.9.1
	has '~ python9.9   ~/.local/bin/python9.9 -> 9.9.1'
}

@test "uninstall takes the link along, and only that" {
	pyvern install -q --bin 9.9.1 9.8.1
	ln -s "$PYVERN_ROOT/versions/9.9.1/bin/python9.9" "$bin/own"
	run_pyvern 0 uninstall -y 9.9.1
	has '- python9.9   the link ~/.local/bin/python9.9'
	[ ! -h "$bin/python9.9" ] && [ -h "$bin/own" ]
	leads_to python9.8 9.8.1
	[ "$(cat "$PYVERN_ROOT/.bin-links")" = "$bin/python9.8" ]
	# Somebody's by now.
	ln -sf /nowhere "$bin/python9.8"
	run_pyvern 0 uninstall -y 9.8.1
	has_not '- python9.8'
	[ "$(readlink "$bin/python9.8")" = /nowhere ]
	[ ! -s "$PYVERN_ROOT/.bin-links" ]
}

@test "a link to a version that stays is left alone" {
	pyvern install -q --bin 9.9.1 9.9.2
	run_pyvern 0 uninstall -y 9.9.1
	has_not '- python9.9'
	leads_to python9.9 9.9.2
}

@test "in pyenv's face, too" {
	pyvern rehash -q
	pyvern config set face pyenv
	run_pyvern 0 install --bin 9.6.1
	has '-> 9.6.1'
	leads_to python9.6 9.6.1
	run_pyvern 0 uninstall -f 9.6.1
	[ ! -h "$bin/python9.6" ]
}

@test "folders that are refused, before anything is downloaded" {
	refuses 2 "$PYVERN_ROOT/shims is in the root, whose folders are not for links" \
		pyvern install --bin-dir "$PYVERN_ROOT/shims" 9.9.1
	refuses 2 'no folder with control characters' pyvern install --bin-dir $'/a\nb' 9.9.1
	[ ! -e "$PYVERN_ROOT/versions/9.9.1" ]
	refuses 2 'there is no folder for links' pyvern install --bin-dir '' 9.9.1
	mkdir "$T/open"
	chmod 777 "$T/open"
	run_pyvern 6 install --bin-dir "$T/open" 9.9.1
	has 'can be written by everybody'
	[ ! -h "$T/open/python9.9" ]
}

@test "a root that was moved: relocate leads the links to it" {
	pyvern install -q --bin 9.9.1
	mv "$PYVERN_ROOT" "$T/new"
	export PYVERN_ROOT=$T/new
	run_pyvern 0 relocate
	has "leads to $T/new/versions/9.9.1/bin/python9.9"
	leads_to python9.9 9.9.1
	pyvern uninstall -qy 9.9.1
	[ ! -h "$bin/python9.9" ]
}

@test "a copy of the root leaves the first one's links alone" {
	pyvern install -q --bin 9.9.1
	cp -a "$PYVERN_ROOT" "$T/copy"
	PYVERN_ROOT=$T/copy pyvern relocate -q
	leads_to python9.9 9.9.1
	PYVERN_ROOT=$T/copy pyvern uninstall -qy 9.9.1
	leads_to python9.9 9.9.1
}
