#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The shim program: the ways it is started, and what it refuses

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	pin 3.13
}

@test "a shim becomes the version's program" {
	run show a "b c" ""
	is_output "$PYVERN_ROOT/versions/3.13.5/bin/show" a "b c" "" \
		"$PYVERN_ROOT/versions/3.13.5/bin:$PATH" none none
	PYENV_VERSION=3.12 run python
	is_output 3.12.1
	PYENV_VERSION=system run python
	is_output system
}

@test "it knows its name and root in every way of starting" {
	shims=$PYVERN_ROOT/shims
	unset PYVERN_ROOT
	printf '#!%s\n' "$shims/python" >script
	printf '#!/usr/bin/env python\n' >by-env
	# A script that is called pip is still run by python.
	cp script pip
	chmod 755 script by-env pip
	ln -s "$shims/python" link
	ln -s "$shims/python" python
	for call in "$shims/python" "$shims/../shims/python" ./script ./by-env ./pip ./python \
		"env python" "bash -c 'exec -a python $shims/python3'"; do
		run bash -c "$call"
		[ "$status" -eq 0 ]
		is_output 3.13.5
	done
	cd "$shims"
	run ./python
	is_output system
	# A link under another name asks for that name.
	cd "$T/project"
	run -127 ./link
	[[ $output == "pyvern: link is not in 3.13.5"* ]]
}

@test "the root is the shim's own, and what it starts knows it" {
	program 3.13.5 show <<<$'#!/bin/sh\necho "${PYENV_ROOT-none} ${PYVERN_ROOT-none}"'
	root=$PYVERN_ROOT
	unset PYVERN_ROOT
	run show
	is_output "$root none"
	PYVERN_ROOT=$T/other run show
	is_output "$root none"
	PYVERN_ROOT=$root run show
	is_output "none $root"
	# A root that the user knows by a link keeps that name.
	ln -s "$root" "$T/known"
	PYENV_ROOT=$T/known run show
	is_output "$T/known none"
}

@test "a version that is missing" {
	pin 3.11
	run -127 python
	is_output "pyvern: python is 3.11 here, and 3.11 is not installed" \
		"  asked by  $T/project/.python-version:1" \
		"  to fix    pyvern install"
}

@test "python3.10 outside the pins: the newest installed 3.10, if any" {
	pin 3.13
	run python3.12
	is_output 3.12.1
	cp "$PYVERN_ROOT/shims/python" "$PYVERN_ROOT/shims/python3.10"
	run -127 python3.10
	is_output "pyvern: python3.10: no 3.10 is installed" \
		"  pinned   3.13 ($T/project/.python-version)" \
		"  to fix   pyvern install 3.10"
}

@test "it never starts itself" {
	shim=$PYVERN_ROOT/shims/python
	mkdir "$T/links"
	ln -s "$shim" "$T/links/python"
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin:$T/links:$PYVERN_ROOT/shims \
		PYENV_VERSION=system run -127 /usr/bin/timeout 10 "$shim"
	ln -sf "$shim" "$PYVERN_ROOT/versions/3.13.5/bin/python"
	run -127 timeout 10 "$shim"
	# Where hard links fail, shims are copies.
	cp "$PYVERN_ROOT/shims/.pyvern-shim" "$T/copy"
	mv "$T/copy" "$shim"
	run -127 timeout 10 "$shim"
}

# It took the folder above for its root, found itself on a plugin's PATH, and so on.
@test "the program that shims are made from is no shim" {
	program=$T/prefix/libexec/pyvern/pyvern-shim
	for path in "$PATH" "$T/prefix/libexec/pyvern:$PATH"; do
		PATH=$path run -127 timeout 10 "$program"
		[[ $output == "pyvern: this shim cannot tell where it is"* ]]
	done
}

