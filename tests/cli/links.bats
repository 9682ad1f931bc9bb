#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyenv-NAME and pyvern-NAME: the names by which hooks and plugins call commands
# (pyenv.md 1, 5).

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
	libexec=$T/prefix/libexec/pyvern
}

# A plugin that runs the given code.
plugin() { # NAME CODE
	mkdir -p "$PYVERN_ROOT/plugins/p/bin"
	printf '#!/bin/bash\n%s\n' "$2" >"$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
	chmod 755 "$PYVERN_ROOT/plugins/p/bin/pyenv-$1"
}

@test "every command has both names in the libexec folder, those for scripts and shells too" {
	for name in $(pyvern commands --no-sh) sh-shell sh-rehash; do
		[ -x "$libexec/pyenv-$name" ] || missing+=" pyenv-$name"
		[ -x "$libexec/pyvern-$name" ] || missing+=" pyvern-$name"
	done
	echo "missing:${missing-}"
	[ -z "${missing-}" ]
	[ ! -e "$T/prefix/bin/pyenv-local" ]
	[ ! -e "$T/prefix/bin/pyenv" ]
}

@test "a plugin calls commands that way, as pyenv's plugins do" {
	pin 3.12.1
	plugin ask 'pyenv-version-name; pyenv-prefix 3.13.5; pyenv-exec python; pyenv-sh-shell 3.13.5'
	run env PYENV_SHELL=bash pyvern ask
	is_output 3.12.1 "$PYVERN_ROOT/versions/3.13.5" 3.12.1 \
		'PYENV_VERSION_OLD=${PYENV_VERSION-}' "export PYENV_VERSION='3.13.5'" 'unset PYVERN_VERSION'
}

@test "messages have the name that was called; statuses pass on" {
	plugin ask '"$@"; echo "$?"'
	run pyvern ask pyenv-prefix 3.4
	[ "${lines[0]}" = "pyenv: 3.4 is not installed" ]
	[ "${lines[-1]}" = 3 ]
	run pyvern ask pyvern-prefix 3.4
	[ "${lines[0]}" = "pyvern: 3.4 is not installed" ]
}

@test "the programs of heavy commands run under both names" {
	for name in pyenv-install pyvern-install; do
		run --separate-stderr "$libexec/$name" --help
		[ "$status" -eq 0 ]
		[[ $output == "usage: "*" install "* ]]
		refuses 2 "install: there is no option --frob" "$libexec/pyvern-install" --frob
	done
}

@test "they are no plugins" {
	run pyvern help
	[[ $output != *"a plugin's command"* ]]
	run pyvern commands
	for line in "${lines[@]}"; do
		[[ $line != pyenv-* && $line != pyvern-* && $line != seed ]]
	done
}

# A link of an earlier version of ours whose command is gone would call itself.
@test "a link to pyvern whose name is no command is none" {
	ln -s ../../bin/pyvern "$libexec/pyvern-frob"
	mkdir "$T/own"
	ln -s "$T/prefix/bin/pyvern" "$T/own/pyenv-frob"
	PATH=$T/own:$PATH
	refuses 2 "there is no command frob" timeout 10 pyvern frob
	run timeout 10 "$libexec/pyvern-frob"
	[ "$status" -eq 2 ]
	run timeout 10 pyenv-frob
	[ "$status" -eq 2 ]
	run pyvern commands
	[[ $output != *frob* ]]
}

@test "an installation can be moved" {
	mv "$T/prefix" "$T/moved"
	run "$T/moved/libexec/pyvern/pyenv-root"
	is_output "$PYVERN_ROOT"
}

@test "what make install links: relative, below DESTDIR, and gone with make uninstall" {
	links() { sh "$PYVERN_TEST_SOURCE/build-aux/install-links.sh" "$@"; }
	while read -r bin libexec target; do
		mkdir -p "$T/dest$bin" "$T/dest$libexec"
		printf '#!/bin/sh\necho "${0##*/}"\n' >"$T/dest$bin/pyvern"
		chmod 755 "$T/dest$bin/pyvern"
		touch "$T/dest$libexec/pyvern-install"
		links "$T/dest" "$bin" "$libexec" pyenv-old pyenv-local
		[ "$(readlink "$T/dest$libexec/pyenv-local")" = "$target" ]
		[ "$("$T/dest$libexec/pyenv-local")" = pyenv-local ]
		# An upgrade takes what is no command any more with it.
		links "$T/dest" "$bin" "$libexec" pyenv-local
		[ "$(ls "$T/dest$libexec")" = "$(printf '%s\n' pyenv-local pyvern-install)" ]
		links "$T/dest" "$bin" "$libexec"
		[ "$(ls "$T/dest$libexec")" = pyvern-install ]
		rm -r "$T/dest"
	done <<-'END'
		/usr/bin /usr/libexec/pyvern ../../bin/pyvern
		/usr/bin /usr/lib/x86_64-linux-gnu/pyvern ../../../bin/pyvern
		/a/bin /b/libexec/pyvern ../../../a/bin/pyvern
		/p/bin /p/bin/pyvern.d ../pyvern
		/opt/x/sbin /opt/xy/libexec/pyvern ../../../x/sbin/pyvern
	END
	links "$T/dest" /usr/bin /usr/libexec/pyvern
}
