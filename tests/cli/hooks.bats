#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # hooks expand it; bats sets status, output
# Hooks of third parties: bash files, unmodified (pyenv.md 2, 3, 5)

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	unset PYENV_HOOK_PATH PYVERN_HOOK_PATH PYENV_DEBUG
	pyvern global 3.13.5
}

# hook POINT NAME: the code on stdin becomes a hook.
hook() {
	mkdir -p "$PYVERN_ROOT/pyenv.d/$1"
	cat >"$PYVERN_ROOT/pyenv.d/$1/$2.bash"
}

as_pyenv() {
	pyvern config set face pyenv
}

# script PATH: a program that shows what it was started with.
script() {
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\n%s\n' "${2:-echo \"\$0 \$*\"}" >"$1"
	chmod 755 "$1"
}

@test "pyenv.md 3: exec hooks see the command, its path, its folder, its arguments" {
	hook exec show <<-'END'
		printf '%s\n' "$PYENV_COMMAND|$PYENV_COMMAND_PATH|$PYENV_BIN_PATH|$PYENV_VERSION|$#|$1|$2" \
			"${BASH_SOURCE[0]}" "$PYENV_DIR" >&2
	END
	run --separate-stderr pyvern exec python3 "a b" c
	[ "$status" -eq 0 ]
	[ "$output" = 3.13.5 ]
	bin=$PYVERN_ROOT/versions/3.13.5/bin
	[ "${stderr_lines[0]}" = "python3|$bin/python3|$bin|3.13.5|3|python3|a b" ]
	[ "${stderr_lines[1]}" = "$PYVERN_ROOT/pyenv.d/exec/show.bash" ]
	[ "${stderr_lines[2]}" = "$T/project" ]
}

@test "pyenv.md 3: exec hooks change program, folder, arguments and environment" {
	script "$T/other/prog" 'echo "$0 [$1] [$2] $EXTRA ${PATH%%:*}"'
	hook exec change <<-END
		PYENV_COMMAND_PATH=$T/other/prog
		PYENV_BIN_PATH=\$PYENV_ROOT/changed
		export EXTRA=extra
		set -- "\$1" "new
		line" "\$@"
	END
	run pyvern exec python x
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$T/other/prog [new" ]
	[ "${lines[1]}" = "line] [python] extra $PYVERN_ROOT/changed" ]
}

@test "exec hooks run in the process that becomes the program" {
	script "$PYVERN_ROOT/versions/3.13.5/bin/pid" 'echo $$'
	hook exec pid <<-'END'
		echo $$
	END
	run sh -c 'echo $$; exec pyvern exec pid'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "${lines[1]}" ]
	[ "${lines[1]}" = "${lines[2]}" ]
}

@test "of what hooks need, the program sees nothing" {
	script "$PYVERN_ROOT/versions/3.13.5/bin/env" \
		'echo "${PYENV_DIR-unset} ${PYENV_HOOK_PATH-unset} ${_PYENV_INSTALL_PREFIX-unset} $PATH"; set | grep -c _pyvern'
	hook exec nothing <<-'END'
		pyenv-root >/dev/null || exit 9
		case $PATH in */libexec/pyvern:*) ;; *) exit 8 ;; esac
	END
	run pyvern exec env
	[ "${lines[0]}" = "unset unset unset $PYVERN_ROOT/versions/3.13.5/bin:$PATH" ]
	[ "${lines[1]}" = 0 ]
	# What was there before comes back.
	PYENV_DIR=$T PYENV_HOOK_PATH=/nowhere run pyvern exec env
	[ "${lines[0]}" = "$T /nowhere unset $PYVERN_ROOT/versions/3.13.5/bin:$PATH" ]
	[ "${lines[1]}" = 0 ]
}

@test "in pyvern's face the version stays out of the environment, in pyenv's it goes with it" {
	script "$PYVERN_ROOT/versions/3.13.5/bin/version" 'echo "${PYENV_VERSION-unset}"'
	hook exec nothing </dev/null
	run pyvern exec version
	[ "$output" = unset ]
	as_pyenv
	run pyvern exec version
	[ "$output" = 3.13.5 ]
	PYENV_VERSION=3.12.1:3.13 run pyvern exec version
	[ "$output" = 3.12.1:3.13.5 ]
	hook exec change <<-'END'
		PYENV_VERSION=changed
	END
	run pyvern exec version
	[ "$output" = changed ]
}