@test "shims of another root are no system" {
	mkdir -p "$T/pyenv/shims" "$T/pyenv/versions"
	printf '#!/bin/sh\nexec python "$@"\n' >"$T/pyenv/shims/python"
	chmod 755 "$T/pyenv/shims/python"
	PATH=$PYVERN_ROOT/shims:$T/pyenv/shims:$PATH
	PYENV_VERSION=system run timeout 10 python
	is_output system
}

@test "a pin line that is no version is named, and the others are used" {
	pin $'\033[31mred' 3.12
	run python
	[ "$status" -eq 0 ]
	[[ $output == *"$T/project/.python-version:1 is passed over"* ]]
	[[ $output == *3.12.1 ]]
	[[ $output != *$'\033'* ]]
}

@test "when pyvern itself is gone, what is installed still starts" {
	rm "$PYVERN_ROOT/.pyvern"
	PATH=$PYVERN_ROOT/shims:/usr/bin:/bin
	run python
	is_output 3.13.5
	pin 3.11
	run -127 python
	is_output "pyvern: python: pyvern itself is not found: install it again, then \`pyvern rehash\`"
}

@test "no fork, and few system calls of its own" {
	command -v strace >/dev/null || skip "no strace"
	[ -z "$PYVERN_TEST_SANITIZERS" ] || skip "sanitizers have their own"
	strace -f -o "$T/trace" "$PYVERN_ROOT/shims/python" || skip "strace is refused here"
	sed -n '/execve.*versions/q;p' "$T/trace" >"$T/own"
	run ! grep -E 'clone|fork|socket|mmap.*PROT_WRITE' "$T/own"
	# The static C library's start and the looks at environment, face and pins.
	[ "$(wc -l <"$T/own")" -lt 45 ]
}

@test "without a C library: only the calls that the rules need" {
	command -v strace >/dev/null || skip "no strace"
	[ "$PYVERN_TEST_SHIM" = bare ] || skip "a C library makes calls of its own"
	pin 3.13.5
	strace -o "$T/trace" "$PYVERN_ROOT/shims/python" || skip "strace is refused here"
	# A pin file that is not root's must be ours.
	sed -n '2,/execve.*versions/{/^geteuid/!p}' "$T/trace" | cut -d'(' -f1 | paste -sd' ' >"$T/own"
	cat "$T/own"
	# The root, the shim's two names, the face, here, no .venv, the pin, the version, its
	# program.
	[ "$(cat "$T/own")" = "openat newfstatat newfstatat openat read close getcwd\
 openat openat fstat read close newfstatat newfstatat execve" ]
}

@test "a root that the environment calls by another name is found by the kernel's" {
	program 3.13.5 show <<<$'#!/bin/sh\necho "$0 ${PYENV_ROOT-none}"'
	ln -s "$PYVERN_ROOT/shims" "$T/home/shims"
	ln -s "$PYVERN_ROOT" "$T/home/.pyenv"
	shims=$PYVERN_ROOT/shims
	root=$PYVERN_ROOT
	unset PYVERN_ROOT
	# By its place; by a link to the folder; by HOME, which is a link to it.
	HOME=$T/nowhere run "$shims/show"
	is_output "$root/versions/3.13.5/bin/show $root"
	HOME=$T/nowhere run "$T/home/shims/show"
	is_output "$root/versions/3.13.5/bin/show $root"
	run "$T/home/.pyenv/shims/show"
	is_output "$T/home/.pyenv/versions/3.13.5/bin/show none"
	# A folder of that name that only looks like a root, with a link to a shim.
	mkdir -p "$T/fake/shims" "$T/fake/versions/3.13.5/bin"
	cp "$shims/.pyvern-shim" "$T/fake/shims/"
	ln -s "$shims/show" "$T/fake/shims/show"
	PYENV_ROOT=$T/fake run "$T/fake/shims/show"
	is_output "$root/versions/3.13.5/bin/show $root"
	# A script that somebody keeps among the shims is not one of them.
	printf '#!%s\n' "$shims/python" >"$shims/script"
	chmod 755 "$shims/script"
	PYENV_ROOT=$root run "$shims/script"
	is_output 3.13.5
}
