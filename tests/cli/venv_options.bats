#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern venv: how it is made, and what its pip is to do afterwards.

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	pyvern global 3.13.5
	mkdir -p "$HOME/shop"
	cd "$HOME/shop" || return
	seed=$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/files/pip/__init__.py
	mine=.venv/lib/python3.13/site-packages/pip/__init__.py
}

# What the made-up interpreter is started with goes to $T/said; it fails while $T/broken is there.
speak() {
	printf '#!/bin/sh\necho "$VIRTUAL_ENV: $*" >>"%s/said"\n[ ! -e "%s/broken" ]\n' "$T" "$T" \
		>"$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
}

@test "--copies: the interpreter is a file of its own, with its library where it looks beside itself" {
	pyvern venv -q --copies
	[ ! -L .venv/bin/python ] && [ -x .venv/bin/python ]
	[ "$(readlink .venv/bin/python3)" = python ]
	cmp .venv/bin/python "$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
	grep -q '^command = pyvern venv -p .* --copies ' .venv/pyvenv.cfg
	has_only .venv/lib python3.13
	# The mark in the middle of what is read at one time, and across two of them.
	for place in 100 65530 65536 70000; do
		{
			head -c "$place" /dev/zero
			# shellcheck disable=SC2016 # as a linker writes it
			printf '$ORIGIN/../lib'
		} >"$PYVERN_ROOT/versions/3.13.5/bin/python3.13"
		echo lib >"$PYVERN_ROOT/versions/3.13.5/lib/libpython3.13.so.1.0"
		pyvern venv -q --clear --copies
		cmp .venv/lib/libpython3.13.so.1.0 "$PYVERN_ROOT/versions/3.13.5/lib/libpython3.13.so.1.0"
	done
	pyvern venv -q --clear --symlinks
	[ -L .venv/bin/python ]
	[ ! -e .venv/lib/libpython3.13.so.1.0 ]
	run -2 pyvern venv --copies --symlinks x
	[ ! -e x ]
}

@test "--link: hard links, copies, or reflinks if the disk can" {
	pyvern venv -q --link hardlink
	[ "$mine" -ef "$seed" ]
	pyvern venv -q --clear --link copy
	[ ! "$mine" -ef "$seed" ]
	cmp "$mine" "$seed"
	[ "$(stat -c %Y "$mine")" = "$(stat -c %Y "$seed")" ]
	if cp --reflink=always "$seed" "$T/clone" 2>/dev/null; then
		pyvern venv -q --clear --link reflink
	else
		run -1 --separate-stderr pyvern venv --link reflink other
		[[ $stderr == *'cannot link'* ]]
		[ ! -e other ]
	fi
	for word in '' Copy symlink; do
		run -2 pyvern venv --link "$word" other
	done
	run -2 --separate-stderr pyvern venv --link copy --without-pip other
	[[ $stderr == *'--link and --without-pip exclude each other'* ]]
	[ ! -e other ]
}

@test "--no-vcs-ignore; several at once" {
	pyvern venv -q --no-vcs-ignore
	[ ! -e .venv/.gitignore ]
	grep -q '^command = pyvern venv -p .* --no-vcs-ignore ' .venv/pyvenv.cfg
	run -0 --separate-stderr pyvern venv a b 'c d'
	for name in a b 'c d'; do
		is_environment "$name" 3.13.5
		[ -e "$name/.gitignore" ]
		[[ $stderr == *"+ $name "* ]]
	done
	# Looked at before the first is made.
	run -6 pyvern venv new a
	[ ! -e new ]
	run -2 pyvern venv --json e f
	[ ! -e e ]
}

@test "--from and --upgrade-deps: the environment's own pip, inside it" {
	speak
	echo 'black==1' >'my list'
	run -0 pyvern venv --from 'my list'
	[ "$(cat "$T/said")" = "$PWD/.venv: -m pip install --disable-pip-version-check -r $PWD/my list" ]
	rm "$T/said"
	run -0 --separate-stderr pyvern venv --clear --json --upgrade-deps --from 'my list'
	[ "$(cat "$T/said")" = "$PWD/.venv: -m pip install --disable-pip-version-check --quiet --upgrade pip
$PWD/.venv: -m pip install --disable-pip-version-check --quiet -r $PWD/my list" ]
	rm "$T/said"
	mkdir -p "$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/files/setuptools"
	printf 'dir setuptools\n' >>"$PYVERN_ROOT/versions/3.13.5/.pyvern/seed/index"
	run -0 pyvern venv --clear --quiet --upgrade-deps
	[[ $(cat "$T/said") == *' --upgrade pip setuptools' ]]
	# It fails: the environment is there, and what to type is said.
	touch "$T/broken"
	run -1 --separate-stderr pyvern venv --clear --from 'my list'
	[[ $stderr == *"pip failed in ~/shop/.venv with status 1"* ]]
	[[ $stderr == *"to fix    $PWD/.venv/bin/python -m pip install --disable-pip-version-check -r '$PWD/my list'"* ||
		$stderr == *"to fix    ~/shop/.venv/bin/python -m pip install --disable-pip-version-check -r "* ]]
	is_environment .venv 3.13.5
	for option in --upgrade-deps --from=x; do
		run -2 pyvern venv --without-pip $option other
	done
}