@test "a hook that ends exec: exit, a command that fails, a syntax error, another program" {
	while read -r expected code; do
		printf '%s\n' "$code" | hook exec end
		run --separate-stderr "-$expected" pyvern exec python
		[ "$output" != 3.13.5 ]
		[ "$status" -eq "$expected" ] || {
			echo "$code: $status"
			return 1
		}
	done <<-'END'
		7 exit 7
		0 exit 0
		1 false
		9 exec sh -c 'exit 9'
		143 kill $$
		127 PYENV_COMMAND_PATH=/nowhere/x
	END
	echo 'if then (' | hook exec end
	run --separate-stderr pyvern exec python
	[ "$status" -ne 0 ]
	[[ $stderr == *end.bash*"syntax error"* ]]
}

@test "hooks run in the order of their folders, each once, also when a plugin calls us" {
	mkdir -p "$T/given/exec" "$PYVERN_ROOT/plugins/p/etc/pyenv.d/exec"
	echo 'echo given >&2' >"$T/given/exec/z.bash"
	echo 'echo plugin >&2' >"$PYVERN_ROOT/plugins/p/etc/pyenv.d/exec/a.bash"
	echo 'echo root-b >&2' | hook exec b
	echo 'echo "root-a b" >&2' | hook exec "a b"
	script "$PYVERN_ROOT/plugins/p/bin/pyenv-again" 'exec pyenv-exec python'
	export PYENV_HOOK_PATH=$T/given
	run --separate-stderr pyvern again
	[ "$output" = 3.13.5 ]
	[ "$stderr" = $'given\nroot-a b\nroot-b\nplugin' ]
}

@test "pyenv.md 3: which hooks change the path, or end the search" {
	script "$T/other/prog"
	hook which change <<-END
		[ "\$PYENV_COMMAND \$version" = "python 3.13.5" ] || exit 9
		[ "\$PYENV_COMMAND_PATH" = "$PYVERN_ROOT/versions/3.13.5/bin/python" ] || exit 8
		PYENV_COMMAND_PATH=$T/other/prog
	END
	run pyvern which python
	[ "$output" = "$T/other/prog" ]
	run pyvern exec python x
	[ "$output" = "$T/other/prog x" ]
	run pyvern which black
	[ "$status" -eq 9 ]
	[ "$output" = "" ]
	run pyvern exec black
	[ "$status" -eq 9 ]
	# The answer of a hook that ends it is what it prints.
	echo "echo $T/other/prog; exit 0" | hook which change
	run pyvern which python
	[ "$status" -eq 0 ]
	[ "$output" = "$T/other/prog" ]
	run pyvern exec python x
	[ "$output" = "$T/other/prog x" ]
}

@test "pyenv.md 3: a which hook finds what no version has, and can lose what one has" {
	script "$T/other/nope"
	hook which change <<-END
		[ ! -x "\$PYENV_COMMAND_PATH" ] && PYENV_COMMAND_PATH=$T/other/nope
		[ "\$PYENV_COMMAND" != python ] || PYENV_COMMAND_PATH=/nowhere
	END
	run pyvern which nope
	[ "$output" = "$T/other/nope" ]
	run -127 pyvern which python
	as_pyenv
	run pyvern which nope
	[ "$output" = "$T/other/nope" ]
	run -127 --separate-stderr pyvern which python
	[[ $stderr == *"pyenv: python: command not found"* ]]
}

