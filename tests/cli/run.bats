#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2016 # bats sets stderr; $ is for the inner shell
# pyvern run: a program inside the project's environment.

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	umask 022
	unset VIRTUAL_ENV PYENV_VIRTUAL_ENV PYVERN_DIR PYENV_DIR
	pyvern global 3.13.5
	mkdir -p "$HOME/shop/sub"
	cd "$HOME/shop" || return
}

@test "in the .venv here or above, as if it were activated" {
	pyvern venv -q
	cd sub
	PYTHONHOME=/x PYENV_VIRTUAL_ENV=y run -0 pyvern run -- sh -c \
		'echo "$VIRTUAL_ENV|$PATH|${PYTHONHOME-none}|${PYENV_VIRTUAL_ENV-none}"; command -v pip'
	[ "${lines[0]}" = "$HOME/shop/.venv|$HOME/shop/.venv/bin:$PATH|none|none" ]
	[ "${lines[1]}" = "$HOME/shop/.venv/bin/pip" ]
	# Without the --, and with options of the command's own.
	run -0 pyvern run sh -c 'echo "$1"' -- --env
	[ "$output" = --env ]
	PATH=$HOME/shop/.venv/bin:$PATH run -0 pyvern run -- sh -c 'echo "$PATH"'
	[ "$output" = "$HOME/shop/.venv/bin:$PATH" ]
}

@test "in a pinned environment; by folder, by project, by name" {
	pyvern virtualenv -q 3.13.5 tools
	pyvern local tools
	run -0 pyvern run -- sh -c 'echo "$VIRTUAL_ENV"'
	[ "$output" = "$PYVERN_ROOT/versions/tools" ]
	rm .python-version
	run -0 pyvern run --env tools -- sh -c 'echo "$VIRTUAL_ENV"'
	[ "$output" = "$PYVERN_ROOT/versions/tools" ]
	mkdir -p other/.venv/bin
	echo 'home = /usr/bin' >other/.venv/pyvenv.cfg
	for word in other other/.venv "$PWD/other"; do
		run -0 pyvern run -e "$word" sh -c 'echo "$VIRTUAL_ENV"'
		[ "$output" = "$PWD/other/.venv" ]
	done
}

@test "its status is the command's; what is not there" {
	pyvern venv -q
	run -7 pyvern run -- sh -c 'exit 7'
	run -127 --separate-stderr pyvern run -- no-such-command
	[[ $stderr == 'pyvern: no-such-command is neither in ~/shop/.venv nor in PATH' ]]
	printf '#!/nonexistent\n' >.venv/bin/bad
	printf 'echo by the shell "$1"\n' >.venv/bin/plain
	chmod 755 .venv/bin/*
	run -126 pyvern run -- bad
	run -0 pyvern run -- plain x
	[ "$output" = 'by the shell x' ]
	# Paths are paths.
	printf '#!/bin/sh\necho "mine $VIRTUAL_ENV"\n' >mine
	chmod 755 mine
	for path in ./mine "$PWD/mine" ../shop/mine; do
		run -0 pyvern run -- "$path"
		[ "$output" = "mine $PWD/.venv" ]
	done
	run -127 --separate-stderr pyvern run -- ./none
	[[ $stderr == 'pyvern: there is no ./none' ]]
	chmod -x mine
	run -126 pyvern run -- ./mine
	run -2 pyvern run
	run -3 pyvern run --env "$HOME" -- true
	# A clone's is not entered.
	mkdir -p "$HOME/clone"
	cp -a .venv "$HOME/clone/"
	cd "$HOME/clone"
	run -3 --separate-stderr pyvern run -- true
	[[ $stderr == 'pyvern: no environment is entered here'*'to fix'* ]]
}

@test "what pip brings has a shim afterwards" {
	pyvern venv -q
	printf '#!/bin/sh\nprintf "#!/bin/sh\\necho new\\n" >%s/new\nchmod 755 %s/new\nexit 4\n' \
		"$PWD/.venv/bin" "$PWD/.venv/bin" >"$T/pip"
	chmod 755 "$T/pip"
	rm .venv/bin/pip
	mv "$T/pip" .venv/bin/pip
	run -4 pyvern run -- pip install x
	[ -x "$PYVERN_ROOT/shims/new" ]
}
