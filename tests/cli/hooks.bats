#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # hooks expand it; bats sets status, output
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

# In pyenv's face our aliases are versions like others.
as_pyenv() {
	pyvern config set face pyenv
	rm -f "$PYVERN_ROOT/versions/3.12" "$PYVERN_ROOT/versions/3.13"
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
	# Also one that was found already.
	echo 'exit 5' | hook which change
	run pyvern exec python
	[ "$status" -eq 5 ]
	[ "$output" = "" ]
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

# A bash that notes that it was started.
watch_bash() {
	script "$T/watch/bash" "echo x >>\"\$T/started\"; exec $BASH \"\$@\""
	export T PATH=$T/watch:$PATH
}

started() {
	[ -e "$T/started" ] || return 1
	rm "$T/started"
}

@test "bash starts only where there is a hook for it" {
	mkdir -p "$PYVERN_ROOT/pyenv.d/exec" "$PYVERN_ROOT/pyenv.d/rehash"
	echo 'echo wrong' >"$PYVERN_ROOT/pyenv.d/exec/readme.txt"
	watch_bash
	all() {
		pyvern exec python && pyvern which python && pyvern version && pyvern version-name &&
			pyvern version-origin && pyvern versions && pyvern prefix && pyvern rehash &&
			python
	} >/dev/null
	all
	run ! started
	for point in exec which version-name version-origin rehash; do
		hook "$point" any </dev/null
		all
		started || {
			echo "$point: none"
			return 1
		}
		rm "$PYVERN_ROOT/pyenv.d/$point/any.bash"
		pyvern rehash
		all
		run ! started
	done
}

@test "a shim goes by hooks that were there at the last rehash, or that its caller names" {
	echo 'echo hooked >&2' | hook exec any
	run python
	[ "$output" = 3.13.5 ]
	pyvern rehash
	run python
	[ "$output" = $'hooked\n3.13.5' ]
	run pyvern config get face
	[ "$output" = pyvern ]
	as_pyenv
	run python
	[ "$output" = $'hooked\n3.13.5' ]
	rm "$PYVERN_ROOT/pyenv.d/exec/any.bash"
	pyvern rehash
	run python
	[ "$output" = 3.13.5 ]
	mkdir -p "$T/given/exec"
	echo 'echo given >&2' >"$T/given/exec/any.bash"
	PYENV_HOOK_PATH=$T/given run python
	[ "$output" = $'given\n3.13.5' ]
}

@test "a plugin that was cloned later is met by shims after the next exec" {

	pyvern rehash
	mkdir -p "$PYVERN_ROOT/plugins/new/etc/pyenv.d/exec"
	echo 'echo plugin >&2' >"$PYVERN_ROOT/plugins/new/etc/pyenv.d/exec/any.bash"
	run pyvern exec python
	[ "$output" = $'plugin\n3.13.5' ]
	run python
	[ "$output" = $'plugin\n3.13.5' ]
}

@test "a script that came in another way gets its shim when something is started by exec" {
	pyvern rehash
	program 3.13.5 copied <<-'END'
		#!/bin/sh
		echo copied
	END
	[ ! -e "$PYVERN_ROOT/shims/copied" ]
	run pyvern exec python
	[ "$output" = 3.13.5 ]
	run copied
	[ "$output" = copied ]
	# Another rehash that runs, or a root that cannot be written, stops no program.
	program 3.13.5 later </dev/null
	: >"$PYVERN_ROOT/shims/.pyenv-shim"
	run pyvern exec python
	[ "$output" = 3.13.5 ]
	rm "$PYVERN_ROOT/shims/.pyenv-shim"
	with_read_only_root pyvern exec python
	[ "$status" -eq 0 ]
	[ "$output" = 3.13.5 ]
}

@test "pyenv.md 3: rehash waits for pyenv's lock, for PYENV_REHASH_TIMEOUT seconds" {
	as_pyenv
	program 3.13.5 new </dev/null
	: >"$PYVERN_ROOT/shims/.pyenv-shim"
	PYENV_REHASH_TIMEOUT=0 run --separate-stderr pyvern rehash
	[ "$status" -eq 1 ]
	[ "${stderr_lines[0]}" = "pyenv: cannot rehash: couldn't acquire lock $PYVERN_ROOT/shims/.pyenv-shim for 0 seconds. Last error message:" ]
	[ "${#stderr_lines[@]}" -eq 2 ]
	[ ! -e "$PYVERN_ROOT/shims/new" ]
	(
		sleep 1
		rm "$PYVERN_ROOT/shims/.pyenv-shim"
	) 3>&- &
	run pyvern rehash
	[ "$status" -eq 0 ]
	[ -e "$PYVERN_ROOT/shims/new" ]
	wait
	# Ours, which is a link, is one for pyenv, too; left by who was killed it stops nobody.
	ln -s pyvern "$PYVERN_ROOT/shims/.pyenv-shim"
	run bash -c 'set -o noclobber; : >"$1"' - "$PYVERN_ROOT/shims/.pyenv-shim"
	[ "$status" -ne 0 ]
	[ ! -e pyvern ] && [ ! -e "$PYVERN_ROOT/shims/pyvern" ] || false
	program 3.13.5 newer </dev/null
	PYENV_REHASH_TIMEOUT=0 run pyvern rehash
	[ "$status" -eq 0 ]
	[ -e "$PYVERN_ROOT/shims/newer" ]
	[ ! -L "$PYVERN_ROOT/shims/.pyenv-shim" ]
}

# make_env NAME HOME SYSTEM: an environment as venv makes it.
make_env() {
	fake_version "$1" mine
	: >"$PYVERN_ROOT/versions/$1/bin/activate"
	printf 'home = %s\ninclude-system-site-packages = %s\nversion = 3.13.5\n' "$2" "$3" \
		>"$PYVERN_ROOT/versions/$1/pyvenv.cfg"
}

@test "pyenv.md 9: an environment has its base's python-config, and where it sees the packages, its programs" {
	bin=$PYVERN_ROOT/versions/3.13.5/bin
	program 3.13.5 python-x-config </dev/null
	program 3.13.5 ipython </dev/null
	make_env shop "$bin" false
	make_env open "$bin" true
	for face in pyvern pyenv; do
		pyvern config set face "$face"
		export PYENV_VERSION=shop
		run pyvern which python-x-config
		[ "$output" = "$bin/python-x-config" ]
		run -127 pyvern which ipython
		export PYENV_VERSION=open
		run pyvern which ipython
		[ "$output" = "$bin/ipython" ]
		run pyvern which mine
		[ "$output" = "$PYVERN_ROOT/versions/open/bin/mine" ]
		run pyvern exec show
		[ "${lines[0]}" = "$bin/show" ]
		[ "${lines[1]%%:*}" = "$bin" ]
	done
	# Neither for what is no environment, nor through a folder that is no base.
	rm "$PYVERN_ROOT/versions/open/bin/activate"
	run -127 pyvern which ipython
	make_env open "relative/bin" true
	run -127 pyvern which ipython
}

@test "pyenv.md 9: an old virtualenv notes its base in orig-prefix.txt" {
	make_env old x true
	rm "$PYVERN_ROOT/versions/old/pyvenv.cfg"
	mkdir -p "$PYVERN_ROOT/versions/old/lib/python2.7"
	echo "$PYVERN_ROOT/versions/3.13.5" >"$PYVERN_ROOT/versions/old/lib/python2.7/orig-prefix.txt"
	program 3.13.5 ipython </dev/null
	export PYENV_VERSION=old
	run pyvern which ipython
	[ "$output" = "$PYVERN_ROOT/versions/3.13.5/bin/ipython" ]
	: >"$PYVERN_ROOT/versions/old/lib/python2.7/no-global-site-packages.txt"
	run -127 pyvern which ipython
}

@test "pyenv.md 9: an environment of conda's has conda from its base" {
	fake_env miniconda3-1 sci
	mkdir "$PYVERN_ROOT/versions/sci/conda-meta"
	fake_version miniconda3-1 conda
	export PYENV_VERSION=sci
	run pyvern which conda
	[ "$output" = "$PYVERN_ROOT/versions/miniconda3-1/bin/conda" ]
	run -127 pyvern which black
}

@test "what pyenv-which-ext gives: PATH has the commands that the chosen versions lack" {
	script "$T/system/tool"
	run -127 pyvern which tool
	pyvern config set path_fallback yes
	pyvern rehash
	run pyvern which tool
	[ "$output" = "$T/system/tool" ]
	run pyvern which python
	[ "$output" = "$PYVERN_ROOT/versions/3.13.5/bin/python" ]
	# A version that is missing is missing.
	pin 3.9
	run -127 pyvern which tool
}

@test "pyenv.md 5: plugins call commands as pyenv-NAME" {
	script "$PYVERN_ROOT/plugins/all/bin/pyenv-all" '
		pyenv-root; pyenv-version-name; pyenv-version-origin; pyenv-which python; pyenv-prefix
		pyenv-latest 3.12; pyenv-hooks exec; pyenv-exec python; pyenv-rehash && echo rehashed
		pyenv-versions --bare; pyenv-whence black; pyenv all-more; pyenv-help --usage exec'
	script "$PYVERN_ROOT/plugins/all/bin/pyenv-all-more" 'echo "more $0"'
	hook exec none </dev/null
	as_pyenv
	run pyvern all
	r=$PYVERN_ROOT
	is_output "$r" 3.13.5 "$r/version" "$r/versions/3.13.5/bin/python" "$r/versions/3.13.5" 3.12.1 \
		"$r/pyenv.d/exec/none.bash" 3.13.5 rehashed 3.12.1 3.13.5 3.12.1 \
		"more $r/plugins/all/bin/pyenv-all-more" "Usage: pyenv exec <command> [arg1 arg2...]"
}

@test "explain names the hooks that may say otherwise, and what an environment has from its base" {
	hook which any </dev/null
	run pyvern explain
	[[ $output == *"hook "*"~"* || $output == *"hook "*"$PYVERN_ROOT/pyenv.d/which/any.bash"* ]]
	run pyvern explain --json
	is_json "d['hooks'] == ['$PYVERN_ROOT/pyenv.d/which/any.bash']"
	program 3.13.5 ipython </dev/null
	make_env open "$PYVERN_ROOT/versions/3.13.5/bin" true
	PYENV_VERSION=open run pyvern explain ipython
	[ "${lines[0]}" = "ipython  ->  $PYVERN_ROOT/versions/3.13.5/bin/ipython   open" ]
}