@test "pyenv.md 2: version-name hooks choose the version, everywhere" {
	hook version-name change <<-'END'
		echo "<$PYENV_VERSION>" >>"$HOME/seen"
		PYENV_VERSION=3.12
	END
	as_pyenv
	run pyvern version-name
	[ "$output" = 3.12.1 ]
	run pyvern version
	[ "$output" = "3.12.1 (set by $PYVERN_ROOT/version)" ]
	run pyvern exec python
	[ "$output" = 3.12.1 ]
	run pyvern which python
	[ "$output" = "$PYVERN_ROOT/versions/3.12.1/bin/python" ]
	run pyvern prefix
	[ "$output" = "$PYVERN_ROOT/versions/3.12.1" ]
	run pyvern versions
	has_line "* 3.12.1 (set by $PYVERN_ROOT/version)"
	has_line "  3.13.5"
	[ "$(sort -u "$HOME/seen")" = "<3.13.5>" ]
	# which and prefix ask no hook where the variable says it.
	PYENV_VERSION=3.13.5 run pyvern which python
	[ "$output" = "$PYVERN_ROOT/versions/3.13.5/bin/python" ]
	PYENV_VERSION=3.13.5 run pyvern version-name
	[ "$output" = 3.12.1 ]
	echo 'PYENV_VERSION=' | hook version-name change
	run pyvern version-name
	[ "$output" = system ]
	echo 'PYENV_VERSION=2.0:3.12' | hook version-name change
	run --separate-stderr pyvern version-name
	[ "$status" -eq 1 ]
	[ "$output" = 3.12.1 ]
	[ "$stderr" = "pyenv: version \`2.0' is not installed (set by $PYVERN_ROOT/version)" ]
	echo 'echo mine; exit 4' | hook version-name change
	run pyvern version-name
	[ "$status" -eq 4 ]
	[ "$output" = mine ]
	run pyvern version
	[ "$status" -eq 4 ]
	[ "$output" = "" ]
	run pyvern exec python
	[ "$status" -eq 4 ]
}

@test "pyenv.md 2: version-origin hooks name the origin, which is never inherited" {
	export PYENV_VERSION_ORIGIN=inherited
	hook version-origin say <<-'END'
		[ -z "$PYENV_VERSION_ORIGIN" ] || exit 9
		[ -z "$ORIGIN" ] || PYENV_VERSION_ORIGIN=$ORIGIN
	END
	run pyvern version-origin
	[ "$output" = "$PYVERN_ROOT/version" ]
	ORIGIN="a hook" run pyvern version-origin
	[ "$output" = "a hook" ]
	ORIGIN="a hook" run pyvern version
	[ "$output" = "3.13.5 (set by a hook)" ]
	echo 'echo end; exit 3' | hook version-origin say
	run pyvern version-origin
	[ "$status" -eq 3 ]
	[ "$output" = end ]
}

@test "where there is no bash, the hook that needs it is named" {
	echo 'true' | hook exec any
	mkdir "$T/few"
	ln -s "$(command -v sh)" "$T/few/sh"
	run --separate-stderr env PATH="$T/prefix/bin:$T/few" pyvern exec python
	[ "$status" -eq 1 ]
	[[ $stderr == *"hooks need bash"*"$PYVERN_ROOT/pyenv.d/exec/any.bash"* ]]
}

@test "a shim that a link in another folder leads to is not found again there" {
	as_pyenv
	pyvern global system
	pyvern rehash
	mkdir "$T/links"
	ln -s "$PYVERN_ROOT/shims/python" "$T/links/python"
	script "$T/system/python" 'echo "system ${_PYENV_SHIM_PATHS_PYTHON-unset} ${_PYENV_SHIM_PATH-unset}"'
	export PATH=$T/links:$T/system:$PATH
	run python
	[ "$output" = "system $T/links unset" ]
	_PYENV_SHIM_PATHS_PYTHON=/before run python
	[ "$output" = "system $T/links:/before unset" ]
	# As a real pyenv's shim says it.
	script "$T/wrapped/python" 'echo wrong'
	export PATH=$T/wrapped:$PATH
	_PYENV_SHIM_PATH=$T/wrapped run pyvern exec python
	[ "$output" = "system $T/wrapped unset" ]
	run pyvern exec python
	[ "$output" = wrong ]
	_PYENV_SHIM_PATHS_PYTHON=$T/wrapped run pyvern which python
	[ "$output" = "$T/system/python" ]
}
